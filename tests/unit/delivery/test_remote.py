from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from syncer.delivery.git import GitError
from syncer.delivery.refusals import explained, has_moved
from syncer.delivery.remote import Remote
from syncer.errors import DeliveryError
from tests.support.repositories import Repository, bare, cloned

if TYPE_CHECKING:
    from pathlib import Path

NOBODY = "0" * 39 + "1"
MAIN = "refs/heads/main"
OTHER = "refs/syncer/lease"


@pytest.fixture
def there(tmp_path: Path) -> Repository:
    return bare(tmp_path / "there.git")


@pytest.fixture
def here(there: Repository, tmp_path: Path) -> Repository:
    return cloned(there, tmp_path / "here")


@pytest.fixture
def elsewhere(there: Repository, tmp_path: Path) -> Repository:
    return cloned(there, tmp_path / "elsewhere")


@pytest.fixture
def remote(here: Repository) -> Remote:
    return Remote(here.runner, "origin")


def hook(repository: Repository, name: str, script: str) -> None:
    file = repository.folder / "hooks" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


class TestLooking:
    def test_a_ref_is_told_by_its_full_name_alone(self, there: Repository, remote: Remote) -> None:
        there.git("update-ref", f"refs/heads/other/{MAIN}", there.head())

        assert remote.ref(MAIN) == there.head()
        assert remote.ref("refs/heads/gone") == ""

    def test_the_default_branch_is_the_remote_s(self, there: Repository, remote: Remote) -> None:
        there.git("update-ref", "refs/heads/team/trunk", there.head())
        there.git("symbolic-ref", "HEAD", "refs/heads/team/trunk")

        assert remote.default_branch() == "team/trunk"

    def test_without_a_default_branch_one_is_to_be_named(
        self, there: Repository, remote: Remote
    ) -> None:
        there.git("symbolic-ref", "HEAD", "refs/heads/nothing")

        with pytest.raises(DeliveryError) as caught:
            remote.default_branch()
        assert "delivery.branch" in caught.value.remedy

    def test_a_remote_may_be_an_address(self, there: Repository, here: Repository) -> None:
        assert Remote(here.runner, there.folder.as_uri()).ref(MAIN) == there.head()

    @pytest.mark.parametrize("name", ["--upload-pack=touch pwned", "-v"])
    def test_no_name_becomes_an_option(self, here: Repository, name: str) -> None:
        remote = Remote(here.runner, name)

        for act in (
            lambda: remote.ref(MAIN),
            lambda: remote.fetch(MAIN),
            lambda: remote.push(here.head(), MAIN, expected=None),
        ):
            with pytest.raises(DeliveryError):
                act()
        assert not (here.folder / "pwned").exists()

    def test_a_remote_that_is_nowhere_is_told_with_the_remedy(
        self, here: Repository, tmp_path: Path
    ) -> None:
        with pytest.raises(DeliveryError) as caught:
            Remote(here.runner, str(tmp_path / "nowhere")).ref(MAIN)
        assert "no such repository" in caught.value.message
        assert "delivery.remote" in caught.value.remedy


