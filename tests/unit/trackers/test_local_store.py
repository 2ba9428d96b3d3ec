"""The file under the embedded tracker: its schema, its versions, and what is said when it can't be used."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from syncer.errors import ExitCode, TrackerError
from syncer.trackers.base import ABSENT
from syncer.trackers.local_store import APPLICATION_ID, MIGRATIONS, Store
from tests.support.local_issues import draft, local_tracker, written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NEXT = (*MIGRATIONS, ("ALTER TABLE issues ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'",))

TWICE = (
    "INSERT INTO issues SELECT 2, title, status, owner, due, priority, labels, body, item,"
    " document, state, touched, created, updated FROM issues"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "issues.db"


@pytest.fixture
def filled(path: Path) -> Path:
    tracker = local_tracker(path)
    tracker.create(draft())
    tracker.close()
    return path


@pytest.fixture
def connection(filled: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(filled, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    yield connection
    connection.close()


def failure(path: Path, *, read_only: bool = False, wait: float = 0) -> TrackerError:
    """What a read says that has to fail."""
    with (
        closing(local_tracker(path, read_only=read_only, wait=wait)) as tracker,
        pytest.raises(TrackerError) as caught,
    ):
        tracker.read(["1"])
    return caught.value


def write_failure(path: Path) -> TrackerError:
    """What a write says that has to fail."""
    with (
        closing(local_tracker(path, wait=0)) as tracker,
        pytest.raises(TrackerError) as caught,
    ):
        tracker.create(draft(2))
    return caught.value


def interrupted(_: object) -> None:
    """What control-C does."""
    raise KeyboardInterrupt


def test_the_file_says_whose_it_is_and_which_schema_it_has(connection: sqlite3.Connection) -> None:
    assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE issues SET title = ''",
        "UPDATE issues SET title = NULL",
        "UPDATE issues SET status = 'Open'",
        "UPDATE issues SET due = 'soon'",
        "UPDATE issues SET labels = 'a'",
        "UPDATE issues SET item = ''",
        "UPDATE issues SET item = NULL",
        "UPDATE issues SET state = NULL",
        "UPDATE issues SET touched = 2",
        "INSERT INTO history (issue, at, who, field, old, new) VALUES (9, '', 'person', 'due', '', 'x')",
        "INSERT INTO history (issue, at, who, field, old, new) VALUES (1, '', 'nobody', 'due', '', 'x')",
        "INSERT INTO history (issue, at, who, field, old, new) VALUES (1, '', 'person', 'age', '', 'x')",
        "INSERT INTO comments (issue, at, who, text) VALUES (9, '', 'person', 'x')",
        TWICE,
    ],
)
def test_the_schema_refuses_what_syncer_never_writes(
    connection: sqlite3.Connection, statement: str
) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute(statement)


class TestVersions:
    def test_an_older_file_is_brought_up_to_date_and_keeps_its_issues(self, filled: Path) -> None:
        with (
            closing(Store(filled, read_only=False, migrations=NEXT)) as store,
            store.reading() as connection,
        ):
            assert connection is not None
            rows = connection.execute("SELECT number, colour FROM issues").fetchall()
            version = connection.execute("PRAGMA user_version").fetchone()
        assert (rows, version) == ([(1, "red")], (2,))

    def test_a_dry_run_leaves_an_older_file_alone_and_says_what_to_do(self, filled: Path) -> None:
        content = filled.read_bytes()
        with (
            closing(Store(filled, read_only=True, migrations=NEXT)) as store,
            pytest.raises(TrackerError, match="older syncer") as caught,
            store.reading(),
        ):
            pass
        assert "syncer sync" in caught.value.remedy
        assert filled.read_bytes() == content

    def test_a_step_that_fails_changes_nothing(self, filled: Path) -> None:
        broken = (*NEXT, ("CREATE TABLE again (x)", "CREATE TABLE again (x)"))
        with (
            closing(Store(filled, read_only=False, migrations=broken)) as store,
            pytest.raises(TrackerError),
            store.writing(),
        ):
            pass
        with closing(local_tracker(filled)) as tracker:
            assert tracker.desk.show("1").entry.key == "1"

    @pytest.mark.parametrize("read_only", [True, False])
    def test_a_newer_file_is_refused_and_left_alone(self, filled: Path, *, read_only: bool) -> None:
        with closing(Store(filled, read_only=False, migrations=NEXT)) as store, store.writing():
            pass
        content = filled.read_bytes()
        error = failure(filled, read_only=read_only)
        assert "newer syncer" in error.message
        assert "Upgrade" in error.remedy
        assert filled.read_bytes() == content


class TestOtherFiles:
    @pytest.mark.parametrize("read_only", [True, False])
    def test_a_database_of_another_program_is_refused_and_left_alone(
        self, path: Path, *, read_only: bool
    ) -> None:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE bookmarks (url TEXT)")
        content = path.read_bytes()
        assert "another program" in failure(path, read_only=read_only).message
        assert "another program" in write_failure(path).message
        assert path.read_bytes() == content

    @pytest.mark.parametrize("read_only", [True, False])
    def test_a_file_that_is_no_database_is_refused_and_left_alone(
        self, path: Path, *, read_only: bool
    ) -> None:
        path.write_text("# Post-mortem\n" * 1_000, encoding="utf-8")
        content = path.read_bytes()
        error = failure(path, read_only=read_only)
        assert "is not a database" in error.message
        assert str(path) in error.message
        assert error.remedy
        assert error.exit_code is ExitCode.TRACKER
        assert write_failure(path).remedy
        assert path.read_bytes() == content

    @pytest.mark.parametrize("read_only", [True, False])
    def test_an_empty_file_is_an_empty_database(self, path: Path, *, read_only: bool) -> None:
        path.touch()
        with closing(local_tracker(path, read_only=read_only)) as tracker:
            assert tracker.read(["1"]) == {"1": ABSENT}
        assert path.read_bytes() == b""
        with closing(local_tracker(path)) as tracker:
            assert written(tracker.create(draft())).key == "1"

    def test_a_damaged_database_is_an_error_and_not_an_empty_one(self, filled: Path) -> None:
        content = bytearray(filled.read_bytes())
        content[100 : len(content)] = b"\xff" * (len(content) - 100)
        filled.write_bytes(content)
        error = failure(filled)
        assert "damaged" in error.message
        assert "backup" in error.remedy

    @pytest.mark.parametrize("read_only", [True, False])
    def test_a_directory_in_its_place_can_t_be_opened(self, path: Path, *, read_only: bool) -> None:
        path.mkdir()
        error = failure(path, read_only=read_only)
        assert "can't be opened" in error.message
        assert error.remedy

    def test_a_file_in_the_place_of_its_directory_can_t_be_opened(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        path = tmp_path / "file" / "issues.db"
        for error in (failure(path), failure(path, read_only=True), write_failure(path)):
            assert "can't be opened" in error.message
            assert error.remedy

    @pytest.mark.parametrize("name", ["a b.db", "50%?.db", "x#y.db", "日本.db", "a&mode=memory.db"])
    def test_every_file_name_will_do(self, tmp_path: Path, name: str) -> None:
        with closing(local_tracker(tmp_path / name)) as tracker:
            tracker.create(draft())
        assert [file.name for file in tmp_path.iterdir()] == [name]


class TestTrouble:
    def test_a_locked_file_is_an_error_that_says_so(
        self, filled: Path, connection: sqlite3.Connection
    ) -> None:
        connection.execute("BEGIN EXCLUSIVE")
        for error in (failure(filled), failure(filled, read_only=True), write_failure(filled)):
            assert "locked by another process" in error.message
            assert "try again" in error.remedy
        connection.execute("ROLLBACK")
        with closing(local_tracker(filled, wait=0)) as tracker:
            tracker.create(draft(2))

    def test_a_reader_that_doesn_t_end_keeps_a_write_from_taking_effect_half(
        self, filled: Path, connection: sqlite3.Connection
    ) -> None:
        connection.execute("BEGIN")
        connection.execute("SELECT * FROM issues").fetchall()
        assert "locked by another process" in write_failure(filled).message
        connection.execute("ROLLBACK")
        with closing(local_tracker(filled, wait=0)) as tracker:
            assert [issue.key for issue in tracker.marked()] == ["1"]

    def test_a_full_disk_keeps_nothing_of_the_write(self, filled: Path) -> None:
        with closing(local_tracker(filled)) as tracker:
            tracker.read([])
            limited = tracker._store._connection
            assert limited is not None
            (pages,) = limited.execute("PRAGMA page_count").fetchone()
            limited.execute(f"PRAGMA max_page_count = {pages}")
            with pytest.raises(TrackerError, match="no room") as caught:
                tracker.create(draft(2, body="b" * 100_000))
            assert "Make room" in caught.value.remedy
            assert [issue.key for issue in tracker.marked()] == ["1"]
            limited.execute("PRAGMA max_page_count = 100000")
            assert written(tracker.create(draft(2, body="b" * 100_000))).key == "2"

    def test_a_read_only_file_can_be_read_and_not_written(self, filled: Path) -> None:
        with closing(local_tracker(filled)) as tracker:
            tracker.read([])
            connection = tracker._store._connection
            assert connection is not None
            # What SQLite says where the rights are missing; a test that runs as root has them always.
            connection.execute("PRAGMA query_only = ON")
            with pytest.raises(TrackerError, match="can't be written") as caught:
                tracker.create(draft(2))
            assert "may read and write" in caught.value.remedy
            assert len(list(tracker.marked())) == 1

    def test_an_interrupted_write_is_undone(self, filled: Path) -> None:
        with closing(Store(filled, read_only=False)) as store:
            with pytest.raises(KeyboardInterrupt), store.writing() as connection:
                interrupted(connection.execute("DELETE FROM issues"))
            with store.reading() as reader:
                assert reader is not None
                assert reader.execute("SELECT count(*) FROM issues").fetchone() == (1,)

    def test_closing_twice_is_harmless_and_so_is_going_on(self, filled: Path) -> None:
        tracker = local_tracker(filled)
        tracker.close()
        tracker.read(["1"])
        tracker.close()
        tracker.close()
