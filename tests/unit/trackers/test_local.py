"""The embedded tracker as a tracker: files, reads, changes, and calls things by their names."""

from __future__ import annotations

import sqlite3
import tracemalloc
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from syncer.errors import InternalError, TrackerError
from syncer.model import Agreed, Marker, State, Status
from syncer.trackers import local_records as records
from syncer.trackers.base import ABSENT, Issue, Refused, Unknown, Update, Written
from syncer.trackers.local import LocalSettings, LocalTracker
from tests.support.local_issues import NOON, draft, fill, local_tracker, marker, written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from syncer.trackers import TrackerFactory
    from syncer.trackers.base import Tracker


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "issues.db"


@pytest.fixture
def tracker(path: Path) -> Iterator[LocalTracker]:
    tracker = local_tracker(path)
    yield tracker
    tracker.close()


def the(tracker: Tracker, key: str) -> Issue:
    """The issue with this key, which there has to be."""
    issue = tracker.read([key])[key]
    assert isinstance(issue, Issue)
    return issue


def test_it_is_a_tracker_and_its_class_a_factory(path: Path) -> None:
    factory: type[TrackerFactory] = LocalTracker
    tracker: Tracker = factory.open(
        "here", LocalSettings(path=path), root=Path("/"), clock=lambda: NOON, read_only=True
    )
    assert tracker.name == "here"
    assert tracker.capabilities.fields == {"action", "owner", "due", "status", "priority"}
    assert tracker.capabilities.free_owner
    assert tracker.capabilities.updates_text
    assert tracker.capabilities.title_limit == 255


def test_the_path_is_relative_to_the_root(tmp_path: Path) -> None:
    tracker = LocalTracker.open(
        "here", LocalSettings(), root=tmp_path, clock=lambda: NOON, read_only=False
    )
    tracker.create(draft())
    tracker.close()
    assert (tmp_path / ".syncer" / "issues.db").is_file()


def test_settings_refuse_unknown_keys() -> None:
    with pytest.raises(ValidationError, match="pth"):
        LocalSettings.model_validate({"kind": "local", "pth": "x"})


class TestNames:
    @pytest.mark.parametrize("reference", ["#12", "here#12", "syncer:here/12"])
    def test_its_own_references_resolve(self, tracker: LocalTracker, reference: str) -> None:
        assert tracker.resolve(reference) == "12"

    @pytest.mark.parametrize(
        "reference",
        [
            *("", "#", "12", "#0", "#012", "#-1", "#1.5", "# 12", "#12 ", "#12\n", "##12"),
            *(
                "#999999999999999999999",
                "#\uff11\uff12",
                "#²",
                "there#12",
                "herehere#12",
                "Here#12",
            ),
            *("syncer:there/12", "syncer:here/0", "syncer:here/12/", "syncer:here#12"),
            *("syncer:here/", "here/12", "https://github.com/here/12", "acme/here#12", "PAY-7"),
        ],
    )
    def test_everything_else_is_none_of_its_own(
        self, tracker: LocalTracker, reference: str
    ) -> None:
        assert tracker.resolve(reference) is None

    @pytest.mark.parametrize("name", ["here", "my team", "a/b", "x#1", "日本", "100%"])
    def test_every_name_of_an_issue_leads_back_to_it(self, path: Path, name: str) -> None:
        tracker = LocalTracker.open(
            name, LocalSettings(path=path), root=Path("/"), clock=lambda: NOON, read_only=True
        )
        names = tracker.names("12")
        assert [tracker.resolve(each) for each in (names.short, names.long, names.url)] == [
            "12",
            "12",
            "12",
        ]
        assert names.url.isascii()
        assert " " not in names.url