class TestFetching:
    def test_a_new_head_comes_into_a_ref_of_ours_and_nowhere_else(
        self, here: Repository, elsewhere: Repository, remote: Remote
    ) -> None:
        before = here.git("for-each-ref")
        new = elsewhere.commit({"a.md": "a\n"})
        elsewhere.push()

        assert remote.fetch(MAIN, into="refs/syncer/base") == new
        assert here.head("refs/syncer/base") == new
        here.git("update-ref", "-d", "refs/syncer/base")
        assert here.git("for-each-ref") == before
        assert not (here.folder / ".git" / "FETCH_HEAD").exists()

    def test_without_a_ref_of_ours_none_is_left(
        self, there: Repository, here: Repository, remote: Remote
    ) -> None:
        blob = there.git("hash-object", "-w", "--stdin", given=b"mine")
        there.git("update-ref", OTHER, blob)
        before = here.git("for-each-ref")

        assert remote.fetch(OTHER) == blob
        assert here.git("cat-file", "blob", blob) == "mine"
        assert here.git("for-each-ref") == before

    def test_a_branch_that_was_rewritten_is_fetched_all_the_same(
        self, there: Repository, remote: Remote
    ) -> None:
        remote.fetch(MAIN, into="refs/syncer/base")
        other = there.git("commit-tree", there.head("main^{tree}"), "-m", "Other")
        there.git("update-ref", MAIN, other)

        assert remote.fetch(MAIN, into="refs/syncer/base") == other

    def test_a_branch_that_gave_way_to_others_is_told_with_the_remedy(
        self, there: Repository, here: Repository, remote: Remote
    ) -> None:
        there.git("update-ref", "refs/heads/old", there.head())
        here.git("fetch", "--quiet")
        there.git("update-ref", "-d", "refs/heads/old")
        there.git("update-ref", "refs/heads/old/new", there.head())

        with pytest.raises(DeliveryError) as caught:
            remote.fetch("refs/heads/old/new", into="refs/remotes/origin/old/new")
        assert "git remote prune" in caught.value.remedy

    def test_a_ref_that_is_not_there_leaves_ours_alone(
        self, here: Repository, remote: Remote
    ) -> None:
        base = remote.fetch(MAIN, into="refs/syncer/base")

        assert remote.fetch("refs/heads/gone", into="refs/syncer/base") == ""
        assert here.head("refs/syncer/base") == base

    def test_a_complete_repository_stays_complete(
        self, here: Repository, elsewhere: Repository, remote: Remote
    ) -> None:
        for number in range(3):
            elsewhere.commit({"a.md": f"{number}\n"})
        elsewhere.push()

        new = remote.fetch(MAIN, shallow=True)

        assert here.git("rev-parse", "--is-shallow-repository") == "false"
        assert here.git("rev-list", "--count", new) == "4"

    def test_an_empty_repository_becomes_a_shallow_one_and_stays_one(
        self, there: Repository, elsewhere: Repository, tmp_path: Path
    ) -> None:
        elsewhere.commit({"a.md": "1\n"})
        elsewhere.push()
        (tmp_path / "own").mkdir()
        own = Repository(tmp_path / "own")
        own.git("init", "--quiet", "--bare", "--template=")
        own.git("remote", "add", "origin", there.folder.as_uri())
        remote = Remote(own.runner, "origin")

        remote.fetch(MAIN, into="refs/syncer/base", shallow=True)
        elsewhere.commit({"a.md": "2\n"})
        elsewhere.push()
        new = remote.fetch(MAIN, into="refs/syncer/base", shallow=True)

        assert new == elsewhere.head()
        assert own.git("rev-list", "--count", "refs/syncer/base") == "1"

    def test_a_shallow_clone_fetches_and_pushes(
        self, there: Repository, elsewhere: Repository, tmp_path: Path
    ) -> None:
        elsewhere.commit({"a.md": "1\n"})
        elsewhere.push()
        shallow = cloned(there, tmp_path / "shallow", "--depth=1")
        remote = Remote(shallow.runner, "origin")
        elsewhere.commit({"a.md": "2\n"})
        elsewhere.push()

        base = remote.fetch(MAIN, into="refs/syncer/base")
        new = shallow.git("commit-tree", f"{base}^{{tree}}", "-p", base, "-m", "More")

        assert base == elsewhere.head()
        assert remote.push(new, MAIN, expected=None)
        assert there.head("main") == new
        assert there.git("rev-list", "--count", "main") == "4"

    def test_what_a_partial_clone_lacks_comes_in_one_request(
        self, there: Repository, elsewhere: Repository, tmp_path: Path
    ) -> None:
        there.git("config", "uploadpack.allowFilter", "true")
        there.git("config", "uploadpack.allowAnySHA1InWant", "true")
        elsewhere.commit({f"{number}.md": f"{number}\n" for number in range(5)})
        elsewhere.push()
        partial = cloned(there, tmp_path / "partial", "--bare", "--filter=blob:none")
        blobs = [elsewhere.head(f"HEAD:{number}.md") for number in range(5)]
        missing = partial.git("rev-list", "--objects", "--all", "--missing=print").count("?")

        Remote(partial.runner, "origin").fetch_objects(blobs)

        assert missing == 5
        assert "?" not in partial.git("rev-list", "--objects", "--all", "--missing=print")


