"""What GitHub's runner takes for more than text in a step's output (“Workflow commands for GitHub Actions”).

Text of documents and trackers is printed while the runner is told not to look for commands.
"""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from syncer.model import Level
from syncer.render.safe import safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from syncer.model import Problem

_WORDS: Final = {Level.ERROR: "error", Level.WARNING: "warning", Level.INFO: "notice"}
_SHOWN: Final = 10
"""So many annotations of each kind does GitHub show of a step; more are dropped there."""

_LONGEST: Final = 4000


@contextmanager
def no_commands(say: Callable[[str], None]) -> Iterator[None]:
    """Until the end of this, nothing in the output is a command.

    Args:
        say: Prints a line, at once.
    """
    # Nobody who writes a document can know the word that ends it.
    token = secrets.token_hex(16)
    say(f"::stop-commands::{token}")
    try:
        yield
    finally:
        say(f"::{token}::")


def annotated(problems: Iterable[Problem], place: Callable[[str], str]) -> list[str]:
    """Commands that show problems at their files and lines; the worst first, as many as GitHub shows.

    Args:
        problems: The problems.
        place: Path of a document in the repository.
    """
    lines = []
    for level, word in _WORDS.items():
        ours = [problem for problem in problems if problem.level is level]
        lines += [_annotation(word, problem, place) for problem in ours[:_SHOWN]]
    return lines


def failure(message: str) -> str:
    """The command that shows an error of the step as a whole."""
    return f"::error title=syncer::{_data(message)}"


def _annotation(word: str, problem: Problem, place: Callable[[str], str]) -> str:
    text = " ".join(filter(None, (f"{problem.message}.", problem.remedy)))
    where = ""
    if problem.document:
        where = f"file={_property(place(problem.document))},"
        if problem.line:
            where += f"line={problem.line},"
    return f"::{word} {where}title=syncer::{_data(text)}"


def _data(text: str) -> str:
    shown = "\n".join(safe(line, _LONGEST) for line in text.splitlines())
    return shown.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
