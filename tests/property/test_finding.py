"""The walk that goes only where a pattern can match finds what a walk through everything finds."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from hypothesis import assume, given
from hypothesis import strategies as st
from wcmatch import glob

from syncer.delivery.tree import LINK, Entry, Tree
from syncer.documents import Folder
from syncer.documents.finding import find, walk
from syncer.documents.selecting import Selection

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
LINKS = st.lists(
    st.tuples(
        st.lists(FOLDERS, max_size=2),
        NAMES,
        st.lists(st.sampled_from(["..", ".", "", "a", "b", "x.md", "docs"]), max_size=4),
    ),
    max_size=5,
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


def link(root: Path, links: list[tuple[list[str], str, list[str]]]) -> None:
    """Make symbolic links beside the files of a tree."""
    for folders, name, target in links:
        folder = root.joinpath(*folders)
        if Path(os.path.realpath(folder)).is_relative_to(root) and folder.is_dir():
            path = folder / name
            if not path.exists() and not path.is_symlink():
                path.symlink_to("/".join(target) or ".")


def committed(root: Path) -> dict[str, Entry]:
    """What a commit of a folder holds; in the place of the id of a link's content is what it says."""
    found = {}
    for path in root.rglob("*"):
        name = path.relative_to(root).as_posix()
        if path.is_symlink():
            found[name] = Entry(LINK, str(path.readlink()))
        elif path.is_file():
            found[name] = Entry("100644", "")
    return found


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


@given(tree=TREES, links=LINKS, patterns=PATTERNS, exclude=st.one_of(st.just([]), PATTERNS))
def test_a_commit_has_the_documents_of_its_checkout(
    tree: list[list[str]],
    links: list[tuple[list[str], str, list[str]]],
    patterns: list[str],
    exclude: list[str],
) -> None:
    """A preview looks at the checkout, and what is delivered is made of the commit."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name).resolve() / "docs"
        root.mkdir()
        grow(root, tree)
        link(root, links)
        there = find(root, patterns, exclude, ())
        commit = Tree(committed(root), "docs", lambda entry: entry.blob)
        here = walk(commit, Selection(patterns, exclude), ())
        assert here.paths == there.paths
        assert here.refused.keys() == there.refused.keys()
