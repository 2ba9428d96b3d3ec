"""A commit is made of edits, without a work tree: objects are written, then the commit, and no ref is moved.

Git's own configuration says whether it is signed, and how.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from syncer.delivery.git import GitError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from syncer.delivery.git import Git
    from syncer.delivery.snapshot import Edit

TRAILER: Final = "Syncer-Tree"
"""The trailer with the id of the commit's own tree. Whoever amends the commit changes the tree and not the trailer."""

_NOBODY: Final = ("syncer", "syncer@localhost.invalid")
"""Who commits where nobody is configured; an address that is nobody's (RFC 6761, section 6.4)."""

_IDENTITY: Final = re.compile(r"(?P<name>.+) <(?P<address>[^<>]+)>")
_COMMITTERS: Final = ("AUTHOR", "COMMITTER")


@dataclass(frozen=True, slots=True)
class Wording:
    """What commits are like.

    Attributes:
        subject: First line of the message.
        author: ``Name <address>``; empty for whom Git is configured for.
        trailers: Lines at the end of the message, by name.
    """

    subject: str
    author: str = ""
    trailers: Mapping[str, str] = field(default_factory=dict)


def commit(git: Git, base: str, edits: Mapping[str, Edit], wording: Wording, body: str) -> str:
    """Make a commit on top of another one.

    Args:
        git: Git in the repository, at its top.
        base: Full id of the commit that it follows.
        edits: What is another in it, by path.
        wording: Who makes it, and its message.
        body: What was done, in one line.

    Returns:
        Its full id.

    Raises:
        GitError: It can't be made, such as where it is to be signed and can't be.
    """
    with TemporaryDirectory(prefix="syncer-") as folder:
        tree = _tree(git, base, edits, Path(folder))
    signing = ("-S",) if _is_signed(git) else ()
    message = _message(wording, body, tree)
    who = git.within(_people(git, wording.author))
    # The message is in this encoding, whatever those of people here are in.
    making = ("-c", "i18n.commitEncoding=UTF-8", "commit-tree", tree, "-p", base, *signing)
    return who.text(*making, "-F", "-", given=message.encode())


def is_ours(message: str, tree: str) -> bool:
    """Whether syncer made a commit, and nobody has amended it since.

    Args:
        message: Its message.
        tree: Full id of its tree.
    """
    return bool(tree) and trailer(message, TRAILER) == tree


def trailer(message: str, name: str) -> str:
    """The value of a trailer in a message of ours; empty if it isn't there, or more than once."""
    _, gap, last = message.rstrip("\n").rpartition("\n\n")
    pairs = (line.partition(": ") for line in last.split("\n"))
    found = [value for key, _, value in pairs if key == name and gap]
    return found[0] if len(found) == 1 else ""


def _tree(git: Git, base: str, edits: Mapping[str, Edit], folder: Path) -> str:
    files = []
    for number, edit in enumerate(edits.values()):
        file = folder / str(number)
        file.write_bytes(edit.data)
        files.append(f"{file}\n")
    # Without filters: what is in a file is what is in the commit, whatever .gitattributes say.
    hashing = ("hash-object", "-w", "--no-filters", "--stdin-paths")
    blobs = git.text(*hashing, given="".join(files).encode()).split("\n")
    lines = (
        f"{edit.mode} {blob}\t{path}\0"
        for (path, edit), blob in zip(edits.items(), blobs, strict=True)
    )
    aside = git.within({"GIT_INDEX_FILE": str(folder / "index")})
    aside.raw("read-tree", base)
    aside.raw(
        "update-index",
        "-z",
        "--index-info",
        given="".join(lines).encode("utf-8", "surrogateescape"),
    )
    # A clone that leaves contents out lacks those of other files, which are as they were.
    return aside.text("write-tree", "--missing-ok")


def _is_signed(git: Git) -> bool:
    return git.asks("config", "--type=bool", "--get", "commit.gpgSign") == "true"


def _people(git: Git, author: str) -> dict[str, str]:
    """Git's variables for who makes a commit; nothing where that is configured."""
    found = _IDENTITY.fullmatch(author)
    if found is None and _is_known(git):
        return {}
    name, address = (found["name"], found["address"]) if found else _NOBODY
    return {
        f"GIT_{who}_{what}": value
        for who in _COMMITTERS
        for what, value in (("NAME", name), ("EMAIL", address))
    }


def _is_known(git: Git) -> bool:
    """Whether Git is configured for somebody; left alone, it makes a name up from the machine's."""
    try:
        for who in _COMMITTERS:
            git.raw("-c", "user.useConfigOnly=true", "var", f"GIT_{who}_IDENT")
    except GitError:
        return False
    return True


def _message(wording: Wording, body: str, tree: str) -> str:
    """A commit's message. The body is one line, so nothing in it can be taken for a trailer."""
    line = " ".join("".join(c if c.isprintable() else " " for c in body).split())
    trailers = "".join(
        f"{name}: {value}\n" for name, value in {**wording.trailers, TRAILER: tree}.items()
    )
    return "\n\n".join(filter(None, (wording.subject, line, trailers)))
