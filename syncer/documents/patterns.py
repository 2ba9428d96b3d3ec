"""Patterns of paths: ``*`` and ``?`` within a folder, ``**`` across folders, ``[a-z]``, ``{one,other}``.

Paths are relative to the root, with forward slashes. Wildcards don't match a leading dot: hidden files and folders
have to be named. Case counts, on every system.
"""

from __future__ import annotations

import re

from wcmatch import glob

_FLAGS = glob.GLOBSTAR | glob.BRACE | glob.FORCEUNIX | glob.CASE
_SPECIAL = frozenset("*?[\\{")
_HIDDEN = re.compile(r"(^|[/{,])\.")


def check(pattern: str) -> str:
    """The pattern itself, if it is one that can match a document.

    Raises:
        ValueError: It can't; says what to write instead.
    """
    if not pattern or pattern != pattern.strip():
        raise ValueError(
            "is empty, or has blanks around it; write a pattern such as `docs/**/*.md`"
        )
    parts = pattern.removeprefix("./").split("/")
    if pattern.startswith("/") or ".." in parts:
        raise ValueError("leaves the root; write a pattern that is relative to it")
    if not parts[-1]:
        raise ValueError(f"names a folder; write `{pattern}**/*.md` for the documents in it")
    if "" in parts or "." in parts:
        raise ValueError("has an empty part; write one slash between two names")
    if "\0" in pattern:
        raise ValueError("has a NUL character, which no path has; take it out")
    if pattern.startswith("!"):
        raise ValueError("starts with `!`; put what to leave out under `documents.exclude`")
    try:
        glob.compile(pattern, flags=_FLAGS)
    except Exception:  # noqa: BLE001  the class of the one that there is isn't public
        raise ValueError("stands for too many patterns; write fewer braces") from None
    return pattern.removeprefix("./")


class Patterns:
    """Patterns, compiled once.

    Args:
        patterns: As ``check`` takes them.
        hidden: Whether wildcards match a leading dot, too.
    """

    def __init__(self, patterns: tuple[str, ...], *, hidden: bool = False) -> None:
        flags = _FLAGS | (glob.DOTGLOB if hidden else 0)
        self._patterns = patterns
        self._compiled = glob.compile(patterns, flags=flags) if patterns else None

    def match(self, path: str) -> bool:
        """Whether one of the patterns matches the whole of this path."""
        return self._compiled is not None and self._compiled.match(path)

    def bases(self) -> tuple[str, ...]:
        """The folders beneath which everything lies that can match, none inside another; ``""`` is the root."""
        bases = sorted({_base(pattern) for pattern in self._patterns})
        return tuple(
            base
            for base in bases
            if not any(beneath(base, other) for other in bases if other != base)
        )

    def may_be_hidden(self) -> bool:
        """Whether one of them names a hidden file or folder."""
        return any(_HIDDEN.search(pattern) for pattern in self._patterns)


def beneath(path: str, folder: str) -> bool:
    """Whether the path is the folder itself or lies in it; both relative to the root."""
    return not folder or path == folder or path.startswith(folder + "/")


def _base(pattern: str) -> str:
    """The leading folders of a pattern that are written without a wildcard."""
    folders = pattern.split("/")[:-1]
    literal = 0
    while literal < len(folders) and _SPECIAL.isdisjoint(folders[literal]):
        literal += 1
    return "/".join(folders[:literal])
