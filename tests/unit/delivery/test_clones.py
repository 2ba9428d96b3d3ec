"""The clones that a daemon keeps: small, harmless, and made anew whenever anything is wrong with them."""

from __future__ import annotations

import fcntl
import os
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from syncer.delivery import clones
from syncer.delivery.clones import Clone
from syncer.delivery.git import GitError
from syncer.delivery.remote import Remote
from syncer.errors import DeliveryError
from tests.support.repositories import Repository, bare, cloned

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FILES = {"pm/1.md": "# One\n", "code/large.c": "x" * 10_000}
INTO = "refs/syncer/branches/main"


def partial(folder: Path) -> Repository:
    """A remote that knows partial clones."""
    made = bare(folder, FILES)
    for key in ("uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"):
        made.git("config", key, "true")
    return made


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return partial(tmp_path_factory.mktemp("git") / "there.git")


@pytest.fixture
def clone(there: Repository, tmp_path: Path) -> Clone:
    return Clone(tmp_path / "clones" / "shop.git", there.folder.as_uri(), there.runner())


def fetched(clone: Clone) -> str:
    """Bring the newest commit into a clone; the text of its document."""
    here = Repository(clone.folder).runner()
    remote = Remote(lambda: here, clones.REMOTE)
    with clone.held():
        head = remote.fetch("refs/heads/main", into=INTO, shallow=True)
        return here.text("cat-file", "blob", f"{head}:pm/1.md")


def objects(clone: Clone) -> list[str]:
    """What a clone has, by type and size."""
    git = Repository(clone.folder)
    listed = git.git("cat-file", "--batch-all-objects", "--batch-check=%(objecttype) %(objectsize)")
    return sorted(listed.splitlines())


def test_a_clone_has_no_history_and_no_contents_that_nobody_reads(clone: Clone) -> None:
    assert fetched(clone) == "# One"
    kinds = [line.split()[0] for line in objects(clone)]
    assert kinds == ["blob", "commit", "tree", "tree", "tree"]
    assert Repository(clone.folder).git("rev-parse", "--is-shallow-repository") == "true"
    assert "blob 10000" not in objects(clone)


def test_a_remote_that_knows_no_partial_clones_serves_as_well(
    there: Repository, clone: Clone, tmp_path: Path
) -> None:
    simple = bare(tmp_path / "simple.git", FILES)
    assert fetched(replace(clone, url=simple.folder.as_uri())) == "# One"
    assert fetched(replace(clone, url=str(simple.folder))) == "# One"


def test_one_that_is_there_is_used_again(clone: Clone) -> None:
    fetched(clone)
    (clone.folder / "kept").touch()
    fetched(clone)
    assert (clone.folder / "kept").exists()


def _gone(clone: Clone) -> None:
    shutil.rmtree(clone.folder)


def _emptied(clone: Clone) -> None:
    shutil.rmtree(clone.folder)
    clone.folder.mkdir()


def _headless(clone: Clone) -> None:
    (clone.folder / "HEAD").unlink()


def _half_configured(clone: Clone) -> None:
    (clone.folder / "config").write_text("[core]\n\tbare = true\n")


def _garbled(clone: Clone) -> None:
    (clone.folder / "config").write_text("[core\n")


def _another_format(clone: Clone) -> None:
    Repository(clone.folder).git("config", "syncer.format", "0")


@pytest.mark.parametrize(
    "harm", [_gone, _emptied, _headless, _half_configured, _garbled, _another_format]
)
def test_one_that_is_broken_is_made_anew(clone: Clone, harm: Callable[[Clone], None]) -> None:
    fetched(clone)
    harm(clone)
    assert fetched(clone) == "# One"
    assert Repository(clone.folder).git("config", "core.hooksPath") == os.devnull


def test_one_of_another_repository_is_made_anew(clone: Clone, tmp_path: Path) -> None:
    fetched(clone)
    other = bare(tmp_path / "other.git", {"pm/1.md": "# Other\n"})
    assert fetched(replace(clone, url=other.folder.as_uri())) == "# Other"


def test_one_that_has_grown_is_made_anew(
    clone: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clones, "MOST_PACKS", 4)
    busy = partial(tmp_path / "busy.git")
    clone = replace(clone, url=busy.folder.as_uri())
    author = cloned(busy, tmp_path / "author")
    packs = []
    for number in range(8):
        author.commit({"pm/1.md": f"# Version {number}\n"})
        author.push()
        assert fetched(clone) == f"# Version {number}"
        packs.append(len(list((clone.folder / "objects/pack").glob("*.pack"))))
    assert max(packs) <= 6
    assert packs.count(2) > 1


