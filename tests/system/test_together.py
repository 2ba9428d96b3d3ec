"""Several runs at once, and runs that are killed: no issue twice, no write lost, no document damaged."""

from __future__ import annotations

import random
import signal
import threading
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.support.program import POST_MORTEM, Program

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = """\
documents: {paths: ["pm/*.md"], file_finished: true}
trackers: {here: {kind: local}}
limits: {creates: 1000}
"""
DOCUMENTS = 6


@pytest.fixture
def program(tmp_path: Path) -> Program:
    started = Program(tmp_path)
    started.write("syncer.yaml", CONFIG)
    for number in range(DOCUMENTS):
        text = POST_MORTEM.replace("-001", f"-00{number}")
        started.write(f"pm/{number}.md", text.replace("\n", "\r\n") if number % 2 else text)
    return started


def rows(program: Program) -> list[str]:
    """The rows of all documents, without their links."""
    found = []
    for number in range(DOCUMENTS):
        lines = program.read(f"pm/{number}.md").splitlines()
        found += [line for line in lines if line.startswith("|")][2:]
    return found


def check_whole(program: Program) -> None:
    """One issue for each row, each row with its own, and nothing left to do."""
    issues = program.issues()
    counted = Counter((issue["document"], issue["title"]) for issue in issues)
    assert len(counted) == 3 * DOCUMENTS
    assert set(counted.values()) == {1}
    linked = [row.split("|")[-2].strip() for row in rows(program)]
    assert sorted(linked) == sorted(f"[#{issue['key']}]" for issue in issues)
    assert program("dry-run", "--exit-code").returncode == 0


def test_two_syncs_at_once_file_nothing_twice_and_lose_nothing(program: Program) -> None:
    both = [program.start("sync") for _ in range(2)]
    for process in both:
        out, err = process.communicate()
        assert process.returncode in (0, 1), out + err
    assert program("sync").returncode == 0
    check_whole(program)


def test_two_syncs_at_once_with_edits_on_both_sides(program: Program) -> None:
    """Half of the dates were changed in documents, all statuses in the tracker: everything arrives."""
    program("sync")
    for number in range(DOCUMENTS):
        text = program.read(f"pm/{number}.md")
        program.write(f"pm/{number}.md", text.replace("2025-12-15 |", "2026-02-02 |"))
    open_issues = [issue["key"] for issue in program.issues() if issue["status"] != "Done"]
    program("issues", "close", *open_issues)
    for process in [program.start("sync") for _ in range(2)]:
        process.communicate()
    assert program("sync").returncode == 0
    assert all("| Done |" in row for row in rows(program))
    assert sum("2026-02-02" in row for row in rows(program)) == DOCUMENTS
    assert sum(issue["due"] == "2026-02-02" for issue in program.issues()) == DOCUMENTS
    check_whole(program)


def test_a_sync_that_is_killed_at_random_moments_is_made_whole_by_the_next(
    program: Program,
) -> None:
    """The moments are spread over the time that a whole run takes; the text around the tables never changes."""
    before = {number: program.read(f"pm/{number}.md") for number in range(DOCUMENTS)}
    rng = random.Random(20251103)  # noqa: S311 - moments, not secrets
    killed = 0
    for _ in range(12):
        process = program.start("sync")
        timer = threading.Timer(rng.uniform(0.15, 1.2), process.send_signal, [signal.SIGKILL])
        timer.start()
        process.communicate()
        timer.cancel()
        killed += process.returncode == -signal.SIGKILL
        for number, text in before.items():
            now = program.read(f"pm/{number}.md")
            head, end = text.split("| Action |")[0], "\r\n" if number % 2 else "\n"
            assert now.startswith(head)
            assert now.endswith(("Done |" + end, '"' + end, "Done |", '"'))
    assert killed, "no run was killed; the moments come too late"
    done = program("sync")
    assert done.returncode == 0, done.stdout + done.stderr
    check_whole(program)
    leftovers = [path for path in program.snapshot() if "syncer-tmp" in path]
    assert len(leftovers) <= 1
