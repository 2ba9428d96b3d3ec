"""The documents of one commit, and what a run has made of them. No work tree is looked at, and none is touched."""

from __future__ import annotations

import hashlib
import math
import os
import posixpath
import re
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from syncer.delivery.git import GitError
from syncer.delivery.tree import Entry, Tree
from syncer.documents import Source, decode
from syncer.documents.finding import walk
from syncer.errors import ConfigurationError, DeliveryError, DocumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from syncer.delivery.git import Git
    from syncer.documents.selecting import Selection

_FILES: Final = ("100644", "100755", "100664")
_AT_ONCE: Final = 200
"""So many documents are read at once at most; those of two such reads are kept."""

_BYTES_AT_ONCE: Final = 16_000_000
"""So much is read at once at most, or one document."""

_NOWHERE: Final = "\0"
_LONGEST_LINK: Final = 4096
"""Bytes of what a symbolic link says; a system takes no more of a path."""

_NO_PATH: Final = re.compile(r"(?:^|/)(?:\.{0,2})(?:/|$)")
"""A part that is empty or leads elsewhere: that is no path of a document, and says nothing about one."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A file that is to be another.

    Attributes:
        mode: Its mode, which stays.
        data: Its new content.
    """

    mode: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Choice:
    """Which documents of a commit are meant.

    Attributes:
        selection: The patterns.
        prefix: Folder in the repository that paths are relative to; empty for its top.
        only: Files and folders to look at, relative to that folder; all if there are none. A file that is named here is
            taken whether or not a pattern matches it.
        max_bytes: Larger files are refused before they are read.
    """

    selection: Selection
    prefix: str
    only: tuple[str, ...]
    max_bytes: int


