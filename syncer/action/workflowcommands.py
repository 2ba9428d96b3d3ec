"""What GitHub's runner takes for more than text in a step's output (“Workflow commands for GitHub Actions”).

Text of documents and trackers is printed while the runner is told not to look for commands.
"""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from syncer.model import Level, Problem
from syncer.render.safe import safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from syncer.core.plan import Conflict

_WORDS: Final = {Level.ERROR: "error", Level.WARNING: "warning", Level.INFO: "notice"}
_SHOWN: Final = 10
"""So many annotations of each kind does GitHub show of a step; more are dropped there."""

_LONGEST: Final = 4000


@contextmanager
def no_commands(say: Callable[[str], None]) -> Iterator[None]:
    """Until the end of this, nothing in the output is a command.

    If it ends by an exception, there is none for the rest of the step: what a traceback shows is as hostile as what led
    to it. A runner looks for commands again in the next step.

    Args:
        say: Prints a line, at once.
    """
    # Nobody who writes a document can know the word that ends it.
    token = secrets.token_hex(16)
    say(f"::stop-commands::{token}")
    yield
    say(f"::{token}::")


def annotated(
    problems: Iterable[Problem],
    place: Callable[[str], str],
    conflicts: Iterable[Conflict] = (),
) -> list[str]:
    """Commands that show problems and conflicts at their files and lines.

    The worst come first, and no more than GitHub shows.

    Args:
        problems: The problems.
        place: Path of a document in the repository.
        conflicts: The conflicts.
    """
    problems = [*map(_as_problem, conflicts), *problems]
    lines = []
    for level, word in _WORDS.items():
        ours = [problem for problem in problems if problem.level is level]
        lines += [_annotation(word, problem, place) for problem in ours[:_SHOWN]]
    return lines


def _as_problem(conflict: Conflict) -> Problem:
    """A conflict with all three values; one that nobody wins is a warning."""
    base = "nothing agreed yet" if conflict.base is None else f"agreed: {_shown(conflict.base)}"
    message = (
        f"{conflict.field}: conflict: {_shown(conflict.document_value)} in the document, "
        f"{_shown(conflict.tracker_value)} in {conflict.issue}, {base}"
    )
    remedies = {"document": "The document wins.", "tracker": "The issue wins."}
    return Problem(
        Level.INFO if conflict.winner else Level.WARNING,
        conflict.document,
        conflict.line,
        message,
        remedies.get(conflict.winner, "Nothing is written until a person makes both the same."),
    )


def _shown(value: str) -> str:
    return value or "(empty)"


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
