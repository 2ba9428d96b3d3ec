"""The documents: found by patterns, read strictly, replaced only if they are still what was read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from syncer.documents import files
from syncer.documents.finding import Found, find
from syncer.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MAX_BYTES = 4_000_000
"""The largest file that is read unless the caller says otherwise."""


@dataclass(frozen=True, slots=True)
class Source:
    """A document as it was read.

    Attributes:
        path: Relative to the root, with forward slashes.
        text: Its characters with byte order mark and line ends as they are.
        digest: SHA-256 of its bytes, in hexadecimal.
    """

    path: str
    text: str
    digest: str


class DocumentStore(Protocol):
    """Where documents come from and go to."""

    def paths(self) -> list[str]:
        """Every document that this run is about, in a stable order, each once.

        A document that cannot be read is among them: ``read`` says why.

        Raises:
            ConfigurationError: What was asked for lies outside of the root, or isn't there.
        """

    def read(self, path: str) -> Source:
        """The document at this path.

        Raises:
            DocumentError: It cannot be read; carries the line where there is one.
        """

    def exists(self, path: str) -> bool:
        """Whether there may be a document at this path; false only if there provably is none."""

    def replace(self, path: str, expected_digest: str, text: str) -> bool:
        """Put ``text`` in the document's place if its bytes still have ``expected_digest``.

        Returns:
            False where they haven't: then nothing was written, and the document is to be read again.

        Raises:
            DocumentError: It cannot be written; it is as it was.
        """


class Folder:
    """Documents in a folder of the file system.

    Args:
        root: The folder. Nothing outside of it is read or written, whatever a symbolic link says.
        paths: Patterns of the documents (see ``syncer/documents/patterns.py``), relative to the root. ``None``
            stands for every Markdown file beneath ``only``.
        exclude: Patterns of what to leave out; one that matches a folder leaves out all that is in it.
        only: Files and folders to look at, instead of the whole root. A file named here is taken whether or
            not a pattern matches it.
        max_bytes: Larger files are refused before they are read.
    """

    def __init__(
        self,
        root: Path,
        paths: Sequence[str] | None,
        exclude: Sequence[str] = (),
        *,
        only: Sequence[Path] = (),
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self._root = root.resolve()
        self._patterns = paths
        self._exclude = exclude
        self._only = only
        self._max_bytes = max_bytes
        self._refused: dict[str, DocumentError] = {}

    def paths(self) -> list[str]:
        """See ``DocumentStore``. Documents go by their real path, so a link adds no second one."""
        found: Found = find(self._root, self._patterns, self._exclude, self._only)
        self._refused = found.refused
        return sorted({*found.paths, *found.refused})

    def read(self, path: str) -> Source:
        """See ``DocumentStore``."""
        if path in self._refused:
            raise self._refused[path]
        data = files.read(self._root, path, self._max_bytes)
        return Source(path, decode(data), hashlib.sha256(data).hexdigest())

    def exists(self, path: str) -> bool:
        """See ``DocumentStore``."""
        return files.exists(self._root, path)

    def replace(self, path: str, expected_digest: str, text: str) -> bool:
        """See ``DocumentStore``. A reader sees the old bytes or the new ones, never a part."""
        return files.replace(self._root, path, expected_digest, text.encode())


def decode(data: bytes) -> str:
    """The text of a document's bytes, with byte order mark and line ends as they are.

    Raises:
        DocumentError: They are not UTF-8, or have a NUL; carries the line of the first byte that is wrong.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DocumentError(
            "the document is encoded as UTF-16", remedy="Save the document as UTF-8.", line=1
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DocumentError(
            f"the document is not UTF-8: byte 0x{data[error.start]:02x} at offset {error.start}",
            remedy="Save the document as UTF-8.",
            line=_line(data, error.start),
        ) from None
    nul = data.find(b"\0")
    if nul >= 0:
        raise DocumentError(
            f"the document has a NUL byte at offset {nul}: it isn't text, or is encoded as UTF-16",
            remedy="Save the document as UTF-8, or exclude it (documents.exclude).",
            line=_line(data, nul),
        )
    return text


def _line(data: bytes, offset: int) -> int:
    """The line of a byte, counted from 1 as Markdown counts lines: LF, CRLF and lone CR end one."""
    before = data[:offset]
    return 1 + before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n")
