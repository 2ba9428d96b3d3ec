"""Two real runs on one remote, with the lease and without it; one that dies with it; and refs that are no lease."""

from __future__ import annotations

import itertools
import os
import signal
import sqlite3
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.support.github.server import github_double
from tests.support.github_lab import BASE_PATH, SHOP, furnish
from tests.support.program import POST_MORTEM, Program
from tests.support.repositories import VARIABLES, Repository, bare, cloned

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.doubles.wire import Incoming, Outgoing
    from tests.support.github.double import GitHubDouble
    from tests.support.github.records import Issue

PATH = "postmortems/a.md"
REF = "refs/syncer/lease"


@dataclass
class Place:
    """A remote and two machines, whose runs share a tracker."""

    there: Repository
    machines: tuple[Repository, Repository]

    def start(self, number: int, **variables: str) -> subprocess.Popen[str]:
        return Program(self.machines[number].folder, {**VARIABLES, **variables}).start("sync", "-v")

    def titles(self) -> list[str]:
        with sqlite3.connect(self.there.folder.parent / "issues.db") as connection:
            found = connection.execute("SELECT title FROM issues ORDER BY number").fetchall()
        connection.close()
        return [title for (title,) in found]

    def linked(self) -> int:
        return self.there.blob(PATH, "main").decode().count(" | [#")

    def hook(self, number: int, script: str) -> None:
        file = self.machines[number].folder / ".git/hooks/pre-push"
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)


def place(folder: Path, lease: str) -> Place:
    configuration = (
        "trackers: {here: {kind: local, path: ../issues.db}}\n"
        f"delivery: {{mode: commit, lease: {{{lease}}}}}\n"
    )
    there = bare(folder / "there.git", {PATH: POST_MORTEM, "syncer.yaml": configuration})
    machines = (cloned(there, folder / "one"), cloned(there, folder / "two"))
    return Place(there, machines)


def at_the_push(signal_file: Path, go_on: Path) -> str:
    """A hook that stops a run right before it pushes to the branch, until it is told to go on."""
    return (
        'while read -r _ _ ref _; do case "$ref" in refs/heads/*)\n'
        f'echo $$ > "{signal_file}.new"; mv "{signal_file}.new" "{signal_file}"; read -r _ < "{go_on}";; esac; done'
    )


def opened(fifo: Path) -> None:
    fifo.write_text("go\n")


def test_the_second_of_two_runs_begins_when_the_first_one_has_ended(tmp_path: Path) -> None:
    there = place(tmp_path, "enabled: true")
    stopped, go_on = tmp_path / "stopped", tmp_path / "go-on"
    os.mkfifo(go_on)
    there.hook(0, at_the_push(stopped, go_on))
    first = there.start(0)
    while not stopped.exists():
        assert first.poll() is None, first.communicate()
    assert there.linked() == 0, "the first one has filed, and not yet delivered"
    impatient = there.start(1, SYNCER_DELIVERY__LEASE__WAIT="1s")
    second = there.start(1)
    assert second.stderr is not None
    for line in second.stderr:
        if f"process {first.pid}, which works on this repository" in line:
            break
    else:
        pytest.fail("it didn't wait")
    _, err = impatient.communicate()
    assert impatient.returncode == 4
    assert f"process {first.pid} has been working on this repository" in err
    assert f"git push origin :{REF}" in err
    assert there.linked() == 0
    opened(go_on)
    out, err = second.communicate()
    assert second.returncode == 0, err
    assert "nothing changed" in out
    assert first.wait() == 0
    first.communicate()
    assert there.titles() == ["Alert on queue depth", "Write failover runbook"]
    assert there.linked() == 2
    assert there.there.git("log", "--format=%s", "main").count("Update action items") == 1


@dataclass
class Shop:
    """A remote, two machines with a token each, and the double of GitHub for the issues."""

    github: GitHubDouble
    there: Repository
    machines: tuple[Program, Program]

    @property
    def issues(self) -> list[Issue]:
        return list(self.github.store.repositories[SHOP].issues.values())

    def both(self) -> None:
        """Start both at once; they end well."""
        runs = [machine.start("sync") for machine in self.machines]
        for run in runs:
            out, err = run.communicate()
            assert run.returncode == 0, out + err

    def text(self) -> str:
        return self.there.blob(PATH, "main").decode()


