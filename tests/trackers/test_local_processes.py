"""The embedded tracker under several processes at once, and under processes that are killed."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from syncer.errors import TrackerError
from syncer.trackers.base import Issue
from tests.support.local_issues import draft, fill, local_tracker, written

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "issues.db"


@contextmanager
def worker(job: str, path: Path, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """A process that is ready to begin; killed at the end if it still runs."""
    command = [sys.executable, "-m", "tests.support.local_worker", job, str(path)]
    with subprocess.Popen(
        [*command, *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def run_at_once(job: str, path: Path, arguments: list[tuple[object, ...]]) -> list[list[str]]:
    """Let one process for each list of arguments go at the same moment; what each of them says."""
    with ExitStack() as stack:
        processes = [stack.enter_context(worker(job, path, *each)) for each in arguments]
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        said = []
        for process in processes:
            out, err = process.communicate()
            assert (process.returncode, err) == (0, "")
            said.append(out.splitlines())
        return said


def let_go(process: subprocess.Popen[str]) -> Iterator[str]:
    """Start a single process; what it says."""
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.stdin.write("go\n")
    process.stdin.flush()
    return iter(process.stdout)


def is_sound(path: Path) -> bool:
    """Whether SQLite itself finds nothing wrong with the file."""
    with closing(sqlite3.connect(path)) as connection:
        sound: bool = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return sound and connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_processes_that_file_the_same_items_at_once_get_the_same_issues(path: Path) -> None:
    said = run_at_once("create", path, [(1, 50)] * 8)
    with closing(local_tracker(path)) as tracker:
        issues = list(tracker.marked())
    assert len(issues) == 50
    assert len({issue.marker.item for issue in issues if issue.marker}) == 50
    assert all(lines == said[0] for lines in said)
    assert [issue.key for issue in issues] == [str(number) for number in range(1, 51)]
    assert is_sound(path)


def test_processes_that_change_one_issue_at_once_lose_nothing(path: Path) -> None:
    with closing(local_tracker(path)) as tracker:
        tracker.create(draft(1))
        run_at_once("update", path, [(f"w{number}", 20) for number in range(4)])
        detail = tracker.desk.show("1")
        issue = tracker.read(["1"])["1"]
    written_by_all = {f"w{number}-{time}" for number in range(4) for time in range(1, 21)}
    assert {change.new for change in detail.history} == written_by_all
    assert len(detail.history) == len(written_by_all)
    owners = ["@alice", *(change.new for change in detail.history)]
    assert [change.old for change in detail.history] == owners[:-1]
    assert {comment.text for comment in detail.comments} == written_by_all
    assert len(detail.comments) == len(written_by_all)
    assert isinstance(issue, Issue)
    assert issue.marker is not None
    assert issue.marker.document == issue.owner == owners[-1]


def test_a_process_that_is_killed_while_it_files_leaves_whole_issues(path: Path) -> None:
    # Fixed, so that a failure comes back; where exactly each kill strikes is the operating system's choice.
    chance = random.Random(20251123)  # noqa: S311 - nothing is kept secret by it
    next_item = 1
    for _ in range(8):
        confirmed: dict[int, str] = {}
        with worker("create_forever", path, next_item) as process:
            lines = let_go(process)
            for _ in range(chance.randint(1, 25)):
                number, key = next(lines).split()
                confirmed[int(number)] = key
            process.kill()
            process.wait()
        with closing(local_tracker(path, read_only=chance.random() < 0.5)) as tracker:
            issues = {
                int(issue.marker.item, 16): issue for issue in tracker.marked() if issue.marker
            }
        assert {number: issues[number].key for number in confirmed} == confirmed
        # At most the one that was on its way, and what was said last but not read.
        assert set(issues) == set(range(1, max(issues) + 1))
        assert all(issue.body == "What happened.\n" for issue in issues.values())
        assert is_sound(path)
        next_item = max(issues)  # that one is filed again, and is not a second issue
    with closing(local_tracker(path)) as tracker:
        assert written(tracker.create(draft(next_item))).key == str(next_item)
        assert len(list(tracker.marked())) == next_item


@pytest.mark.parametrize("read_only", [True, False])
def test_what_a_killed_process_has_half_written_is_never_seen(
    path: Path, *, read_only: bool
) -> None:
    with closing(local_tracker(path)) as tracker:
        fill(tracker, 200)
    content = path.read_bytes()
    with worker("stop_half_way", path) as process:
        assert next(let_go(process)) == "half\n"
        process.kill()
        process.wait()
    # The half write is on the disk, and so is the journal to undo it with.
    assert path.read_bytes() != content
    assert path.with_name("issues.db-journal").stat().st_size > 0
    with closing(local_tracker(path, read_only=read_only)) as tracker:
        assert {issue.title for issue in tracker.marked()} == {"T"}
    assert is_sound(path)


def test_what_another_process_has_half_written_is_not_read_but_waited_for(path: Path) -> None:
    with closing(local_tracker(path)) as tracker:
        fill(tracker, 3)
    with worker("stop_half_way", path) as process:
        assert next(let_go(process)) == "half\n"
        with (
            closing(local_tracker(path, read_only=True, wait=0)) as tracker,
            pytest.raises(TrackerError, match="locked by another process"),
        ):
            tracker.read(["1"])
        assert process.communicate("go on\n") == ("", "")
    with closing(local_tracker(path, read_only=True)) as tracker:
        assert {issue.title for issue in tracker.marked()} == {"half"}
