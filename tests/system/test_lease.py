"""Two real runs on one remote, with the lease and without it; and one that dies with it."""

from __future__ import annotations

import os
import signal
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.support.program import POST_MORTEM, Program
from tests.support.repositories import VARIABLES, Repository, bare, cloned

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

PATH = "postmortems/a.md"
REF = "refs/syncer/lease"


@dataclass
class Place:
    """A remote and two machines, whose runs share a tracker."""

    there: Repository
    machines: tuple[Repository, Repository]

    def start(self, number: int) -> subprocess.Popen[str]:
        return Program(self.machines[number].folder, VARIABLES).start("sync", "-v")

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


@pytest.mark.parametrize("lease", ["enabled: true", "enabled: false"])
def test_two_runs_at_once_file_each_row_once(tmp_path: Path, lease: str) -> None:
    """With the lease, the second run begins when the first one has ended. Without it, both run, one is told that the
    branch has moved and starts again; what saves it here is a tracker that files an item once, whoever asks."""
    there = place(tmp_path, lease)
    stopped, go_on = tmp_path / "stopped", tmp_path / "go-on"
    os.mkfifo(go_on)
    there.hook(0, at_the_push(stopped, go_on))
    first = there.start(0)
    while not stopped.exists():
        assert first.poll() is None, first.communicate()
    assert there.linked() == 0, "the first one has filed, and not yet delivered"
    second = there.start(1)
    if "true" in lease:
        assert second.stderr is not None
        for line in second.stderr:
            if "which works on this repository" in line:
                break
        else:
            pytest.fail("it didn't wait")
        assert there.linked() == 0
        opened(go_on)
        out, err = second.communicate()
        assert second.returncode == 0, err
        assert "nothing changed" in out
        assert first.wait() == 0
    else:
        out, err = second.communicate()
        assert second.returncode == 0, err
        assert there.linked() == 2
        opened(go_on)
        assert first.wait() == 0
    first.communicate()
    assert there.titles() == ["Alert on queue depth", "Write failover runbook"]
    assert there.linked() == 2
    assert there.there.git("log", "--format=%s", "main").count("Update action items") == 1


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


def test_one_that_would_wait_too_long_says_who_is_at_work(tmp_path: Path) -> None:
    there = place(tmp_path, "wait: 1s")
    stopped, go_on = tmp_path / "stopped", tmp_path / "go-on"
    os.mkfifo(go_on)
    there.hook(0, at_the_push(stopped, go_on))
    first = there.start(0)
    while not stopped.exists():
        assert first.poll() is None
    second = there.start(1)
    _, err = second.communicate()
    assert second.returncode == 4
    assert f"process {first.pid} has been working on this repository" in err
    assert f"git push origin :{REF}" in err
    opened(go_on)
    first.communicate()
    assert first.returncode == 0


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
