"""Which paths are documents, whatever holds them: a folder, or a commit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from syncer.documents.patterns import Patterns
from syncer.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MARKDOWN_SUFFIXES: Final = (".md", ".markdown")
"""How the names of Markdown files end, in any case."""

_UNSPEAKABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""What a name must not have: control characters, line ends, and the stand-ins for bytes that aren't UTF-8."""


class Selection:
    """The patterns of a configuration, compiled once.

    Args:
        paths: Patterns of the documents, relative to the root. ``None`` stands for every Markdown file.
        exclude: Patterns of what to leave out; one that matches a folder leaves out all that is in it.
    """

    def __init__(self, paths: Sequence[str] | None, exclude: Sequence[str]) -> None:
        self._patterns = None if paths is None else Patterns(tuple(paths))
        self._exclude = Patterns(tuple(exclude), hidden=True)
        self._hidden = self._patterns is not None and self._patterns.may_be_hidden()

    def bases(self) -> tuple[str, ...]:
        """The folders beneath which all documents lie, none inside another; ``""`` is the root."""
        return ("",) if self._patterns is None else self._patterns.bases()

    def hides(self, name: str) -> bool:
        """Whether a file or folder of this name is passed over."""
        return name == ".git" or (name.startswith(".") and not self._hidden)

    def wants(self, path: str) -> bool:
        """Whether a file at this path is a document, unless it is left out."""
        if self._patterns is None:
            return path.lower().endswith(MARKDOWN_SUFFIXES)
        return self._patterns.match(path)

    def leaves_out(self, path: str) -> bool:
        """Whether this very path is left out."""
        return self._exclude.match(path)

    def leaves_out_around(self, path: str) -> bool:
        """Whether this path is left out, or a folder around it."""
        return any(self._exclude.match(part) for part in _upwards(path))


def _upwards(path: str) -> Iterator[str]:
    """The path and the folders around it, without the root."""
    while path:
        yield path
        path = path.rpartition("/")[0]


def speakable(path: str) -> tuple[str, DocumentError | None]:
    """What to call a document, and why it can't be one if its name can't be told to anybody."""
    if not _UNSPEAKABLE.search(path):
        return path, None
    return path.encode("unicode_escape", "surrogatepass").decode(), DocumentError(
        "the name has control characters, or is not UTF-8",
        remedy="Rename the file: its name is part of links and reports.",
    )
