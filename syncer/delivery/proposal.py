"""What a pull request proposes: told apart by digests, and told to people by the plan."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from syncer.delivery import Account

_MARK: Final = re.compile(r"\A\s*<!-- syncer:delivery ([0-9a-f]{16}) -->[ \t]*\r?\n?")
_ABOUT: Final = (
    "What has become of these action items in their trackers, written back into the documents. syncer keeps this pull "
    "request up to date, and closes it once there is nothing left to write back. If you close it, it stays closed "
    "until there is something else to write back. If you push to its branch, the branch is left to you."
)

NOTHING_LEFT: Final = (
    "There is nothing left to write back: the documents say what the trackers say. So syncer has closed this pull "
    "request."
)
"""What a pull request is told before it is closed."""


def digest_of(changes: Mapping[str, tuple[bytes, bytes]]) -> str:
    """A digest of the lines that change, whatever stands around them and wherever they are in their document.

    Args:
        changes: What each document was and is to be, by its path.

    Returns:
        16 hexadecimal digits.
    """
    return _digest((path, *_changed(*changes[path])) for path in sorted(changes))


def edition_of(changes: Mapping[str, tuple[bytes, bytes]]) -> str:
    """A digest of all of these documents as they were and as they are to be; the same for the same commit alone."""
    return _digest((path, *changes[path]) for path in sorted(changes))


def text_of(digest: str, account: Account) -> str:
    """The text of a pull request.

    Args:
        digest: Of what it changes.
        account: What the run did that it comes from: all that it changes, because each run begins at the base.
    """
    return f"<!-- syncer:delivery {digest} -->\n{_ABOUT}\n\n{account.plan}"


def digest_in(text: str) -> str:
    """The digest that a text has been marked with; empty if it isn't marked."""
    found = _MARK.match(text)
    return found[1] if found else ""


def unmarked(text: str) -> str:
    """The text without its mark, as that of a pull request which may be opened again."""
    return _MARK.sub("", text)


def _digest(parts: Iterable[Iterable[str | bytes]]) -> str:
    found = hashlib.sha256()
    for part in parts:
        pieces = [p.encode("utf-8", "surrogateescape") if isinstance(p, str) else p for p in part]
        found.update(b"%d\n" % len(pieces))
        for piece in pieces:
            found.update(b"%d\n%b" % (len(piece), piece))
    return found.hexdigest()[:16]


def _changed(before: bytes, after: bytes) -> Iterator[bytes]:
    """The lines that are gone, and those that are new, with their number. What is only moved is neither."""
    old, new = Counter(before.split(b"\n")), Counter(after.split(b"\n"))
    for sign, lines in ((b"-", old - new), (b"+", new - old)):
        for line in sorted(lines):
            yield b"%b%d %b" % (sign, lines[line], line)
