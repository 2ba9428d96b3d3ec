"""What a pull request says: which lines it changes, as a digest in a hidden mark, and the plan for people."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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


def digest_of(edits: Mapping[str, tuple[str, str]]) -> str:
    """A digest of the lines that change, whatever stands around them and wherever they are in their document.

    Args:
        edits: The text before and after, by the document's path.

    Returns:
        16 hexadecimal digits.
    """
    found = hashlib.sha256()
    for path in sorted(edits):
        for line in (path, *_changed(*edits[path])):
            found.update(line.encode("utf-8", "surrogatepass") + b"\0")
        found.update(b"\0")
    return found.hexdigest()[:16]


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


def _changed(before: str, after: str) -> Iterator[str]:
    """The lines that are gone, and those that are new. What is only moved is neither."""
    old, new = Counter(before.split("\n")), Counter(after.split("\n"))
    for sign, lines in (("-", old - new), ("+", new - old)):
        for line in sorted(lines):
            yield f"{sign}{lines[line]} {line}"
