"""Puts what is generated in its place: whole files, and the parts of a page between two markers.

A part of a page stands between ``<!-- generated: NAME -->`` and ``<!-- end of generated -->``. The README's story
has markers of its own, see ``story``.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from docs.generating import commands, keys, picture, story, words
from syncer.settings.showing import schema

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROOT: Final = Path(__file__).resolve().parents[2]

STORIES: Final = (
    ROOT / "README.md",
    ROOT / "docs/lifecycle.md",
    ROOT / "docs/github.md",
    ROOT / "docs/jira.md",
)
"""The pages whose commands are run, and which show what these print."""

_PART: Final = re.compile(
    r"(?P<open><!-- generated: (?P<name>[a-z -]+) -->\n)(?P<body>.*?)(?P<close><!-- end of generated -->)",
    re.DOTALL,
)

PARTS: Final[Mapping[str, Callable[[], str]]] = {
    "commands": commands.reference,
    "keys": keys.reference,
    "words that are written": words.written,
    "words that are read": words.read,
}
"""What a page may have between its markers, by name."""


class OutdatedError(Exception):
    """A page that a person has to look at, because what it shows is only part of what the program prints."""


def filled(page: str) -> str:
    """A page with its generated parts made anew.

    Args:
        page: The Markdown.

    Raises:
        KeyError: There is no part of that name.
    """
    return _PART.sub(
        lambda part: part["open"] + "\n" + PARTS[part["name"]]() + "\n" + part["close"], page
    )


def made() -> dict[Path, str]:
    """Every file that is generated in whole or in part, by its path, as it should be.

    Raises:
        OutdatedError: An excerpt in a story is not what the program prints.
    """
    files = {
        page: filled(text)
        for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
        if "<!-- generated: " in (text := page.read_text(encoding="utf-8"))
    }
    for page in STORIES:
        text = files.get(page) or page.read_text(encoding="utf-8")
        told = story.told(text, ROOT)
        try:
            files[page] = story.retold(text, told)
        except story.ExcerptError as error:
            raise OutdatedError(f"{page.name}: {error}") from error
    files[ROOT / "docs/images/before-after.svg"] = picture.drawn(ROOT)
    files[ROOT / "config/syncer.schema.json"] = json.dumps(schema(), indent=2) + "\n"
    return files


def main(arguments: Sequence[str] | None = None) -> int:
    """Write what is out of date, or with ``--check`` only say so; returns the exit code."""
    parser = argparse.ArgumentParser(description="Make the generated parts of the documentation.")
    parser.add_argument(
        "--check", action="store_true", help="write nothing, say what is out of date"
    )
    options = parser.parse_args(arguments)
    try:
        files = made()
    except OutdatedError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    outdated = {path: text for path, text in files.items() if not _is(path, text)}
    for path, text in outdated.items():
        name = path.relative_to(ROOT)
        if options.check:
            sys.stderr.write(f"{name} is out of date: python docs/generate.py\n")
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"wrote {name}\n")
    return int(bool(outdated) and options.check)


def _is(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text
