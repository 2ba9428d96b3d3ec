"""What a lease's ref stands for: a commit of no files and without a parent, whose message says who is at work."""

from __future__ import annotations

import math
import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from syncer.delivery.git import GitError

if TYPE_CHECKING:
    from syncer.delivery.git import Git

SHORTEST_LIFE: Final = 1.0
LONGEST_LIFE: Final = 86_400.0
"""Seconds. Nobody is waited for longer than a day, so nobody may rely on a lease for longer."""

_SUBJECT: Final = "Who works on this repository; see delivery.lease of syncer"
_FIELD: Final = re.compile(r"^(?P<name>state|holder|lifetime): (?P<value>.*)$", re.MULTILINE)
_NO_FILES: Final = frozenset(
    {
        "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
        "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
    }
)
"""The tree of nothing, by SHA-1 and by SHA-256."""

_PEOPLE: Final = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "syncer"), ("EMAIL", "syncer@localhost.invalid"))
}


@dataclass(frozen=True, slots=True)
class Claim:
    """What a value of the ref says.

    Attributes:
        held: Whether somebody is at work.
        holder: Who was last, for people; on one line.
        lifetime: Seconds after which the claim is void unless the ref has been moved on.
    """

    held: bool
    holder: str
    lifetime: float


def bounded(lifetime: float) -> float:
    """A lifetime that whoever looks at the lease goes by as well."""
    return min(max(lifetime, SHORTEST_LIFE), LONGEST_LIFE)


def printable(text: str) -> str:
    """Text on one line, for a message."""
    return "".join(c if c.isprintable() else "?" for c in text)[:100] or "somebody"


def made(git: Git, claim: Claim) -> str:
    """A value that says so, and that there never was before.

    Args:
        git: Git where it is made.
        claim: What it says.

    Returns:
        Its full id.

    Raises:
        GitError: It can't be made.
    """
    message = (
        f"{_SUBJECT}\n\nstate: {'held' if claim.held else 'free'}\nholder: {claim.holder}\n"
        f"lifetime: {claim.lifetime:.3f}\nnumber: {uuid.uuid4().hex}\n"
    )
    tree = git.text("mktree")
    return git.within(_PEOPLE).text("commit-tree", tree, "-F", "-", given=message.encode())


def read(git: Git, value: str, otherwise: float) -> Claim | None:
    """What a value says.

    Args:
        git: Git where it is.
        value: Its full id.
        otherwise: The lifetime of one that doesn't say how long it is, in seconds.

    Returns:
        ``None`` if it is something else, such as a commit with somebody's work, or isn't here.
    """
    try:
        text = git.text("cat-file", "commit", value)
    except GitError:
        return None
    head, _, message = text.partition("\n\n")
    told = {found["name"]: found["value"] for found in _FIELD.finditer(message)}
    state = told.get("state")
    # Nothing may be lost with it when the ref is moved on.
    if (
        head.split("\n")[0].removeprefix("tree ") not in _NO_FILES
        or "\nparent " in head
        or state not in {"held", "free"}
    ):
        return None
    try:
        lifetime = float(told["lifetime"])
    except (KeyError, ValueError):
        lifetime = math.nan
    if not math.isfinite(lifetime):
        lifetime = otherwise
    return Claim(state == "held", printable(told.get("holder", "")), bounded(lifetime))