def test_a_folder_that_is_not_ours_is_left_alone(clone: Clone, tmp_path: Path) -> None:
    clone.folder.mkdir(parents=True)
    (clone.folder / "thesis.txt").write_text("ten years")
    with pytest.raises(DeliveryError, match="is no clone of syncer's"), clone.held():
        pass
    assert (clone.folder / "thesis.txt").read_text() == "ten years"

    elsewhere = tmp_path / "elsewhere"
    shutil.move(clone.folder, elsewhere)
    (elsewhere / "syncer-clone").touch()
    clone.folder.symlink_to(elsewhere)
    with pytest.raises(DeliveryError, match="is no clone of syncer's"), clone.held():
        pass
    assert (elsewhere / "thesis.txt").exists()


def test_two_processes_do_not_work_with_the_same_clone(clone: Clone) -> None:
    fetched(clone)
    # Locks are had by open files, so that two of them are as good as two processes.
    with (clone.folder.with_suffix(".lock")).open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(DeliveryError, match="another process works with the clone"):
            fetched(clone)
    assert fetched(clone) == "# One"


def test_a_folder_that_cannot_be_written_is_told(clone: Clone, tmp_path: Path) -> None:
    (tmp_path / "clones").touch()
    with pytest.raises(DeliveryError, match="can't be made in") as caught:
        fetched(clone)
    assert "daemon.folder" in caught.value.remedy


def test_nothing_is_reached_in_another_way_than_the_address_says(
    there: Repository, clone: Clone, tmp_path: Path
) -> None:
    fetched(clone)
    here = Repository(clone.folder)
    here.git("config", "url.ext::sh -c 'touch ran' .insteadOf", there.folder.as_uri())
    with pytest.raises(GitError, match="not allowed"):
        here.runner().raw("fetch", "origin")
    assert not (clone.folder / "ran").exists()
    assert here.git("config", "--get-regexp", r"^protocol\.").splitlines() == [
        "protocol.allow never",
        "protocol.file.allow always",
    ]


@pytest.mark.parametrize(
    ("url", "way"),
    [
        ("https://x.example/a", "https"),
        ("ssh://git@x.example/a", "ssh"),
        ("git@x.example:a", "ssh"),
        ("http://127.0.0.1/a", "http"),
        ("/srv/a", "file"),
    ],
)
def test_each_address_is_reached_in_one_way(url: str, way: str) -> None:
    assert clones._protocols(url) == (way,)


def test_what_a_remote_sends_is_looked_through(
    there: Repository, clone: Clone, tmp_path: Path
) -> None:
    evil = bare(tmp_path / "evil.git")
    blob = evil.git("hash-object", "-w", "--stdin", given=b"[core]\n")
    tree = evil.git(
        "hash-object", "-t", "tree", "-w", "--literally", "--stdin",
        given=b"100644 .git\0" + bytes.fromhex(blob),
    )  # fmt: skip
    evil.git("update-ref", "refs/heads/main", evil.git("commit-tree", tree, "-m", "x"))
    with pytest.raises(DeliveryError, match="hasDotgit"):
        fetched(replace(clone, url=evil.folder.as_uri()))


def test_hooks_are_not_run(clone: Clone) -> None:
    fetched(clone)
    hook = clone.folder / "hooks" / "reference-transaction"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\ntouch ran\n")
    hook.chmod(0o755)
    fetched(clone)
    assert not (clone.folder / "ran").exists()


def test_what_a_git_that_was_killed_leaves_behind_is_taken_away(tmp_path: Path) -> None:
    there = bare(tmp_path / "there.git", {"a.md": "# A\n"})
    made = Clone(tmp_path / "c.git", there.folder.as_uri(), there.runner())
    with made.held():
        pass
    for name in ("shallow.lock", "packed-refs.lock", "refs/syncer/branches/main.lock"):
        (made.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (made.folder / name).touch()
    with made.held():
        assert not list(made.folder.rglob("*.lock"))


def test_one_with_which_all_fails_is_made_anew(tmp_path: Path) -> None:
    there = bare(tmp_path / "there.git", {"a.md": "# A\n"})
    made = Clone(tmp_path / "c.git", there.folder.as_uri(), there.runner())
    with made.held():
        (made.folder / "spoilt").touch()

    def fail() -> None:
        with made.held():
            assert (made.folder / "spoilt").exists()
            raise DeliveryError("index file is too small")

    for _ in range(3):
        with pytest.raises(DeliveryError):
            fail()
    with made.held():
        assert not (made.folder / "spoilt").exists()