class TestPushing:
    def test_a_descendant_is_taken(
        self, there: Repository, here: Repository, remote: Remote
    ) -> None:
        new = here.commit({"a.md": "a\n"})

        assert remote.push(new, MAIN, expected=None)
        assert there.head("main") == new

    def test_a_branch_that_has_moved_is_left_as_it_is(
        self, there: Repository, here: Repository, elsewhere: Repository, remote: Remote
    ) -> None:
        theirs = elsewhere.commit({"a.md": "theirs\n"})
        elsewhere.push()

        assert not remote.push(here.commit({"a.md": "ours\n"}), MAIN, expected=None)
        assert there.head("main") == theirs

    def test_a_branch_that_moves_while_it_is_pushed_to_is_left_as_it_is(
        self, there: Repository, here: Repository, remote: Remote
    ) -> None:
        theirs = there.git("commit-tree", "main^{tree}", "-p", "main", "-m", "Theirs")
        # Git keeps a hook from moving refs only where it says where the new objects are.
        hook(there, "pre-receive", f"unset GIT_QUARANTINE_PATH; git update-ref {MAIN} {theirs}")

        assert not remote.push(here.commit({"a.md": "ours\n"}), MAIN, expected=None)
        assert there.head("main") == theirs

    def test_a_ref_is_made_moved_and_deleted_only_from_what_it_is_expected_to_be(
        self, there: Repository, here: Repository, remote: Remote
    ) -> None:
        first, second, third = (
            here.git("hash-object", "-w", "--stdin", given=name) for name in (b"1", b"2", b"3")
        )
        assert remote.push(first, OTHER, expected="")
        assert not remote.push(second, OTHER, expected="")
        assert remote.push(second, OTHER, expected=first)
        assert not remote.push(third, OTHER, expected=first)
        assert there.head(OTHER) == second
        assert not remote.push("", OTHER, expected=first)
        assert there.head(OTHER) == second
        assert remote.push("", OTHER, expected=second)
        assert remote.ref(OTHER) == ""
        assert not remote.push("", OTHER, expected=second)
        assert not remote.push(third, OTHER, expected=NOBODY)

    def test_a_push_whose_answer_got_lost_counts_as_done(
        self, here: Repository, remote: Remote
    ) -> None:
        one = here.git("hash-object", "-w", "--stdin", given=b"1")
        assert remote.push(one, OTHER, expected="")
        assert remote.push(one, OTHER, expected="")

    def test_what_is_configured_for_pushes_in_general_pushes_nothing_more(
        self, there: Repository, here: Repository, remote: Remote
    ) -> None:
        here.git("config", "push.followTags", "true")
        here.git("config", "remote.origin.push", "refs/heads/*:refs/heads/*")
        here.git("branch", "private")
        new = here.commit({"a.md": "a\n"})
        here.git("tag", "-a", "-m", "v1", "v1")

        assert remote.push(new, MAIN, expected=None)
        assert there.git("for-each-ref", "--format=%(refname)") == MAIN

    def test_a_push_that_a_hook_here_declines_is_no_move(
        self, there: Repository, here: Repository, remote: Remote
    ) -> None:
        (here.folder / ".git" / "hooks").mkdir()
        before = there.head("main")
        script = here.folder / ".git" / "hooks" / "pre-push"
        script.write_text("#!/bin/sh\necho no pushing on Fridays >&2\nexit 1\n")
        script.chmod(0o755)

        with pytest.raises(DeliveryError, match="no pushing on Fridays"):
            remote.push(here.commit({}), MAIN, expected=None)
        assert there.head("main") == before

    @pytest.mark.parametrize(
        "says",
        [
            "GH006: Protected branch update failed for refs/heads/main.",
            "GH013: Repository rule violations found for refs/heads/main.",
            "GitLab: You are not allowed to push code to protected branches on this project.",
            "please ask first",
        ],
    )
    def test_a_protected_branch_is_told_with_the_remedy(
        self, there: Repository, here: Repository, remote: Remote, says: str
    ) -> None:
        hook(there, "pre-receive", f"echo 'error: {says}' >&2; exit 1")

        with pytest.raises(DeliveryError) as caught:
            remote.push(here.commit({"a.md": "a\n"}), MAIN, expected=None)
        assert says in caught.value.message
        assert "refs/heads/main of origin" in caught.value.message
        assert "delivery.mode: pull-request" in caught.value.remedy

    def test_a_branch_that_is_checked_out_there_is_told_with_the_remedy(
        self, here: Repository, tmp_path: Path
    ) -> None:
        other = cloned(here, tmp_path / "other")

        with pytest.raises(DeliveryError) as caught:
            Remote(other.runner, "origin").push(other.commit({}), MAIN, expected=None)
        assert "receive.denyCurrentBranch" in caught.value.remedy

    def test_a_name_that_another_branch_excludes_is_no_move(
        self, here: Repository, remote: Remote
    ) -> None:
        with pytest.raises(DeliveryError) as caught:
            remote.push(here.head(), f"{MAIN}/more", expected="")
        assert "delivery.branch" in caught.value.remedy


