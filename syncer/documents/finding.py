"""Which documents there are: a walk that goes only where a pattern can match.

Symbolic links: a link to a file stands for that file, under the file's own path. A link to a folder is followed
where a pattern or an argument writes it out, never by a wildcard, so a loop of links cannot trap the walk.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from syncer.documents.patterns import beneath
from syncer.documents.selecting import Selection, speakable
from syncer.errors import ConfigurationError, DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


Kind = Literal["folder", "file", "link"]
"""What a name stands for; a file is whatever is neither of the others."""

Target = Literal["folder", "file", ""]
"""What a path leads to; empty for nothing."""


class Place(Protocol):
    """What is walked through. Paths are relative to its root, with forward slashes; the empty one is the root."""

    def entries(self, folder: str) -> Iterator[tuple[str, Kind]]:
        """The names in a folder, which is given by its real path.

        Raises:
            OSError: It can't be listed.
        """

    def resolve(self, path: str) -> tuple[str, Target]:
        """The real path of what a path leads to, and what that is.

        Raises:
            DocumentError: It leads out of this place.
        """


@dataclass(frozen=True, slots=True)
class Found:
    """What a walk came upon.

    Attributes:
        paths: Documents, by their real path relative to the root.
        refused: What cannot be read, by the path to report it under, with the reason.
    """

    paths: set[str] = field(default_factory=set)
    refused: dict[str, DocumentError] = field(default_factory=dict)


def find(
    root: Path, paths: Sequence[str] | None, exclude: Sequence[str], only: Sequence[Path]
) -> Found:
    """The documents beneath ``root``, which is a real path; see ``Folder`` for the other arguments.

    Raises:
        ConfigurationError: One of ``only`` isn't there, or lies outside of the root.
    """
    named = [_argument(root, argument) for argument in only]
    return walk(_Disk(root), Selection(paths, exclude), named)


def walk(place: Place, selection: Selection, only: Sequence[str]) -> Found:
    """The documents of a place.

    Args:
        place: Where they are.
        selection: Which files are documents.
        only: Real paths of files and folders to look at, which are there; everything if there are none. A file is taken
            whether or not it is selected.
    """
    walked = _Walk(place, selection)
    folders = [path for path in only if place.resolve(path)[1] == "folder"]
    for path in only:
        if path not in folders:
            walked.add(path)
    walked.search(folders if only else [""])
    return walked.found


def _argument(root: Path, argument: Path) -> str:
    """The real path of a file or folder that was named, relative to the root; ``""`` is the root."""
    try:
        real = argument.resolve(strict=True)
    except FileNotFoundError:
        raise ConfigurationError(
            f"{argument} does not exist", remedy="Name files and folders that are there."
        ) from None
    except (OSError, RuntimeError) as error:
        raise ConfigurationError(
            f"{argument} cannot be reached: {error}", remedy="Check its links and permissions."
        ) from None
    if not real.is_relative_to(root):
        raise ConfigurationError(
            f"{argument} lies outside of {root}, where the documents of this configuration are",
            remedy="Name files and folders within it, or another configuration with --config.",
        )
    relative = real.relative_to(root).as_posix()
    return "" if relative == "." else relative


def leaving(where: str) -> DocumentError:
    """What is said of a symbolic link that leads out of a place."""
    return DocumentError(
        f"the path is a symbolic link that leaves {where}",
        remedy="Put the document there instead of a link, or exclude the link (documents.exclude).",
    )


class _Disk:
    """A folder of the file system, as a place; its root is a real path."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def entries(self, folder: str) -> Iterator[tuple[str, Kind]]:
        """See ``Place``."""
        with os.scandir(self._root / folder) as entries:
            for entry in entries:
                yield entry.name, _kind(entry)

    def resolve(self, path: str) -> tuple[str, Target]:
        """See ``Place``."""
        real = self._real(path, strict=True)
        if real is not None:
            return _relative(real, self._root), "folder" if real.is_dir() else "file"
        self._real(path, strict=False)
        return path, ""

    def _real(self, path: str, *, strict: bool) -> Path | None:
        try:
            real = (self._root / path).resolve(strict=strict)
        except (OSError, RuntimeError):  # there is nothing, or links lead in a circle
            return None
        if not real.is_relative_to(self._root):
            raise leaving(str(self._root))
        return real