class TestFiling:
    def test_what_was_filed_is_read_back_as_it_was_answered(self, tracker: LocalTracker) -> None:
        issue = written(tracker.create(draft()))
        assert issue == Issue(
            key="1",
            title="Alert on queue depth 1",
            status=Status.NOT_STARTED,
            statuses=frozenset({Status.NOT_STARTED}),
            owner="@alice",
            due="2025-12-01",
            priority="P1",
            body="What happened.\n",
            marker=marker(1),
            created=NOON,
            touched=False,
        )
        assert tracker.read(["1"]) == {"1": issue}

    @pytest.mark.parametrize("status", Status)
    def test_each_status_has_a_place_of_its_own(
        self, tracker: LocalTracker, status: Status
    ) -> None:
        issue = written(tracker.create(draft(status=status)))
        assert (issue.status, issue.statuses) == (status, frozenset({status}))

    def test_an_item_that_is_filed_again_is_the_same_issue_left_as_it_is(
        self, tracker: LocalTracker
    ) -> None:
        first = written(tracker.create(draft()))
        assert written(tracker.create(draft(title="Other", owner="@bob"))) == first
        assert list(tracker.marked()) == [first]

    def test_numbers_are_never_given_out_twice(self, tracker: LocalTracker, path: Path) -> None:
        tracker.create(draft(1))
        tracker.create(draft(2))
        with sqlite3.connect(path) as connection:
            connection.execute("DELETE FROM issues WHERE number = 2")
        connection.close()
        assert written(tracker.create(draft(3))).key == "3"

    def test_words_are_kept_in_one_line_and_the_body_as_it_is(self, tracker: LocalTracker) -> None:
        issue = written(
            tracker.create(draft(title=" Alert\n on\t queue ", owner="Team  A", body=" a\r\n\tb "))
        )
        assert (issue.title, issue.owner, issue.body) == ("Alert on queue", "Team A", " a\r\n\tb ")

    @pytest.mark.parametrize(
        "text", ["'; DROP TABLE issues; --", 'a"b', "a\0b", "?", "%s", "キュー"]
    )
    def test_text_is_data(self, tracker: LocalTracker, text: str) -> None:
        issue = written(tracker.create(draft(title=text, owner=text, priority=text, body=text)))
        assert (issue.title, issue.owner, issue.priority, issue.body) == (text,) * 4

    @pytest.mark.parametrize("title", ["", " \n", "x" * 256, "\ud800"])
    def test_a_title_that_it_can_t_have_files_nothing(
        self, tracker: LocalTracker, title: str
    ) -> None:
        answer = tracker.create(draft(title=title))
        assert isinstance(answer, Refused)
        assert "title" in answer.reason
        assert list(tracker.marked()) == []

    def test_the_longest_title_is_taken(self, tracker: LocalTracker) -> None:
        assert written(tracker.create(draft(title="x" * 255))).title == "x" * 255

    @pytest.mark.parametrize(
        "due",
        ["tomorrow", "2025-02-30", "20251201", "2025-W01-1", "\u0662\u0660\u0662\u0665-12-01"],
    )
    def test_a_field_that_it_can_t_have_is_named_and_the_rest_is_filed(
        self, tracker: LocalTracker, due: str
    ) -> None:
        answer = tracker.create(draft(due=due, owner="\udcff"))
        assert isinstance(answer, Written)
        assert answer.refused.keys() == {"due", "owner"}
        assert (answer.issue.due, answer.issue.owner, answer.issue.priority) == ("", "", "P1")

    def test_a_body_that_isn_t_unicode_files_nothing(self, tracker: LocalTracker) -> None:
        assert isinstance(tracker.create(draft(body="\ud800")), Refused)
        assert list(tracker.marked()) == []