class TestAside:
    def test_what_is_brought_or_made_is_there_for_a_while(
        self, there: Repository, here: Repository, remote: Remote
    ) -> None:
        theirs = there.git("hash-object", "-w", "--stdin", given=b"theirs")
        there.git("update-ref", OTHER, theirs)
        before = here.git("count-objects", "-v")

        with remote.aside(OTHER) as aside:
            aside.bring(OTHER)
            assert aside.git.text("cat-file", "blob", theirs) == "theirs"
            assert aside.git.text("rev-parse", "HEAD^{tree}"), "what is here already is there, too"
            ours = aside.git.text("hash-object", "-w", "--stdin", given=b"ours")
            assert aside.push(ours, OTHER, expected=theirs)

        assert there.git("cat-file", "blob", OTHER) == "ours"
        assert here.git("count-objects", "-v") == before

    def test_that_there_is_no_such_ref_is_no_error(self, remote: Remote) -> None:
        remote.bring("refs/heads/gone")

    def test_that_it_cannot_be_asked_is_one(self, here: Repository, tmp_path: Path) -> None:
        with pytest.raises(DeliveryError, match="fetching refs/heads/main from"):
            Remote(here.runner, str(tmp_path / "nowhere")).bring(MAIN)

    def test_a_folder_with_any_name_will_do(self, there: Repository, tmp_path: Path) -> None:
        here = cloned(there, tmp_path / 'a:b "c" \\d')

        with Remote(here.runner, "origin").aside(OTHER) as aside:
            assert aside.git.text("rev-parse", "--verify", "HEAD^{tree}")
            assert aside.push(here.head(), OTHER, expected="")

    @pytest.mark.parametrize(
        ("followed", "apart"),
        [
            ("+refs/heads/*:refs/remotes/origin/*", True),
            ("+refs/pull/*/head:refs/remotes/origin/pr/*", True),
            ("^refs/syncer/lease", True),
            ("+refs/*:refs/*", False),
            ("refs/*:refs/all/*", False),
            (f"{OTHER}:refs/lease", False),
        ],
    )
    def test_what_is_followed_here_is_kept(
        self, here: Repository, remote: Remote, followed: str, *, apart: bool
    ) -> None:
        here.git("config", "--add", "remote.origin.fetch", followed)

        with remote.aside(OTHER) as aside:
            assert (aside is not remote) is apart


@pytest.mark.parametrize(
    ("reason", "moved"),
    [
        ("fetch first", True),
        ("non-fast-forward", True),
        ("stale info", True),
        ("cannot lock ref 'refs/heads/main': is at 1234 but expected 5678", True),
        ("reference already exists", True),
        ("failed to update ref", True),
        ("incorrect old value provided", True),
        ("failed to update ref: Permission denied", False),
        ("cannot lock ref 'refs/heads/a/b': 'refs/heads/a' exists; cannot create", False),
        ("pre-receive hook declined", False),
        ("protected branch hook declined", False),
        ("push declined due to repository rule violations", False),
        ("shallow update not allowed", False),
        ("", False),
    ],
)
def test_a_move_is_told_from_other_refusals(reason: str, *, moved: bool) -> None:
    assert has_moved(reason, "") is moved


@pytest.mark.parametrize(
    ("says", "means", "remedy"),
    [
        (
            "fatal: could not read Username for 'https://github.com': terminal prompts disabled",
            "refused to this account",
            "contents: write",
        ),
        (
            (
                "remote: Permission to acme/shop.git denied to bot.\nfatal: unable to access "
                "'https://github.com/acme/shop.git/': The requested URL returned error: 403"
            ),
            "refused to this account",
            "contents: write",
        ),
        (
            (
                "git@github.com: Permission denied (publickey).\nfatal: Could not read from remote "
                "repository."
            ),
            "refused to this account",
            "deploy key",
        ),
        ("ERROR: The key you are authenticating with has been marked as read only.", "refused", ""),
        (
            "fatal: unable to access 'https://git.acme.example/': Could not resolve host: x",
            "can't be reached",
            "once it can be reached",
        ),
        (
            "fatal: unable to access 'https://a/': The requested URL returned error: 503",
            "can't be reached",
            "once it can be reached",
        ),
        ("remote: error: GH007: Your push would publish a private email address.", "address", ""),
        (
            "remote: TF402455: Pushes to this branch are not permitted; use a pull request.",
            "",
            "ul",
        ),
        ("something else", "failed: something else", "See what the remote says"),
    ],
)
def test_what_a_remote_says_is_explained(says: str, means: str, remedy: str) -> None:
    error = explained("pushing to main", GitError("failed", said=says), writing=True)

    assert error.message.startswith("pushing to main ")
    assert means in error.message
    assert remedy in error.remedy


@pytest.mark.parametrize("says", ["deny updating a hidden ref", "funny refname"])
def test_a_kind_of_ref_that_a_remote_takes_none_of_is_told_with_the_remedy(says: str) -> None:
    error = explained("pushing", GitError("failed", said=says), writing=True, is_branch=False)
    assert "takes no refs of that kind" in error.message
    assert "delivery.lease.ref" in error.remedy


def test_where_it_is_no_branch_a_pull_request_is_no_way_round_a_rule() -> None:
    said = GitError("failed", said="GH013: Repository rule violations found")
    error = explained("pushing", said, writing=True, is_branch=False)
    assert error.remedy == "Let the account that pushes bypass the rule."


def test_reading_asks_for_no_right_to_write() -> None:
    error = GitError("failed", said="The requested URL returned error: 403")
    assert "contents: read`" in explained("fetching", error, writing=False).remedy
