"""Which documents there are: a walk that goes only where a pattern can match.

Symbolic links: a link to a file stands for that file, under the file's own path. A link to a folder is followed
where a pattern or an argument writes it out, never by a wildcard, so a loop of links cannot trap the walk.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from syncer.documents.patterns import beneath
from syncer.documents.selecting import Selection, speakable
from syncer.errors import ConfigurationError, DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


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
    walk = _Walk(root, paths, exclude)
    if not only:
        walk.search([""])
        return walk.found
    folders = []
    for argument in only:
        path = _argument(root, argument)
        if (root / path).is_dir():
            folders.append(path)
        else:
            walk.add(path)
    walk.search(folders)
    return walk.found


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


class _Walk:
    """One walk, and what it has found so far."""

    def __init__(self, root: Path, paths: Sequence[str] | None, exclude: Sequence[str]) -> None:
        self.found = Found()
        self._root = root
        self._selection = Selection(paths, exclude)

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
        real = (self._root / base).resolve()
        if not real.is_relative_to(self._root):
            self._refuse_outside(base)
            return None
        return _relative(real, self._root) if real.is_dir() else None

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
                with os.scandir(self._root / real) as entries:
                    pending.extend(self._entries(entries, written, real))
            except OSError as error:
                self.found.refused[real or "."] = DocumentError(
                    f"the folder cannot be listed: {error.strerror}",
                    remedy="Give the right to read the folder, or exclude it (documents.exclude).",
                )

    def _entries(
        self, entries: Iterator[os.DirEntry[str]], written: str, real: str
    ) -> Iterator[tuple[str, str]]:
        """Note the documents among a folder's entries, and yield the folders to walk next."""
        for entry in entries:
            name = entry.name
            if self._selection.hides(name):
                continue
            inner = f"{written}/{name}" if written else name
            inner_real = f"{real}/{name}" if real else name
            if entry.is_dir(follow_symlinks=False):
                if not self._excluded(inner, inner_real):
                    yield inner, inner_real
            elif self._selection.wants(inner) and not self._excluded(inner, inner_real):
                self._document(entry, inner_real)

    def _excluded(self, written: str, real: str) -> bool:
        leaves_out = self._selection.leaves_out
        return leaves_out(written) or (written != real and leaves_out(real))

    def _document(self, entry: os.DirEntry[str], path: str) -> None:
        if entry.is_symlink():
            self._link(path)
        else:
            self.add(path)

    def _link(self, path: str) -> None:
        """Take the document that a symbolic link stands for."""
        try:
            real = (self._root / path).resolve(strict=True)
        except (OSError, RuntimeError):
            self.found.refused[path] = DocumentError(
                "the path is a symbolic link to nothing", remedy="Mend the link, or delete it."
            )
            return
        if real.is_dir():
            return
        if not real.is_relative_to(self._root):
            self._refuse_outside(path)
            return
        target = _relative(real, self._root)
        if not self._selection.leaves_out_around(target):
            self.add(target)

    def _refuse_outside(self, path: str) -> None:
        self.found.refused[path] = DocumentError(
            f"the path is a symbolic link that leaves {self._root}",
            remedy="Put the document there instead of a link, or exclude the link (documents.exclude).",
        )


def _relative(real: Path, root: Path) -> str:
    relative = real.relative_to(root).as_posix()
    return "" if relative == "." else relative
