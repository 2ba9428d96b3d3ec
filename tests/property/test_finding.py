"""The walk that goes only where a pattern can match finds what a walk through everything finds."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import assume, given
from hypothesis import strategies as st
from wcmatch import glob

from syncer.documents import Folder

FLAGS = glob.GLOBSTAR | glob.BRACE | glob.NODIR
NAMES = st.sampled_from(["a", "b", "ab", ".h", "x.md", "y.md", ".z.md", "a.md"])
FOLDERS = st.sampled_from(["a", "b", "ab", ".h", "a.md"])
PARTS = st.sampled_from(
    [
        "a",
        "ab",
        ".h",
        ".*",
        "**",
        "*",
        "a*",
        "[ab]",
        "{a,b}",
        "{.h,a}",
        "x.md",
        "*.md",
        "?.md",
        "**.md",
    ]
)
TREES = st.lists(
    st.builds(lambda folders, name: [*folders, name], st.lists(FOLDERS, max_size=3), NAMES),
    max_size=12,
)
PATTERNS = st.lists(
    st.lists(PARTS, min_size=1, max_size=4).map("/".join), min_size=1, max_size=3, unique=True
)


def grow(root: Path, tree: list[list[str]]) -> None:
    """Make the files of a tree, but for those in whose way another file stands."""
    for *folders, name in tree:
        folder = root
        for part in folders:
            folder /= part
            if folder.parent.is_dir() and not folder.is_file():
                folder.mkdir(exist_ok=True)
        if folder.is_dir() and not (folder / name).exists():
            (folder / name).touch()


def is_excluded(path: str, patterns: list[str]) -> bool:
    parts = path.split("/")
    around = ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
    return any(glob.globmatch(part, patterns, flags=FLAGS | glob.DOTGLOB) for part in around)


@given(tree=TREES, patterns=PATTERNS, exclude=st.one_of(st.just([]), PATTERNS))
def test_the_same_documents_are_found(
    tree: list[list[str]], patterns: list[str], exclude: list[str]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        grow(root, tree)
        everything = glob.glob(patterns, root_dir=name, flags=FLAGS)
        expected = sorted(path for path in set(everything) if not is_excluded(path, exclude))
        assert Folder(root, patterns, exclude).paths() == expected


@given(tree=TREES, patterns=PATTERNS, only=st.lists(FOLDERS, min_size=1, max_size=3))
def test_naming_a_folder_finds_what_lies_in_it_and_no_more(
    tree: list[list[str]], patterns: list[str], only: list[str]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        grow(root, [*tree, [*only, "x.md"]])
        inside = root.joinpath(*only)
        assume(inside.is_dir())
        everything = Folder(root, patterns).paths()
        expected = [path for path in everything if (root / path).is_relative_to(inside)]
        assert Folder(root, patterns, only=[inside]).paths() == expected
