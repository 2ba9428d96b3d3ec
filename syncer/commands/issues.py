"""``syncer issues``: look through the issues of the embedded tracker, and move them on."""

from __future__ import annotations

import re
import shutil
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import unquote

import click

from syncer.commands.session import common
from syncer.errors import ConfigurationError
from syncer.model import Status
from syncer.render import issues as render
from syncer.render.safe import safe
from syncer.trackers.local_desk import Filter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from syncer.trackers.local import LocalTracker
    from syncer.trackers.local_desk import Desk, Outcome


class Session(Protocol):
    """What these commands need of whoever calls them; it is handed over as click's ``ctx.obj``."""

    @property
    def color(self) -> bool:
        """Whether what is printed may be coloured."""

    @property
    def clock(self) -> Callable[[], datetime]:
        """The time now, aware of its zone; its day is the one after which a due date has passed."""

    def open_local(self, name: str | None, *, read_only: bool) -> LocalTracker:
        """An embedded tracker of the configuration; it is closed by the one who asked for it.

        Args:
            name: Which one; ``None``: the default one, or the only one that is embedded.
            read_only: Whether it will be read only.

        Raises:
            ConfigurationError: There is no such embedded tracker.
        """


_STATUSES: Final = {
    "not-started": Status.NOT_STARTED,
    "in-progress": Status.IN_PROGRESS,
    "blocked": Status.BLOCKED,
    "done": Status.DONE,
    "wont-do": Status.WONT_DO,
}
_GROUPS: Final = {"open": False, "finished": True, "all": None}
_NOBODY: Final = "none"

_REFERENCE: Final = re.compile(
    r"(?:syncer:(?P<quoted>[^/]+)/|(?P<name>[^#]+)#|#)?(?P<number>[1-9][0-9]{0,8})"
)