class TestReading:
    def test_every_key_is_answered(self, tracker: LocalTracker) -> None:
        tracker.create(draft())
        answers = dict(tracker.read(["1", "2", "0", "x", "01", "9" * 30, ""]))
        assert isinstance(answers.pop("1"), Issue)
        assert answers == dict.fromkeys(["2", "0", "x", "01", "9" * 30, ""], ABSENT)

    def test_more_issues_than_one_statement_can_name_are_read(self, tracker: LocalTracker) -> None:
        count = 2 * records.CHUNK + 3
        fill(tracker, count)
        keys = [str(number) for number in range(1, count + 1)]
        assert list(tracker.read(keys)) == keys
        assert [issue.key for issue in tracker.marked()] == keys

    def test_marked_leaves_out_issues_without_a_marker(
        self, tracker: LocalTracker, path: Path
    ) -> None:
        tracker.create(draft(1))
        tracker.create(draft(2))
        with sqlite3.connect(path) as connection:
            connection.execute(
                "UPDATE issues SET item = NULL, document = NULL, state = NULL WHERE number = 1"
            )
        connection.close()
        assert [issue.key for issue in tracker.marked()] == ["2"]
        assert the(tracker, "1").marker is None

    def test_a_list_that_is_consumed_slowly_hinders_no_write(
        self, tracker: LocalTracker, path: Path
    ) -> None:
        fill(tracker, records.CHUNK + 1)
        listing = iter(tracker.marked())
        next(listing)
        other = local_tracker(path, wait=0)
        assert isinstance(other.create(draft(0xFFFFFF)), Written)
        other.close()
        assert isinstance(tracker.create(draft(0xFFFFFE)), Written)
        assert len(list(listing)) == records.CHUNK + 2

    def test_a_read_takes_hardly_more_memory_than_its_answer(self, tracker: LocalTracker) -> None:
        fill(tracker, 4_000, body="b" * 1_000)
        keys = [str(number) for number in range(1, 4_001)]
        tracker.read(keys[:1])
        tracemalloc.start()
        try:
            answer = tracker.read(keys)
            size, peak = tracemalloc.get_traced_memory()
            tracemalloc.reset_peak()
            count = sum(1 for _ in tracker.marked())
            streamed = tracemalloc.get_traced_memory()[1] - size
        finally:
            tracemalloc.stop()
        assert len(answer) == count == 4_000
        assert peak < 1.15 * size
        assert streamed < 0.5 * size

    def test_a_damaged_marker_is_an_error_and_not_a_missing_one(
        self, tracker: LocalTracker, path: Path
    ) -> None:
        tracker.create(draft())
        for damage in ("sync 1; status=Done; status=Done", "an author's words"):
            with sqlite3.connect(path) as connection:
                connection.execute("UPDATE issues SET state = ?", (damage,))
            connection.close()
            with pytest.raises(TrackerError, match="#1 is damaged") as caught:
                tracker.read(["1"])
            assert caught.value.remedy