class Snapshot:
    """See ``syncer.documents.DocumentStore``.

    Args:
        git: Git in the repository, at its top.
        revision: Full id of the commit.
        choice: Which documents are meant.
        fetch: Brings these objects here, in a clone that leaves contents out until they are asked for; ``None`` for any
            other.
        edited: Files that differ from the commit where they are, relative to the documents' folder. Documents among
            them aren't read.

    Raises:
        DeliveryError: The commit can't be read.
    """

    def __init__(
        self,
        git: Git,
        revision: str,
        choice: Choice,
        *,
        fetch: Callable[[Sequence[str]], None] | None = None,
        edited: Collection[str] = (),
    ) -> None:
        self.revision: Final = revision
        self._git = git
        self._choice = choice
        self._fetch = fetch
        self._edited = frozenset(edited)
        self._tree = f"{revision}:{choice.prefix}"
        self._entries = {path: Entry(_FILES[0], "") for path in edited} | self._listed()
        self._paths: list[str] = []
        self._places: dict[str, int] = {}
        self._refused: dict[str, DocumentError] = {}
        self._read: deque[dict[str, bytes | DocumentError]] = deque(maxlen=2)
        self._texts: dict[str, bytes] = {}
        self._before: dict[str, str] = {}

    def paths(self) -> list[str]:
        """See ``DocumentStore``. Symbolic links count as in a folder; submodules are never looked into."""
        tree = Tree(self._entries, self._choice.prefix, self._link)
        found = walk(tree, self._choice.selection, list(self._named(tree)))
        self._refused = found.refused
        self._paths = sorted(found.paths - self._edited)
        self._places = {path: number for number, path in enumerate(self._paths)}
        self._read.clear()
        if self._fetch is not None:
            self._fetch(self._lacking())
        return sorted({*found.paths, *found.refused})

    def read(self, path: str) -> Source:
        """See ``DocumentStore``."""
        if path in self._refused:
            raise self._refused[path]
        if path in self._edited:
            raise _edited()
        data = self._texts.get(path)
        if data is None:
            data = self._content(path)
        return Source(path, decode(data), hashlib.sha256(data).hexdigest())

    def exists(self, path: str) -> bool:
        """See ``DocumentStore``."""
        if _NO_PATH.search(path):
            return True
        # Of what is behind a link, or in a submodule, there is no telling.
        while path:
            entry = self._entries.get(path)
            if entry is not None:
                return True
            path = path.rpartition("/")[0]
        return False

    def replace(self, path: str, expected_digest: str, text: str) -> bool:
        """See ``DocumentStore``. The text is kept for the commit that is made of it."""
        current = self.read(path).digest if path in self._entries else ""
        if current != expected_digest:
            return False
        data = text.encode()
        before = self._before.setdefault(path, current)
        if hashlib.sha256(data).hexdigest() == before:
            self._texts.pop(path, None)
        else:
            self._texts[path] = data
        return True

    @property
    def edits(self) -> Mapping[str, Edit]:
        """What is another by now, by its path in the repository."""
        return {
            posixpath.join(self._choice.prefix, path): Edit(self._entries[path].mode, data)
            for path, data in sorted(self._texts.items())
        }

    @property
    def changes(self) -> Mapping[str, tuple[bytes, bytes]]:
        """The same with what was there before."""
        before = self._contents(sorted(self._texts)) if self._texts else {}
        return {
            posixpath.join(self._choice.prefix, path): (content, self._texts[path])
            for path, content in before.items()
            # Nothing is edited that couldn't be read.
            if isinstance(content, bytes)
        }

    # Which documents

    def _listed(self) -> dict[str, Entry]:
        try:
            listed = self._git.raw("ls-tree", "-r", "-z", self._tree)
        except GitError as error:
            where = f"{self._choice.prefix or 'the repository'} in the commit {self.revision[:12]}"
            if "not a valid object name" in error.said.lower() and self._choice.prefix:
                raise DeliveryError(
                    f"there is no folder {where}",
                    remedy="Name the folder that documents are in (documents.root), or push it.",
                ) from error
            raise DeliveryError(f"{where} can't be read: {error.message}") from error
        entries = {}
        for line in os.fsdecode(listed).split("\0")[:-1]:
            about, _, path = line.partition("\t")
            mode, _, blob = about.split(" ")
            entries[path] = Entry(mode, blob)
        return entries

    def _named(self, tree: Tree) -> Iterator[str]:
        """The real paths of what was named."""
        for path in self._choice.only:
            try:
                real, kind = tree.resolve(path)
            except DocumentError as error:
                raise ConfigurationError(f"{path}: {error.message}", remedy=error.remedy) from error
            if not kind:
                raise ConfigurationError(
                    f"{path} is not in the commit {self.revision[:12]}, which documents are read from",
                    remedy="Name files and folders that are there, or commit and push it first.",
                )
            yield real

    def _link(self, entry: Entry) -> str:
        """What a symbolic link says; one that is longer than a path can be leads nowhere."""
        if int(self._git.text("cat-file", "-s", entry.blob)) > _LONGEST_LINK:
            return _NOWHERE
        return os.fsdecode(self._git.raw("cat-file", "blob", entry.blob))

    # What is in them

    def _content(self, path: str) -> bytes:
        content = next((kept[path] for kept in self._read if path in kept), None)
        if content is None:
            entry = self._entries.get(path)
            if entry is None or entry.mode not in _FILES:
                raise DocumentError(
                    "the document is gone", remedy="Nothing is done about it until it is back."
                )
            first = self._places.get(path)
            ahead = [path] if first is None else self._paths[first : first + _AT_ONCE]
            self._read.append(self._contents(ahead, _BYTES_AT_ONCE))
            content = self._read[-1][path]
        if isinstance(content, DocumentError):
            raise content
        return content

    def _contents(
        self, paths: Sequence[str], most: float = math.inf
    ) -> dict[str, bytes | DocumentError]:
        """The contents of files, by path, or why one isn't read that is too large.

        Args:
            paths: The files.
            most: How many bytes are read in all; those that would be more are left out, but for the first.
        """
        sizes = self._git.text(
            "cat-file", "--batch-check=%(objectsize)", given=self._blobs(paths)
        ).split("\n")
        contents: dict[str, bytes | DocumentError] = {}
        small: list[str] = []
        total = 0
        for path, told in zip(paths, sizes, strict=True):
            if not told.isdigit():
                contents[path] = DocumentError(
                    "the document's content is missing in the local repository",
                    remedy="Look at it with `git fsck`, or clone it anew.",
                )
                continue
            size = int(told)
            if size > self._choice.max_bytes:
                contents[path] = DocumentError(
                    f"the document is larger than {self._choice.max_bytes:,} bytes",
                    remedy="Split it, or exclude it (documents.exclude).",
                )
                continue
            total += size
            if small and total > most:
                break
            small.append(path)
        answer = self._git.raw("cat-file", "--batch", given=self._blobs(small)) if small else b""
        start = 0
        for path in small:
            head = answer.index(b"\n", start)
            length = int(answer[start:head].rpartition(b" ")[2])
            contents[path] = answer[head + 1 : head + 1 + length]
            start = head + length + 2
        return contents

    def _blobs(self, paths: Sequence[str]) -> bytes:
        """The ids of files, one a line."""
        return "".join(f"{self._entries[path].blob}\n" for path in paths).encode()

    def _lacking(self) -> list[str]:
        """Contents of documents that a partial clone hasn't got. Looking for them must not fetch them one by one."""
        listed = self._git.text("rev-list", "--objects", "--missing=print", self._tree)
        lacking = {line[1:] for line in listed.splitlines() if line.startswith("?")}
        return sorted(lacking & {self._entries[path].blob for path in self._paths})


def _edited() -> DocumentError:
    return DocumentError(
        "the document has changes that aren't committed, so it is left alone",
        remedy="Commit or stash them; the next run takes it.",
    )