def _kind(entry: os.DirEntry[str]) -> Kind:
    if entry.is_dir(follow_symlinks=False):
        return "folder"
    return "link" if entry.is_symlink() else "file"


class _Walk:
    """One walk, and what it has found so far."""

    def __init__(self, place: Place, selection: Selection) -> None:
        self.found = Found()
        self._place = place
        self._selection = selection

    def add(self, path: str) -> None:
        """Take a document, given by its real path."""
        shown, refusal = speakable(path)
        if refusal is not None:
            self.found.refused[shown] = refusal
        else:
            self.found.paths.add(path)

    def search(self, folders: Sequence[str]) -> None:
        """Look for documents in these folders, given by their real paths."""
        for base in self._selection.bases():
            real = self._real_folder(base)
            if real is None:
                continue
            for folder in folders:
                if beneath(real, folder):
                    self._enter(base, real)
                elif beneath(folder, real):
                    rest = folder[len(real) :].lstrip("/")
                    self._enter("/".join(filter(None, (base, rest))), folder)

    def _real_folder(self, base: str) -> str | None:
        """The real path of a pattern's literal beginning; ``None`` if there is nothing to look into."""
        try:
            real, kind = self._place.resolve(base)
        except DocumentError as error:
            self.found.refused[base] = error
            return None
        return real if kind == "folder" else None

    def _enter(self, written: str, real: str) -> None:
        """Walk a folder, unless it or a folder around it is excluded.

        Args:
            written: Its path as the patterns know it.
            real: Its real path, which differs where ``written`` goes through a symbolic link.
        """
        leaves_out = self._selection.leaves_out_around
        if not leaves_out(written) and not leaves_out(real):
            self._folder(written, real)

    def _folder(self, written: str, real: str) -> None:
        pending = [(written, real)]
        while pending:
            written, real = pending.pop()
            try:
                pending.extend(self._entries(written, real))
            except OSError as error:
                self.found.refused[real or "."] = DocumentError(
                    f"the folder cannot be listed: {error.strerror}",
                    remedy="Give the right to read the folder, or exclude it (documents.exclude).",
                )

    def _entries(self, written: str, real: str) -> Iterator[tuple[str, str]]:
        """Note the documents among a folder's entries, and yield the folders to walk next."""
        for name, kind in self._place.entries(real):
            if self._selection.hides(name):
                continue
            inner = f"{written}/{name}" if written else name
            inner_real = f"{real}/{name}" if real else name
            if kind == "folder":
                if not self._excluded(inner, inner_real):
                    yield inner, inner_real
            elif self._selection.wants(inner) and not self._excluded(inner, inner_real):
                if kind == "link":
                    self._link(inner_real)
                else:
                    self.add(inner_real)

    def _excluded(self, written: str, real: str) -> bool:
        leaves_out = self._selection.leaves_out
        return leaves_out(written) or (written != real and leaves_out(real))

    def _link(self, path: str) -> None:
        """Take the document that a symbolic link stands for."""
        try:
            target, kind = self._place.resolve(path)
        except DocumentError as error:
            self.found.refused[path] = error
            return
        if not kind:
            self.found.refused[path] = DocumentError(
                "the path is a symbolic link to nothing", remedy="Mend the link, or delete it."
            )
        elif kind == "file" and not self._selection.leaves_out_around(target):
            self.add(target)


def _relative(real: Path, root: Path) -> str:
    relative = real.relative_to(root).as_posix()
    return "" if relative == "." else relative