class TestUpdating:
    def test_only_what_is_named_changes(self, tracker: LocalTracker) -> None:
        before = written(tracker.create(draft()))
        after = written(tracker.update("1", Update(None, due="2026-01-31")))
        assert after.due == "2026-01-31"
        assert the(tracker, "1") == after
        assert (after.title, after.owner, after.status, after.marker) == (
            before.title,
            before.owner,
            before.status,
            before.marker,
        )

    def test_all_fields_and_the_marker_change_at_once(self, tracker: LocalTracker) -> None:
        tracker.create(draft())
        new = Marker("00000000000000ff", "b.md", State(2, {"due": Agreed("2025-12-01", "")}))
        update = Update(new, "T", Status.DONE, "@bob", "2026-01-31", "P2", "B")
        assert written(tracker.update("1", update)) == Issue(
            "1",
            "T",
            Status.DONE,
            frozenset({Status.DONE}),
            "@bob",
            "2026-01-31",
            "P2",
            "B",
            new,
            NOON,
        )

    def test_an_empty_string_clears(self, tracker: LocalTracker) -> None:
        tracker.create(draft())
        issue = written(tracker.update("1", Update(None, owner="", due="", priority="", body="")))
        assert (issue.owner, issue.due, issue.priority, issue.body) == ("", "", "", "")

    def test_a_field_that_it_can_t_have_is_named_and_the_rest_is_changed(
        self, tracker: LocalTracker
    ) -> None:
        tracker.create(draft())
        answer = tracker.update("1", Update(None, title="x" * 256, owner="@bob", due="soon"))
        assert isinstance(answer, Written)
        assert answer.refused.keys() == {"action", "due"}
        assert (answer.issue.title, answer.issue.owner, answer.issue.due) == (
            "Alert on queue depth 1",
            "@bob",
            "2025-12-01",
        )

    @pytest.mark.parametrize("key", ["2", "0", "x", ""])
    def test_an_issue_that_isn_t_there_is_refused(self, tracker: LocalTracker, key: str) -> None:
        tracker.create(draft())
        assert isinstance(tracker.update(key, Update(None, owner="@bob")), Refused)
        assert isinstance(tracker.comment(key, "Hello"), Refused)

    def test_an_item_id_of_another_issue_is_refused_and_nothing_changed(
        self, tracker: LocalTracker
    ) -> None:
        tracker.create(draft(1))
        before = written(tracker.create(draft(2)))
        answer = tracker.update("2", Update(marker(1), owner="@bob"))
        assert isinstance(answer, Refused)
        assert "#1" in answer.reason
        assert the(tracker, "2") == before

    def test_syncer_s_own_changes_and_comments_don_t_count_as_a_person_s(
        self, tracker: LocalTracker
    ) -> None:
        tracker.create(draft())
        tracker.update("1", Update(marker(1, counter=2), owner="@bob"))
        assert written(tracker.comment("1", "Closed as a duplicate.")).touched is False

    def test_a_text_that_isn_t_unicode_is_refused(self, tracker: LocalTracker) -> None:
        tracker.create(draft())
        assert isinstance(tracker.update("1", Update(None, body="\ud800")), Refused)
        assert isinstance(tracker.comment("1", "\ud800"), Refused)

    def test_a_text_that_somebody_changed_meanwhile_is_left_alone(
        self, tracker: LocalTracker
    ) -> None:
        written(tracker.create(draft(body="old")))
        written(tracker.update("1", Update(None, body="theirs")))
        late = Update(marker(1, counter=2), body="ours", body_was="old", owner="@bob")
        issue = written(tracker.update("1", late))
        assert (issue.body, issue.owner) == ("theirs", "@bob")
        assert issue.marker == marker(1, counter=2)
        again = Update(None, body="ours", body_was="theirs")
        assert written(tracker.update("1", again)).body == "ours"


class TestHistory:
    def test_every_changed_field_is_written_down_once(self, tracker: LocalTracker) -> None:
        tracker.create(draft())
        tracker.update("1", Update(marker(1), status=Status.BLOCKED, owner="@alice", due=""))
        tracker.desk.set_status(["1"], Status.DONE)
        history = [(c.who, c.field, c.old, c.new) for c in tracker.desk.show("1").history]
        assert history == [
            ("syncer", "status", "Not Started", "Blocked"),
            ("syncer", "due", "2025-12-01", ""),
            ("person", "status", "Blocked", "Done"),
        ]

    def test_moments_are_kept_in_utc_whatever_the_clock_s_zone(self, path: Path) -> None:
        tokyo = timezone(timedelta(hours=9))
        clock = iter(
            [
                datetime(2025, 11, 24, 8, 59, 59, 999_999, tokyo),
                datetime(2025, 11, 23, 23, 0, 0, tzinfo=timezone(-timedelta(hours=3, minutes=30))),
            ]
        )
        tracker = local_tracker(path, clock=lambda: next(clock))
        issue = written(tracker.create(draft()))
        tracker.update("1", Update(None, owner="@bob"))
        detail = tracker.desk.show("1")
        tracker.close()
        assert issue.created == datetime(2025, 11, 23, 23, 59, 59, tzinfo=UTC)
        assert detail.entry.updated == detail.history[0].at
        assert detail.history[0].at == datetime(2025, 11, 24, 2, 30, 0, tzinfo=UTC)
        assert detail.history[0].at.utcoffset() == timedelta(0)
        with sqlite3.connect(path) as connection:
            (stored,) = connection.execute("SELECT at FROM history").fetchone()
        connection.close()
        assert stored == "2025-11-24T02:30:00Z"

    def test_labels_and_comments_are_kept(self, tracker: LocalTracker) -> None:
        tracker.create(draft(labels=("a,b", 'c"d')))
        tracker.comment("1", "First.\n\nSecond.")
        detail = tracker.desk.show("1")
        assert detail.entry.labels == ("a,b", 'c"d')
        assert [(c.who, c.at, c.text) for c in detail.comments] == [
            ("syncer", NOON, "First.\n\nSecond.")
        ]