@contextmanager
def shop(folder: Path, *, lease: str) -> Iterator[Shop]:
    configuration = (
        f"trackers: {{shop: {{kind: github, repository: {SHOP}}}}}\n"
        f"delivery: {{mode: commit, lease: {{enabled: {lease}}}}}\n"
    )
    # One promise will do: requests that write are a second apart.
    text = "".join(line for line in POST_MORTEM.splitlines(keepends=True) if "failover" not in line)
    with github_double(base_path=BASE_PATH) as github:
        tokens = furnish(github), github.sign_in("robot")
        there = bare(folder / "there.git", {PATH: text, "syncer.yaml": configuration})
        machines = [
            Program(
                cloned(there, folder / name).folder,
                {**VARIABLES, "GITHUB_TOKEN": token, "GITHUB_API_URL": github.api_url},
            )
            for name, token in zip(("one", "two"), tokens, strict=True)
        ]
        yield Shop(github, there, (machines[0], machines[1]))


def test_with_the_lease_one_is_at_the_tracker_at_a_time(tmp_path: Path) -> None:
    with shop(tmp_path, lease="true") as both:
        both.both()
        asked = [one.headers["authorization"] for one in both.github.log.exchanges]
        assert len(list(itertools.groupby(asked))) == 2, "all of one's requests, then the other's"
        (issue,) = both.issues
        assert f"[#{issue.number}]" in both.text()


def test_without_it_what_two_file_at_once_is_healed(tmp_path: Path) -> None:
    """Both have looked before one of them files, so both file. The one whose push comes too late starts again, finds
    two issues for one promise, and closes its own."""
    with shop(tmp_path, lease="false") as both:
        looked, first_two = threading.Barrier(2), iter(range(2))
        answered = both.github.handle

        def handle(incoming: Incoming) -> Outgoing:
            files = incoming.method == "POST" and incoming.target.endswith("/issues")
            if files and next(first_two, None) is not None:
                looked.wait(60)
            return answered(incoming)

        both.github.handle = handle  # type: ignore[method-assign]
        both.both()
        linked, duplicate = sorted(both.issues, key=lambda issue: issue.state, reverse=True)
        assert (linked.state, duplicate.state) == ("open", "closed")
        assert linked.title == duplicate.title == "Alert on queue depth"
        assert duplicate.comments
        assert f"[#{linked.number}]" in both.text()
        assert f"[#{duplicate.number}]" not in both.text()
        both.github.log.clear()
        assert "nothing changed" in both.machines[0]("sync").stdout
        assert not both.github.log.writes


def test_a_run_that_dies_with_the_lease_is_followed(tmp_path: Path) -> None:
    there = place(tmp_path, "lifetime: 1s")
    stopped, go_on = tmp_path / "stopped", tmp_path / "go-on"
    os.mkfifo(go_on)
    there.hook(0, at_the_push(stopped, go_on))
    first = there.start(0)
    while not stopped.exists():
        assert first.poll() is None
    first.send_signal(signal.SIGKILL)
    first.communicate()
    os.kill(int(stopped.read_text()), signal.SIGKILL)  # and the push that it had begun
    left = there.there.head(REF)
    assert "state: held" in there.there.git("cat-file", "commit", left)
    second = there.start(1)
    out, err = second.communicate()
    assert second.returncode == 0, err
    assert "which works on this repository" in err
    assert there.titles() == ["Alert on queue depth", "Write failover runbook"], out
    assert there.linked() == 2
    assert "state: free" in there.there.git("cat-file", "commit", there.there.head(REF))


def test_a_branch_that_is_named_by_mistake_is_left_as_it_is(tmp_path: Path) -> None:
    there = place(tmp_path, "ref: refs/heads/main, lifetime: 1s")
    before = there.there.head("main")
    run = there.start(0)
    _, err = run.communicate()
    assert run.returncode == 4
    assert "refs/heads/main of origin is no lease" in err
    assert "delivery.lease.ref" in err
    assert there.there.head("main") == before


def test_a_server_that_takes_no_such_ref_is_told_with_the_remedy(tmp_path: Path) -> None:
    there = place(tmp_path, "enabled: true")
    hook = there.there.folder / "hooks/update"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text('#!/bin/sh\ncase "$1" in refs/heads/*) exit 0;; esac\nexit 1\n')
    hook.chmod(0o755)
    done = there.start(0)
    _, err = done.communicate()
    assert done.returncode == 4
    assert "the lease on this repository can't be had" in err
    assert "delivery.lease.enabled: false" in err
    assert not (tmp_path / "issues.db").exists() or there.titles() == []
