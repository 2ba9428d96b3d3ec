"""The reference of the command line, from click's own description of it."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

import click

from syncer.cli import cli

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_AS_IT_IS: Final = "\b"
"""With this, click marks a paragraph whose lines are left as they are: an example."""


def walk(
    command: click.Command = cli, *names: str
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command beneath a command with the words that it is called by, the command itself first."""
    yield names, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None  # noqa: S101 - click lists what there is
            yield from walk(inner, *names, name)


def options(command: click.Command) -> list[click.Option]:
    """A command's options, without ``--help``."""
    return [one for one in command.params if isinstance(one, click.Option) and one.name != "help"]


def reference() -> str:
    """All commands as Markdown, with headings of the second level."""
    common = [one.name for one in options(cli)]
    parts = []
    for names, command in walk():
        parts.append("## " + (f"`syncer {' '.join(names)}`" if names else "`syncer`"))
        parts.append(f"```text\n{_usage(command, names)}\n```")
        parts.append(prose(command.help or ""))
        own = [one for one in options(command) if not names or one.name not in common]
        if own:
            parts.append(_table(own))
    return "\n\n".join(parts) + "\n"


def prose(text: str) -> str:
    """A help text as Markdown: its paragraphs, its examples as code."""
    paragraphs = []
    for paragraph in text.strip().split("\n\n"):
        lines = paragraph.split("\n")
        if lines[0].strip() == _AS_IT_IS:
            example = textwrap.dedent("\n".join(lines[1:]))
            paragraphs.append(f"```sh\n{example}\n```")
        else:
            paragraphs.append(" ".join(line.strip() for line in lines))
    return "\n\n".join(paragraphs)


def _usage(command: click.Command, names: Sequence[str]) -> str:
    context = click.Context(command, info_name=" ".join(("syncer", *names)))
    return " ".join([context.command_path, *command.collect_usage_pieces(context)])


def _table(found: Sequence[click.Option]) -> str:
    rows = ["| Option | Default | Meaning |", "| --- | --- | --- |"]
    for one in found:
        meaning = " ".join((one.help or "").split())
        rows.append(f"| {_spelling(one)} | {_default(one)} | {meaning} |")
    return "\n".join(rows)


def _spelling(option: click.Option) -> str:
    value = ""
    if not option.is_flag and not option.count:
        value = " " + option.make_metavar(click.Context(cli)).replace("|", r"\|")
    return ", ".join(f"`{name}{value}`" for name in option.opts)


def _default(option: click.Option) -> str:
    return f"`{option.default}`" if option.show_default else ""
