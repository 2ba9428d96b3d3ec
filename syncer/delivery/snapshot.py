"""The documents of one commit, and what a run has made of them. No work tree is looked at, and none is touched."""

from __future__ import annotations

import hashlib
import os
import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from syncer.delivery.git import GitError
from syncer.documents import Source, decode
from syncer.documents.selecting import speakable
from syncer.errors import ConfigurationError, DeliveryError, DocumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from syncer.delivery.git import Git
    from syncer.documents.selecting import Selection

_LINK: Final = "120000"
_FILES: Final = ("100644", "100755", "100664")
_CHUNK: Final = 200
"""So many documents are read at once; those of two chunks are kept at a time."""

_HOPS: Final = 10
"""So many symbolic links may follow each other."""

_NO_PATH: Final = re.compile(r"(?:^|/)(?:\.{0,2})(?:/|$)")
"""A part that is empty or leads elsewhere: that is no path of a document, and says nothing about one."""


class Entry(NamedTuple):
    """A file of a commit.

    Attributes:
        mode: Its mode, as Git writes it.
        blob: Id of its content.
    """

    mode: str
    blob: str


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
        without: Documents that aren't looked at.

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
        without: Collection[str] = (),
    ) -> None:
        self.revision: Final = revision
        self._git = git
        self._choice = choice
        self._fetch = fetch
        self._without = frozenset(without)
        self._tree = f"{revision}:{choice.prefix}"
        self._entries = self._listed()
        self._paths: list[str] = []
        self._places: dict[str, int] = {}
        self._refused: dict[str, DocumentError] = {}
        self._read: dict[int, dict[str, bytes | DocumentError]] = {}
        self._texts: dict[str, bytes] = {}
        self._before: dict[str, str] = {}

    def paths(self) -> list[str]:
        """See ``DocumentStore``. A symbolic link to a file stands for that file; one to a folder isn't followed."""
        found: dict[str, DocumentError | None] = {}
        for path in self._chosen():
            real, refusal = self._real(path)
            shown, unspeakable = speakable(real)
            if shown not in self._without:
                found[shown] = unspeakable or refusal
        self._refused = {path: error for path, error in found.items() if error is not None}
        self._paths = sorted(path for path in found if path not in self._refused)
        self._places = {path: number for number, path in enumerate(self._paths)}
        self._read.clear()
        if self._fetch is not None:
            self._fetch(self._lacking())
        return sorted(found)

    def read(self, path: str) -> Source:
        """See ``DocumentStore``."""
        if path in self._refused:
            raise self._refused[path]
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

    def _chosen(self) -> Iterator[str]:
        selection = self._choice.selection
        folders = list(self._named()) if self._choice.only else [""]
        files = [path for path in self._choice.only if path in self._entries]
        yield from files
        for path, entry in self._entries.items():
            if entry.mode not in (*_FILES, _LINK) or not _is_beneath(path, folders):
                continue
            if not _is_beneath(path, selection.bases()):
                continue
            hidden = any(selection.hides(part) for part in path.split("/"))
            if not hidden and selection.wants(path) and not selection.leaves_out_around(path):
                yield path

    def _named(self) -> Iterator[str]:
        """Those of the named paths that are folders."""
        for path in self._choice.only:
            if path in self._entries:
                continue
            if path and not any(one.startswith(f"{path}/") for one in self._entries):
                raise ConfigurationError(
                    f"{path} is not in the commit {self.revision[:12]}, which documents are read from",
                    remedy="Name files and folders that are there, or push it first.",
                )
            yield path

    def _real(self, path: str) -> tuple[str, DocumentError | None]:
        """The file that a path stands for, or why there is none."""
        here = path
        for _ in range(_HOPS):
            entry = self._entries.get(here)
            if entry is None:
                break
            if entry.mode != _LINK:
                if here != path and self._choice.selection.leaves_out_around(here):
                    break
                return here, None
            target = os.fsdecode(self._git.raw("cat-file", "blob", entry.blob))
            here = posixpath.normpath(posixpath.join(posixpath.dirname(here), target))
        return path, DocumentError(
            "the path is a symbolic link to no document here",
            remedy="Put the document there instead of a link, or exclude the link (documents.exclude).",
        )

    # What is in them

    def _content(self, path: str) -> bytes:
        number = self._places.get(path)
        if number is None:
            entry = self._entries.get(path)
            if entry is None or entry.mode not in _FILES:
                raise DocumentError(
                    "the document is gone", remedy="Nothing is done about it until it is back."
                )
            content = self._contents([path])[path]
        else:
            chunk = number // _CHUNK
            if chunk not in self._read:
                while len(self._read) > 1:
                    del self._read[next(iter(self._read))]
                first = chunk * _CHUNK
                self._read[chunk] = self._contents(self._paths[first : first + _CHUNK])
            content = self._read[chunk][path]
        if isinstance(content, DocumentError):
            raise content
        return content

    def _contents(self, paths: Sequence[str]) -> dict[str, bytes | DocumentError]:
        """The contents of files, by path; why one isn't read that is too large."""
        wanted = "".join(f"{self._entries[path].blob}\n" for path in paths).encode()
        sizes = self._git.text("cat-file", "--batch-check=%(objectsize)", given=wanted).split("\n")
        contents: dict[str, bytes | DocumentError] = {}
        small = []
        for path, size in zip(paths, sizes, strict=True):
            if int(size) > self._choice.max_bytes:
                contents[path] = DocumentError(
                    f"the document is larger than {self._choice.max_bytes:,} bytes",
                    remedy="Split it, or exclude it (documents.exclude).",
                )
            else:
                small.append(path)
        wanted = "".join(f"{self._entries[path].blob}\n" for path in small).encode()
        answer = self._git.raw("cat-file", "--batch", given=wanted) if small else b""
        for path in small:
            head, _, answer = answer.partition(b"\n")
            length = int(head.rpartition(b" ")[2])
            contents[path], answer = answer[:length], answer[length + 1 :]
        return contents

    def _lacking(self) -> list[str]:
        """Contents of documents that a partial clone hasn't got. Looking for them must not fetch them one by one."""
        listed = self._git.text("rev-list", "--objects", "--missing=print", self._tree)
        lacking = {line[1:] for line in listed.splitlines() if line.startswith("?")}
        return sorted(lacking & {self._entries[path].blob for path in self._paths})


def _is_beneath(path: str, folders: Sequence[str]) -> bool:
    return any(not folder or path.startswith(f"{folder}/") for folder in folders)
