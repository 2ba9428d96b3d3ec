"""The tree of a commit as a place to look for documents in, with its symbolic links followed as a checkout would."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final, NamedTuple

from syncer.documents.finding import leaving
from syncer.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from syncer.documents.finding import Kind, Target

LINK: Final = "120000"
"""The mode of a symbolic link in Git."""

SUBMODULE: Final = "160000"
"""The mode of a submodule in Git."""

_HOPS: Final = 40
"""So many symbolic links are followed on one path; Linux follows as many."""


class Entry(NamedTuple):
    """A file of a commit.

    Attributes:
        mode: Its mode, as Git writes it.
        blob: Id of its content.
    """

    mode: str
    blob: str


class Tree:
    """See ``syncer.documents.finding.Place``.

    A submodule is never entered: its documents are another repository's.

    Args:
        entries: What is in it, by path relative to the root.
        root: The root's own path in the repository; empty for its top.
        target: Reads what a symbolic link says.
    """

    def __init__(
        self, entries: Mapping[str, Entry], root: str, target: Callable[[Entry], str]
    ) -> None:
        self._entries = entries
        self._root = tuple(filter(None, root.split("/")))
        self._target = target
        self._folders: dict[str, dict[str, Kind]] = {"": {}}
        for path, entry in entries.items():
            folder, _, name = path.rpartition("/")
            self._folder(folder)
            if entry.mode != SUBMODULE:
                self._folders[folder][name] = "link" if entry.mode == LINK else "file"

    def entries(self, folder: str) -> Iterator[tuple[str, Kind]]:
        """See ``Place``."""
        yield from self._folders[folder].items()

    def resolve(self, path: str) -> tuple[str, Target]:
        """See ``Place``."""
        here = list(self._root)
        ahead = deque(path.split("/"))
        hops = 0
        while ahead:
            part = ahead.popleft()
            if part in {"", "."}:
                continue
            if part == "..":
                if not here:
                    raise leaving("the repository")
                here.pop()
                continue
            here.append(part)
            inner = self._inside(here)
            entry = None if inner is None else self._entries.get(inner)
            if entry is None:
                if inner is not None and inner not in self._folders:
                    return path, ""
                continue
            if entry.mode == SUBMODULE:
                raise DocumentError(
                    "the path leads into a submodule, which is a repository of its own",
                    remedy="Sync that repository by itself, or exclude the path (documents.exclude).",
                )
            if entry.mode != LINK:
                return (path, "") if any(ahead) else (inner or "", "file")
            hops += 1
            target = self._target(entry)
            if hops > _HOPS:
                return path, ""
            if target.startswith("/"):
                raise leaving("the repository")
            here.pop()
            ahead.extendleft(reversed(target.split("/")))
        inner = self._inside(here)
        if inner is None:
            raise leaving("the folder that documents are in")
        return inner, "folder"

    def _inside(self, here: list[str]) -> str | None:
        """A path in the repository relative to the root; ``None`` for a folder around the root.

        Raises:
            DocumentError: It is neither.
        """
        depth = len(self._root)
        if tuple(here[:depth]) == self._root:
            return "/".join(here[depth:])
        if self._root[: len(here)] == tuple(here):
            return None
        raise leaving("the folder that documents are in")

    def _folder(self, path: str) -> None:
        """Note a folder, and those around it."""
        found = []
        while path not in self._folders:
            self._folders[path] = {}
            around, _, name = path.rpartition("/")
            found.append((around, name))
            path = around
        for around, name in found:
            self._folders[around][name] = "folder"