class _DefaultsToList(click.Group):
    """``syncer issues --overdue`` is ``syncer issues list --overdue``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # Options of the group itself, such as --config, may stand alone, too.
        _, rest, _ = self.make_parser(ctx).parse_args(args=list(args))
        return super().parse_args(ctx, args if rest else [*args, "list"])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0].startswith("-"):
            args = ["list", *args]
        return super().resolve_command(ctx, args)


_KEY: Final = click.argument("key", metavar="KEY")
_KEYS: Final = click.argument("keys", metavar="KEY...", nargs=-1, required=True)
_TRACKER: Final = click.option(
    "--tracker",
    metavar="NAME",
    help="Which embedded tracker, if the configuration names more than one.",
)
_JSON: Final = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group(
    "issues",
    cls=_DefaultsToList,
    # An option that isn't the group's own is one of `list`, which says what is wrong with it.
    context_settings={"ignore_unknown_options": True},
)
@common
def issues() -> None:
    """Look through the embedded tracker's issues, and move them on.

    Without a command: list. What is changed here, the next sync brings into the post-mortems. A KEY is the issue's
    number: 3, '#3' (in quotes, because of the shell), or here#3 with the tracker's name.

    \b
      syncer issues                        # what is open
      syncer issues --overdue              # what should have been done by now
      syncer issues show 3                 # one issue, with all that happened to it
      syncer issues close 3 5              # they are done
      syncer issues close 4 --reason wont-do
      syncer issues assign 3 @alice
      syncer issues due 3 2025-12-31
    """


@issues.command("list")
@click.option(
    "--status",
    type=click.Choice([*_GROUPS, *_STATUSES], case_sensitive=False),
    default="open",
    show_default=True,
    help="Only issues with this status.",
)
@click.option(
    "--all", "everything", is_flag=True, help="Finished ones, too; short for --status all."
)
@click.option(
    "--owner", metavar="OWNER", help=f"Only issues of this owner; `{_NOBODY}`: of nobody."
)
@click.option("--overdue", is_flag=True, help="Only open issues whose due date has passed.")
@click.option(
    "--document",
    metavar="PATH",
    help="Only issues of this document, named from the root; `*` and `?` match any characters.",
)
@_JSON
@_TRACKER
@click.pass_obj
def list_(
    session: Session,
    *,
    status: str,
    everything: bool,
    owner: str | None,
    overdue: bool,
    document: str | None,
    as_json: bool,
    tracker: str | None,
) -> None:
    """List issues: the open ones, unless asked otherwise.

    At a terminal it is a table; in a pipe, one line an issue with tabs between the columns.

    \b
      syncer issues list --owner @alice
      syncer issues list --status blocked
      syncer issues list --all --document 'postmortems/payments/*'
      syncer issues list --json | jq '.issues[] | select(.late)'
    """
    today = session.clock().date()
    wanted = Filter(
        finished=None if everything else _GROUPS.get(status),
        status=None if everything else _STATUSES.get(status),
        owner=None if owner is None else _owner(owner),
        overdue_on=today if overdue else None,
        document=document,
    )
    with closing(session.open_local(tracker, read_only=True)) as local:
        entries = list(local.desk.entries(wanted))
    if as_json:
        text = render.listing_json(entries, tracker=local.name, today=today)
    elif not entries:
        where = safe(str(local.path))
        click.echo(
            f"No such issues in {where}. `syncer sync` files them, `--all` shows closed ones, too.",
            err=True,
        )
        return
    elif at_terminal():
        width = shutil.get_terminal_size().columns
        text = render.table(entries, today=today, color=session.color, width=width)
    else:
        text = render.columns(entries)
    click.echo(text, nl=False, color=session.color)


@issues.command()
@_KEY
@_JSON
@_TRACKER
@click.pass_obj
def show(session: Session, *, key: str, as_json: bool, tracker: str | None) -> None:
    """Show an issue: its fields, text, history and comments.

    \b
      syncer issues show 3
      syncer issues show here#3 --json
    """
    name, numbers = _named(tracker, [key])
    today = session.clock().date()
    with closing(session.open_local(name, read_only=True)) as local:
        detail = local.desk.show(numbers[0])
    names = local.names(numbers[0])
    if as_json:
        text = render.detail_json(detail, tracker=local.name, names=names, today=today)
    else:
        text = render.detail_text(detail, names=names, today=today)
    click.echo(text, nl=False)


@issues.command()
@_KEYS
@click.option(
    "--reason",
    type=click.Choice(["done", "wont-do"], case_sensitive=False),
    default="done",
    show_default=True,
    help="Whether it was done, or won't be.",
)
@_TRACKER
@click.pass_obj
def close(session: Session, *, keys: tuple[str, ...], reason: str, tracker: str | None) -> None:
    """Close issues: they are done, or won't be.

    \b
      syncer issues close 3
      syncer issues close 4 5 --reason wont-do
    """
    _change(session, tracker, keys, lambda desk, of: desk.set_status(of, _STATUSES[reason]))


@issues.command()
@_KEYS
@_TRACKER
@click.pass_obj
def reopen(session: Session, *, keys: tuple[str, ...], tracker: str | None) -> None:
    """Reopen closed issues: they are in progress again.

    Issues that are open stay as they are.

    \b
      syncer issues reopen 3
    """
    _change(session, tracker, keys, lambda desk, of: desk.reopen(of))


@issues.command()
@_KEYS
@_TRACKER
@click.pass_obj
def start(session: Session, *, keys: tuple[str, ...], tracker: str | None) -> None:
    """Start on issues: they are in progress.

    \b
      syncer issues start 3
    """
    _change(session, tracker, keys, lambda desk, of: desk.set_status(of, Status.IN_PROGRESS))


@issues.command()
@_KEYS
@_TRACKER
@click.pass_obj
def block(session: Session, *, keys: tuple[str, ...], tracker: str | None) -> None:
    """Say that issues are blocked: they wait for something else.

    \b
      syncer issues block 3
    """
    _change(session, tracker, keys, lambda desk, of: desk.set_status(of, Status.BLOCKED))


@issues.command()
@_KEYS
@click.argument("owner", metavar="OWNER")
@_TRACKER
@click.pass_obj
def assign(session: Session, *, keys: tuple[str, ...], owner: str, tracker: str | None) -> None:
    """Give issues an owner; `none` for nobody.

    An OWNER is a login, a name, a team: any words, as they would stand in the post-mortem.

    \b
      syncer issues assign 3 @alice
      syncer issues assign 3 4 "Platform team"
      syncer issues assign 3 none
    """
    _change(session, tracker, keys, lambda desk, of: desk.assign(of, _owner(owner)))


@issues.command()
@_KEYS
@click.argument("date", metavar="DATE")
@_TRACKER
@click.pass_obj
def due(session: Session, *, keys: tuple[str, ...], date: str, tracker: str | None) -> None:
    """Set the due date of issues; `none` for no date.

    A DATE is written as year, month and day: 2025-12-31.

    \b
      syncer issues due 3 2025-12-31
      syncer issues due 3 4 none
    """
    day = "" if date.casefold() == _NOBODY else date
    _change(session, tracker, keys, lambda desk, of: desk.set_due(of, day))


def at_terminal() -> bool:
    """Whether a person reads along, rather than a program."""
    return sys.stdout.isatty()


def _change(
    session: Session,
    tracker: str | None,
    keys: Sequence[str],
    change: Callable[[Desk, Sequence[str]], list[Outcome]],
) -> None:
    """Change issues, and say what has become of each."""
    name, numbers = _named(tracker, keys)
    with closing(session.open_local(name, read_only=False)) as local:
        outcomes = change(local.desk, numbers)
    click.echo("".join(render.outcome(result) for result in outcomes), nl=False)


def _named(tracker: str | None, keys: Sequence[str]) -> tuple[str | None, list[str]]:
    """The tracker and the numbers that are meant.

    Raises:
        ConfigurationError: A key is none, or they are of more than one tracker.
    """
    names = [] if tracker is None else [tracker]
    numbers = []
    for key in keys:
        match = _REFERENCE.fullmatch(key)
        if match is None:
            raise ConfigurationError(
                f"“{key}” is no issue's key",
                remedy="Write it as 3, #3 or here#3; `syncer issues` shows the keys.",
            )
        name = match["name"] or unquote(match["quoted"] or "")
        if name and name not in names:
            names.append(name)
        numbers.append(match["number"])
    if len(names) > 1:
        raise ConfigurationError(
            f"these issues are of more than one tracker: {', '.join(names)}",
            remedy="Run the command once for each of them.",
        )
    return (names[0] if names else None), numbers


def _owner(text: str) -> str:
    return "" if text.casefold() == _NOBODY else text
