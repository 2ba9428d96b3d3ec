"""Where syncer keeps its marker in an issue's text: in one hidden line, together with a seal.

The seal is a digest of what syncer left the issue as. An issue that isn't what its seal says was changed by a person
since, and one with more comments than the seal counts was commented on.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from syncer.core.state import StateError, format_marker, parse_marker

if TYPE_CHECKING:
    from syncer.model import Marker

LIMIT: Final = 65_536
"""Longest text that GitHub takes, in characters."""

LINE: Final = re.compile(
    r"<!-- syncer:marker seal=([0-9a-f]{16}|touched)\.([0-9]{1,6}) (syncer [^\n<>]{1,8000}?) -->"
)
"""The hidden line: the seal, how many comments are syncer's own, and the marker."""

_TOUCHED: Final = "touched"
_GAP: Final = "\n\n"
_UNWANTED: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Seal:
    """What syncer left an issue as.

    Attributes:
        digest: 16 hexadecimal digits over it; empty if a person had touched the issue by then.
        comments: How many comments there were.
    """

    digest: str
    comments: int = 0


@dataclass(frozen=True, slots=True)
class Body:
    """An issue's text taken apart.

    Attributes:
        text: What people see of it.
        marker: The marker; ``None`` if there is none, or a damaged one.
        seal: The seal that stands with it.
        line: The hidden line as it is; empty if there is none.
    """

    text: str
    marker: Marker | None = None
    seal: Seal | None = None
    line: str = ""


def take_apart(raw: str) -> Body:
    """An issue's text without the hidden line, and what that says. Of several such lines the last one counts."""
    lines = list(LINE.finditer(raw))
    if not lines:
        return Body(raw)
    found = lines[-1]
    text = raw[: found.start()].removesuffix("\r\n\r\n").removesuffix(_GAP) + raw[found.end() :]
    try:
        marker = parse_marker(found[3])
    except StateError:
        return Body(text, line=found[0])
    digest = "" if found[1] == _TOUCHED else found[1]
    return Body(text, marker, Seal(digest, int(found[2])), found[0])


def hidden_line(marker: Marker, seal: Seal) -> str:
    """The hidden line with a marker."""
    return (
        f"<!-- syncer:marker seal={seal.digest or _TOUCHED}.{seal.comments} "
        f"{format_marker(marker)} -->"
    )


def put_together(text: str, line: str) -> str:
    """A text with a hidden line at its end."""
    text = clean(text)
    return f"{text}{_GAP}{line}" if text and line else text or line


def with_line(raw: str, line: str) -> str:
    """A raw text whose hidden line is another one, at the same place; it stays as it is otherwise."""
    body = take_apart(raw)
    if not body.line:
        return put_together(raw, line)
    start = raw.rindex(body.line)
    return raw[:start] + line + raw[start + len(body.line) :]


def seal_digest(
    *, title: str, text: str, state: str, reason: str, assignees: frozenset[str]
) -> str:
    """A digest of what a person may change of an issue; labels aside, which bots set."""
    parts = [
        title,
        text.replace("\r\n", "\n").strip(),
        state,
        reason,
        *sorted(assignee.casefold() for assignee in assignees),
    ]
    joined = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:16]


def clean(text: str) -> str:
    """A text without characters that GitHub drops or takes for an error."""
    return _UNWANTED.sub("", text)