class TestReadOnly:
    def test_a_missing_database_is_empty_and_stays_missing(self, path: Path) -> None:
        tracker = local_tracker(path, read_only=True)
        assert tracker.read(["1"]) == {"1": ABSENT}
        assert list(tracker.marked()) == []
        tracker.close()
        assert not path.parent.exists()

    def test_reading_creates_nothing_either_where_writing_is_allowed(
        self, tracker: LocalTracker, path: Path
    ) -> None:
        assert tracker.read(["1"]) == {"1": ABSENT}
        assert list(tracker.marked()) == []
        assert not path.parent.exists()

    def test_reading_leaves_the_file_and_its_directory_as_they_were(
        self, tracker: LocalTracker, path: Path
    ) -> None:
        tracker.create(draft())
        tracker.close()
        content, stamp = path.read_bytes(), path.stat().st_mtime_ns
        reader = local_tracker(path, read_only=True)
        assert isinstance(reader.read(["1"])["1"], Issue)
        assert len(list(reader.marked())) == 1
        assert list(path.parent.iterdir()) == [path]
        reader.close()
        assert (path.read_bytes(), path.stat().st_mtime_ns) == (content, stamp)
        assert list(path.parent.iterdir()) == [path]

    def test_it_sees_what_is_filed_meanwhile(self, tracker: LocalTracker, path: Path) -> None:
        reader = local_tracker(path, read_only=True)
        assert list(reader.marked()) == []
        tracker.create(draft(1))
        assert len(list(reader.marked())) == 1
        tracker.create(draft(2))
        assert len(list(reader.marked())) == 2
        reader.close()

    def test_a_write_is_our_own_mistake(self, tracker: LocalTracker, path: Path) -> None:
        tracker.create(draft())
        reader = local_tracker(path, read_only=True)
        with pytest.raises(InternalError):
            reader.create(draft(2))
        with pytest.raises(InternalError):
            reader.update("1", Update(None, owner="@bob"))
        with pytest.raises(InternalError):
            reader.comment("1", "Hello")
        reader.close()
        assert the(tracker, "1").owner == "@alice"


def test_a_commit_whose_outcome_nobody_knows_is_said_to_be_unknown(
    tracker: LocalTracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracker.create(draft())
    connection = tracker._store._connection
    monkeypatch.setattr(tracker._store, "_connection", CommitsWithoutSayingSo(connection))
    answer = tracker.update("1", Update(None, owner="@bob"))
    assert isinstance(answer, Unknown)
    assert "unknown" in answer.reason
    monkeypatch.setattr(tracker._store, "_connection", connection)
    assert the(tracker, "1").owner == "@bob"


class CommitsWithoutSayingSo:
    """A connection whose commit takes effect, and fails after that: the directory couldn't be synchronised."""

    def __init__(self, connection: sqlite3.Connection | None) -> None:
        assert connection is not None
        self._connection = connection

    def __getattr__(self, name: str) -> object:
        return getattr(self._connection, name)

    def execute(self, statement: str, *rest: object) -> object:
        answer = self._connection.execute(statement, *rest)  # type: ignore[arg-type]  # handed on
        if statement == "COMMIT":
            raise sqlite3.OperationalError("disk I/O error")
        return answer
