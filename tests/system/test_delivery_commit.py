"""``syncer sync`` with ``delivery.mode: commit``: a real repository, a bare remote, and people who work on both."""

from __future__ import annotations

import os
import signal
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.program import POST_MORTEM, Program
from tests.support.repositories import VARIABLES, Repository, bare, cloned

if TYPE_CHECKING:
    import subprocess

PATH = "postmortems/a.md"
CONFIGURATION = """\
trackers: {here: {kind: local, path: ../issues.db}}
delivery: {mode: commit}
"""
LATE = "| Late row | | | Not Started |\n"


@dataclass
class Place:
    """A bare remote, a clone that syncer runs in, and a clone of somebody else's.

    Attributes:
        there: The remote.
        here: Where syncer runs.
        elsewhere: Where somebody else works.
    """

    there: Repository
    here: Repository
    elsewhere: Repository

    def sync(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return Program(self.here.folder, {**VARIABLES, **variables})("sync", *arguments)

    def synced(self, *arguments: str) -> str:
        done = self.sync(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def configure(self, text: str) -> None:
        self.here.commit({"syncer.yaml": CONFIGURATION.replace("delivery: {mode: commit}\n", text)})
        self.here.push()

    def on_the_branch(self, path: str = PATH) -> str:
        return self.there.blob(path, "main").decode()

    def someone_pushes(self, text: str, path: str = PATH) -> str:
        self.elsewhere.git("pull", "--quiet", "--ff-only")
        made = self.elsewhere.commit({path: text})
        self.elsewhere.push()
        return made

    def issues(self) -> list[tuple[int, str]]:
        with sqlite3.connect(self.here.folder.parent / "issues.db") as connection:
            found = connection.execute(
                "SELECT number, title FROM issues ORDER BY number"
            ).fetchall()
        connection.close()
        return found

    def hook(self, name: str, script: str, where: Repository | None = None) -> None:
        folder = (where or self.there).folder
        folder = folder if folder.suffix == ".git" else folder / ".git"
        file = folder / "hooks" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    there = bare(tmp_path / "there.git", {PATH: POST_MORTEM, "syncer.yaml": CONFIGURATION})
    return Place(there, cloned(there, tmp_path / "here"), cloned(there, tmp_path / "elsewhere"))


def test_what_changed_is_committed_and_pushed_once(place: Place) -> None:
    place.here.write({"notes.txt": "mine"})
    before = place.there.head("main")
    assert "Committed as" in place.synced()
    made = place.there.head("main")
    assert place.there.git("rev-parse", f"{made}^") == before
    assert place.there.git("diff", "--name-only", before, made) == PATH
    assert (
        "| Alert on queue depth | @alice | 2025-12-01 | Not Started | [#1] |"
        in place.on_the_branch()
    )
    assert place.here.head() == made, "the checkout follows"
    assert place.here.git("status", "--porcelain") == "?? notes.txt"
    assert "nothing changed" in place.synced()
    assert place.there.head("main") == made


class TestABranchThatMoves:
    def test_it_starts_again_from_the_new_head(self, place: Place) -> None:
        """Somebody pushes a row right when the first commit is about to be pushed."""
        place.elsewhere.commit({PATH: POST_MORTEM + LATE})
        once = place.there.folder.parent / "once"
        place.hook(
            "pre-push",
            f'[ -e "{once}" ] && exit 0\nwhile read -r _ _ ref _; do case "$ref" in refs/heads/*)\n'
            f'touch "{once}"; unset GIT_DIR; git -C "{place.elsewhere.folder}" push -q origin main;; esac; done',
            place.here,
        )
        place.synced()
        assert once.exists()
        assert [title for _, title in place.issues()] == [
            "Alert on queue depth",
            "Write failover runbook",
            "Late row",
        ]
        assert place.on_the_branch().count(" | [#") == 3
        parents = place.there.git("log", "--format=%p", "main").split("\n")
        assert all(" " not in one for one in parents), "there is no merge"

    def test_it_gives_up_in_the_end_and_the_next_run_goes_on(self, place: Place) -> None:
        place.configure("delivery: {mode: commit, attempts: 2}\n")
        place.elsewhere.git("pull", "--quiet")
        place.hook(
            "pre-push",
            'while read -r _ _ ref _; do case "$ref" in refs/heads/*)\nunset GIT_DIR\n'
            f'cd "{place.elsewhere.folder}" && git -c user.name=A -c user.email=a@b commit -q --allow-empty -m x'
            " && git push -q origin main;; esac; done",
            place.here,
        )
        done = place.sync()
        assert done.returncode == 4
        assert "the branch moved each of the 2 times" in done.stderr
        assert len(place.issues()) == 2
        (place.here.folder / ".git/hooks/pre-push").unlink()
        place.synced()
        assert len(place.issues()) == 2
        assert place.on_the_branch().count(" | [#") == 2


class TestAProtectedBranch:
    REFUSAL = (
        'case "$1" in refs/heads/main)\necho "error: GH006: Protected branch update failed for $1." >&2\n'
        'echo "error: Changes must be made through a pull request." >&2\nexit 1;; esac'
    )

    def test_it_is_told_with_the_remedy_and_nothing_is_filed_twice(self, place: Place) -> None:
        place.hook("update", self.REFUSAL)
        done = place.sync()
        assert done.returncode == 4
        assert "GH006: Protected branch" in done.stderr
        assert (
            "Use `delivery.mode: pull-request`, or let the account that pushes bypass"
            in done.stderr
        )
        assert len(place.issues()) == 2
        assert place.here.git("status", "--porcelain") == ""
        (place.there.folder / "hooks/update").unlink()
        place.synced()
        assert len(place.issues()) == 2
        assert "[#2]" in place.on_the_branch()


class TestTheWorkTree:
    def test_what_somebody_edits_there_stays_and_counts_for_nothing(self, place: Place) -> None:
        mine = POST_MORTEM.replace("queue depth", "disk space")
        place.here.write({PATH: mine, "postmortems/new.md": POST_MORTEM.replace("001", "002")})
        place.here.write({"staged.txt": "staged"})
        place.here.git("add", "staged.txt")
        told = place.synced()
        assert "the checkout of main was left as it is" in told
        assert (place.here.folder / PATH).read_text() == mine
        assert [title for _, title in place.issues()] == [
            "Alert on queue depth",
            "Write failover runbook",
        ]
        assert "disk space" not in place.on_the_branch()
        status = place.here.git("status", "--porcelain").splitlines()
        assert sorted(status) == [f" M {PATH}", "?? postmortems/new.md", "A  staged.txt"]

    def test_commits_that_were_not_pushed_stay_where_they_are(self, place: Place) -> None:
        place.here.commit({"postmortems/own.md": POST_MORTEM.replace("001", "002")})
        mine = place.here.head()
        assert "was left as it is" in place.synced()
        assert place.here.head() == mine
        assert place.there.git("ls-tree", "--name-only", "main", "postmortems/") == PATH

    def test_another_branch_that_is_checked_out_is_the_one(self, place: Place) -> None:
        place.here.git("checkout", "--quiet", "-b", "topic")
        place.here.push("topic")
        before = place.there.head("main")
        place.synced()
        assert place.there.head("main") == before
        assert "[#1]" in place.there.blob(PATH, "topic").decode()

    def test_a_detached_one_means_the_default_branch(self, place: Place) -> None:
        place.here.git("checkout", "--quiet", "--detach")
        before = place.here.head()
        place.synced()
        assert "[#1]" in place.on_the_branch()
        assert place.here.head() == before


class TestWithoutAPush:
    def test_it_is_committed_here_and_nowhere_else(self, place: Place) -> None:
        place.configure("delivery: {mode: commit, push: false}\n")
        before = place.there.head("main")
        place.synced()
        assert place.there.head("main") == before
        assert place.here.git("rev-parse", "HEAD^") == before
        assert "[#1]" in (place.here.folder / PATH).read_text()
        assert place.here.git("status", "--porcelain") == ""
        assert not place.there.git("for-each-ref", "refs/syncer")

    def test_documents_that_somebody_edits_are_left_out(self, place: Place) -> None:
        place.configure("delivery: {mode: commit, push: false}\n")
        other = POST_MORTEM.replace("001", "002").replace("queue depth", "latency")
        place.here.commit({"postmortems/b.md": other})
        mine = POST_MORTEM + LATE
        place.here.write({PATH: mine})
        done = place.sync()
        assert done.returncode == 1
        assert f"{PATH}: error: the document has changes that aren't committed" in done.stdout
        assert (place.here.folder / PATH).read_text() == mine
        assert "[#1]" in (place.here.folder / "postmortems/b.md").read_text()
        assert place.here.git("diff", "--name-only", "HEAD^", "HEAD") == "postmortems/b.md"


class TestWhereDocumentsAre:
    def test_their_folder_may_be_deep_in_the_repository(self, place: Place) -> None:
        place.here.commit(
            {
                "ops/docs/pm/1.md": POST_MORTEM.replace("001", "003"),
                "ops/syncer.yaml": "documents: {root: docs, paths: ['pm/*.md']}\n"
                "trackers: {here: {kind: local, path: ../../../issues.db}}\ndelivery: {mode: commit}\n",
            }
        )
        place.here.push()
        done = Program(place.here.folder / "ops", VARIABLES)("sync", "docs/pm/1.md")
        assert done.returncode == 0, done.stderr
        assert "[#1]" in place.on_the_branch("ops/docs/pm/1.md")

    @pytest.mark.parametrize(
        ("spoil", "told"),
        [
            ("rm -rf .git", "the documents are in no Git repository"),
            ("git remote rename origin upstream", "the repository has no remote called origin"),
            ("git checkout -q -b topic", "there is no branch topic in origin"),
            ("git remote set-url origin ../gone.git", "there is no such repository"),
        ],
    )
    def test_what_is_missing_is_told(self, place: Place, spoil: str, told: str) -> None:
        assert os.system(f"cd '{place.here.folder}' && {spoil}") == 0  # noqa: S605 - the test's own words
        done = place.sync()
        assert done.returncode in (3, 4)
        assert told in done.stderr
        assert not place.issues() if (place.here.folder.parent / "issues.db").exists() else True

    def test_a_repository_of_somebody_else_s_is_told_with_the_remedy(self, place: Place) -> None:
        done = place.sync(GIT_TEST_ASSUME_DIFFERENT_OWNER="1")
        assert done.returncode == 3
        assert "Git doesn't trust the repository" in done.stderr
        assert "safe.directory" in done.stderr


class TestWhatPeopleDoMeanwhile:
    """A signing program is what runs between the look at the branch and the push."""

    def meanwhile(self, place: Place, script: str) -> None:
        program = place.here.folder.parent / "gpg"
        program.write_text(
            f"#!/bin/sh\ncat >/dev/null\nunset GIT_DIR GIT_INDEX_FILE\n{script}\n"
            "echo '[GNUPG:] SIG_CREATED D' >&2\n"
            "echo '-----BEGIN PGP SIGNATURE-----'\necho x\necho '-----END PGP SIGNATURE-----'\n"
        )
        program.chmod(0o755)
        place.here.git("config", "gpg.program", str(program))
        place.here.git("config", "commit.gpgSign", "true")

    def test_a_branch_that_is_deleted_stays_deleted(self, place: Place) -> None:
        place.here.git("checkout", "--quiet", "-b", "topic")
        place.here.push("topic")
        there = place.there.folder
        self.meanwhile(place, f"git -C '{there}' update-ref -d refs/heads/topic")
        done = place.sync()
        assert done.returncode == 4
        assert "there is no branch topic" in done.stderr
        assert "topic" not in place.there.git("for-each-ref", "refs/heads")

    def test_a_commit_that_is_taken_back_stays_away(self, place: Place) -> None:
        before = place.there.head("main")
        secret = place.someone_pushes("oops, a secret", "secret.txt")
        self.meanwhile(place, f"git -C '{place.there.folder}' update-ref refs/heads/main {before}")
        place.synced()
        log = place.there.git("log", "--format=%H", "main").split()
        assert secret not in log
        assert "[#1]" in place.on_the_branch()
        assert len(place.issues()) == 2

    def test_a_file_that_git_ignores_is_not_overwritten(self, place: Place) -> None:
        place.someone_pushes("SHARED=1", ".env")
        (place.here.folder / ".git/info").mkdir(exist_ok=True)
        (place.here.folder / ".git/info/exclude").write_text(".env\n")
        place.here.write({".env": "MINE=1"})
        told = place.synced()
        assert "the checkout of main was left as it is" in told
        assert (place.here.folder / ".env").read_text() == "MINE=1"

    def test_a_tag_of_the_branch_s_name_is_no_branch(self, place: Place) -> None:
        place.here.git("tag", "main")
        place.synced()
        assert place.here.head("refs/heads/main") == place.there.head("refs/heads/main")

    def test_told_to_end_it_leaves_nothing_running(self, place: Place) -> None:

        stopped, go_on = place.here.folder.parent / "stopped", place.here.folder.parent / "fifo"
        os.mkfifo(go_on)
        place.hook(
            "pre-push",
            f'echo $$ > "{stopped}.new"; mv "{stopped}.new" "{stopped}"; read -r _ < "{go_on}"',
            place.here,
        )
        process = Program(place.here.folder, VARIABLES).start("sync")
        while not stopped.exists():
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        process.communicate()
        assert process.returncode == 143
        while is_running(int(stopped.read_text())):
            pass  # until the system has tidied it up


def is_running(number: int) -> bool:
    """Whether a process goes on."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_link_that_says_too_much_leads_nowhere(place: Place) -> None:
    blob = place.here.git("hash-object", "-w", "--stdin", given=b"a" * 3_000_000)
    place.here.git("update-index", "--add", "--cacheinfo", f"120000,{blob},postmortems/link.md")
    place.here.git("commit", "--quiet", "--message", "Link")
    place.here.push()
    done = place.sync()
    assert done.returncode == 1
    assert "postmortems/link.md" in done.stdout
    assert len(done.stdout) < 10_000
    assert "[#1]" in place.on_the_branch()
