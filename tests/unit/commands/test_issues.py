"""``syncer issues``: what a person types, reads and changes."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from syncer.commands.issues import issues
from syncer.errors import ConfigurationError, ExitCode, SyncerError
from syncer.model import Status
from syncer.trackers.base import Update
from syncer.trackers.local import LocalTracker
from syncer.trackers.local_store import Store
from tests.support.local_issues import draft, marker

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    from syncer.commands.issues import Session

TODAY = datetime(2025, 12, 10, 12, 0, 0, tzinfo=UTC)


@dataclass
class Configured:
    """Two embedded trackers, ``here`` and ``there``; ``here`` is the default."""

    root: Path
    color: bool = False
    clock: Callable[[], datetime] = lambda: TODAY
    opened: list[tuple[str, bool]] = field(default_factory=list)

    def open_local(self, name: str | None, *, read_only: bool) -> LocalTracker:
        name = name or "here"
        if name not in ("here", "there"):
            raise ConfigurationError(f"no embedded tracker is called {name}", remedy="Use another.")
        self.opened.append((name, read_only))
        store = Store(self.root / f"{name}.db", read_only=read_only)
        return LocalTracker(name, store, self.clock)


@pytest.fixture
def session(tmp_path: Path) -> Configured:
    session = Configured(tmp_path)
    complete: Session = session  # it is all that the commands ask for
    with closing(complete.open_local("here", read_only=False)) as tracker:
        tracker.create(draft(1))
        tracker.create(
            draft(2, title="キューの深さを監視する", owner="", due="2025-12-10", priority="")
        )
        tracker.create(draft(3, title="[red]Write[/red] runbook", status=Status.DONE, owner="@bob"))
        tracker.create(draft(4, status=Status.BLOCKED, due="", marker=marker(4, document="b.md")))
    session.opened.clear()
    return session


def run(session: Configured, *arguments: str) -> Result:
    return CliRunner().invoke(issues, list(arguments), obj=session)


def done(session: Configured, *arguments: str) -> str:
    """What a command prints that has to succeed."""
    result = run(session, *arguments)
    assert result.exit_code == ExitCode.DONE, result.output
    return result.stdout


def failed(session: Configured, *arguments: str) -> SyncerError:
    """The error of a command that has to fail with one."""
    result = run(session, *arguments)
    assert isinstance(result.exception, SyncerError), result.output
    return result.exception


def status(session: Configured, key: str) -> str:
    shown = json.loads(done(session, "show", key, "--json"))
    value: str = shown["issue"]["status"]
    return value


def keys(session: Configured, *arguments: str) -> list[str]:
    """The keys that a list shows."""
    return [issue["key"] for issue in json.loads(done(session, *arguments, "--json"))["issues"]]


class TestList:
    def test_it_is_what_happens_without_a_command(self, session: Configured) -> None:
        assert done(session) == done(session, "list")
        assert done(session, "--all") == done(session, "list", "--all")
        assert done(session, "--owner", "@bob", "--status", "all") == done(
            session, "list", "--owner", "@bob", "--status", "all"
        )

    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            ((), "124"),
            (("--all",), "1234"),
            (("--status", "all"), "1234"),
            (("--status", "finished"), "3"),
            (("--status", "blocked"), "4"),
            (("--status", "Done"), "3"),
            (("--status", "wont-do"), ""),
            (("--owner", "alice"), "14"),
            (("--owner", "none"), "2"),
            (("--overdue",), "1"),
            (("--document", "b.md"), "4"),
            (("--document", "postmortems/*", "--all"), "123"),
            (("--tracker", "there"), ""),
        ],
    )
    def test_it_shows_what_is_asked_for(
        self, session: Configured, arguments: tuple[str, ...], expected: str
    ) -> None:
        assert keys(session, "list", *arguments) == list(expected)

    def test_a_pipe_gets_columns_with_tabs_and_nothing_cut(self, session: Configured) -> None:
        with closing(session.open_local("here", read_only=False)) as tracker:
            tracker.create(draft(5, title="x" * 255, owner="a\tb"))
        lines = done(session).splitlines()
        assert lines[0].split("\t") == [
            *("KEY", "STATUS", "OWNER", "DUE", "PRIORITY", "ACTION", "DOCUMENT")
        ]
        assert lines[1].split("\t") == [
            *("#1", "Not Started", "@alice", "2025-12-01", "P1", "Alert on queue depth 1"),
            "postmortems/1.md",
        ]
        assert lines[2].split("\t")[5] == "キューの深さを監視する"
        assert lines[4].split("\t")[5] == "x" * 255
        assert "\x1b" not in "".join(lines)

    def test_a_terminal_gets_a_table_as_wide_as_it_is(
        self, session: Configured, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("syncer.commands.issues.at_terminal", lambda: True)
        monkeypatch.setenv("COLUMNS", "60")
        assert shutil.get_terminal_size().columns == 60
        plain = done(session)
        assert "Action" in plain
        assert "2025-12-01 late" in plain
        assert "3 issues, 1 late" in plain
        assert "\x1b" not in plain
        session.color = True
        assert "\x1b[31m" in run_in_colour(session)

    def test_json_is_one_object_with_all_that_is_known(self, session: Configured) -> None:
        shown = json.loads(done(session, "list", "--json"))
        assert (shown["schema"], shown["tracker"]) == (1, "here")
        assert shown["issues"][0] == {
            "key": "1",
            "title": "Alert on queue depth 1",
            "status": "Not Started",
            "owner": "@alice",
            "due": "2025-12-01",
            "late": True,
            "priority": "P1",
            "labels": ["post-mortem", "syncer"],
            "document": "postmortems/1.md",
            "created": "2025-12-10T12:00:00Z",
            "updated": "2025-12-10T12:00:00Z",
        }

    def test_an_empty_list_prints_nothing_and_says_why_beside_it(self, tmp_path: Path) -> None:
        result = run(Configured(tmp_path))
        assert (result.exit_code, result.stdout) == (0, "")
        assert "syncer sync" in result.stderr
        assert str(tmp_path / "here.db") in result.stderr
        assert list(tmp_path.iterdir()) == []
        assert json.loads(done(Configured(tmp_path), "--json"))["issues"] == []

    def test_looking_is_read_only(self, session: Configured) -> None:
        done(session)
        done(session, "show", "1")
        assert session.opened == [("here", True), ("here", True)]

    @pytest.mark.parametrize("arguments", [("--colour",), ("--status", "gone"), ("nonsense",)])
    def test_a_word_it_doesn_t_know_is_a_usage_error(
        self, session: Configured, arguments: tuple[str, ...]
    ) -> None:
        result = run(session, *arguments)
        assert result.exit_code == 2  # click's own; the program makes ExitCode.USAGE of it
        assert arguments[-1] in result.stderr


class TestShow:
    def test_it_tells_all_that_happened(self, session: Configured) -> None:
        done(session, "close", "1")
        with closing(session.open_local("here", read_only=False)) as tracker:
            tracker.comment("1", "A comment.")
        text = done(session, "show", "#1")
        for part in (
            "here#1  Alert on queue depth 1",
            "Status    Done",
            "Owner     @alice",
            "Due       2025-12-01\n",
            "Labels    post-mortem, syncer",
            "Document  postmortems/1.md",
            "Filed     2025-12-10 12:00:00 UTC",
            "Address   syncer:here/1",
            "What happened.",
            "person  status Not Started → Done",
            "Comment by syncer",
            "A comment.",
        ):
            assert part in text

    def test_hidden_lines_of_the_text_stay_hidden(self, session: Configured) -> None:
        with closing(session.open_local("here", read_only=False)) as tracker:
            body = "Mine.\n<!-- syncer:begin 0 0 -->\n- **Owner:** @alice\n<!-- syncer:end -->\n"
            tracker.create(draft(5, body=body))
        text = done(session, "show", "5")
        assert "Mine.\n- **Owner:** @alice\n" in text
        assert "<!--" not in text

    def test_a_changed_text_is_told_in_two_words(self, session: Configured) -> None:
        with closing(session.open_local("here", read_only=False)) as tracker:
            tracker.update("1", Update(None, body="A long new text."))
        assert "syncer  text changed\n" in done(session, "show", "1")

    def test_what_is_empty_is_left_out(self, session: Configured) -> None:
        with closing(session.open_local("here", read_only=False)) as tracker:
            tracker.create(draft(5, body="", owner="", labels=()))
        text = done(session, "show", "5")
        assert "Owner" not in text
        assert text.endswith("Address   syncer:here/5\n")

    def test_json_has_the_text_the_history_and_the_comments(self, session: Configured) -> None:
        done(session, "due", "1", "2026-01-31")
        with closing(session.open_local("here", read_only=False)) as tracker:
            tracker.comment("1", "A comment.")
        issue = json.loads(done(session, "show", "1", "--json"))["issue"]
        assert issue["url"] == "syncer:here/1"
        assert issue["body"] == "What happened.\n"
        assert issue["late"] is False
        at = "2025-12-10T12:00:00Z"
        assert issue["history"] == [
            {"at": at, "who": "person", "field": "due", "old": "2025-12-01", "new": "2026-01-31"}
        ]
        assert issue["comments"] == [{"at": at, "who": "syncer", "text": "A comment."}]


class TestChanging:
    @pytest.mark.parametrize(
        ("arguments", "key", "after"),
        [
            (("close", "1"), "1", "Done"),
            (("close", "1", "--reason", "done"), "1", "Done"),
            (("close", "1", "--reason", "wont-do"), "1", "Won't Do"),
            (("reopen", "3"), "3", "In Progress"),
            (("reopen", "4"), "4", "Blocked"),
            (("start", "1"), "1", "In Progress"),
            (("block", "1"), "1", "Blocked"),
        ],
    )
    def test_each_command_gives_its_status(
        self, session: Configured, arguments: tuple[str, ...], key: str, after: str
    ) -> None:
        done(session, *arguments)
        assert status(session, key) == after

    def test_several_issues_are_changed_at_once_and_each_is_told(self, session: Configured) -> None:
        assert done(session, "close", "1", "#2", "here#3").splitlines() == [
            "#1  status Not Started → Done  Alert on queue depth 1",
            "#2  status Not Started → Done  キューの深さを監視する",
            "#3  unchanged, Done  [red]Write[/red] runbook",
        ]

    def test_an_owner_is_any_words_or_nobody(self, session: Configured) -> None:
        assert "owner @alice → Platform team" in done(session, "assign", "1", "4", "Platform team")
        assert keys(session, "--owner", "platform team") == ["1", "4"]
        assert "owner Platform team → (none)" in done(session, "assign", "1", "none")
        assert keys(session, "--owner", "none") == ["1", "2"]

    def test_a_due_date_is_set_and_cleared(self, session: Configured) -> None:
        assert "due 2025-12-01 → 2026-01-31" in done(session, "due", "1", "2", "2026-01-31")
        assert "due 2026-01-31 → (none)" in done(session, "due", "1", "none")
        assert json.loads(done(session, "show", "2", "--json"))["issue"]["due"] == "2026-01-31"

    def test_what_is_no_date_changes_nothing(self, session: Configured) -> None:
        error = failed(session, "due", "1", "soon")
        assert error.exit_code is ExitCode.USAGE
        assert "2025-12-31" in error.remedy

    def test_a_key_that_isn_t_there_changes_nothing_and_says_where_to_look(
        self, session: Configured
    ) -> None:
        error = failed(session, "close", "1", "99")
        assert error.exit_code is ExitCode.USAGE
        assert "#99" in error.message
        assert "syncer issues --all" in error.remedy
        assert status(session, "1") == "Not Started"

    @pytest.mark.parametrize("key", ["x", "0", "01", "PAY-7", "1.5", "", "#", "\uff19", "1" * 30])
    def test_what_is_no_key_is_refused_before_anything_is_opened(
        self, session: Configured, key: str
    ) -> None:
        error = failed(session, "close", key)
        assert error.exit_code is ExitCode.USAGE
        assert "here#3" in error.remedy
        assert session.opened == []

    def test_nothing_is_created_to_find_that_there_is_no_issue(self, tmp_path: Path) -> None:
        failed(Configured(tmp_path), "close", "1")
        assert list(tmp_path.iterdir()) == []


class TestTrackers:
    @pytest.mark.parametrize("key", ["there#1", "syncer:there/1"])
    def test_a_key_may_name_its_tracker(self, session: Configured, key: str) -> None:
        with closing(session.open_local("there", read_only=False)) as tracker:
            tracker.create(draft(9, title="Over there"))
        assert "Over there" in done(session, "close", key)
        assert "Over there" in done(session, "show", "1", "--tracker", "there")
        assert status(session, "1") == "Not Started"

    @pytest.mark.parametrize("arguments", [("here#1", "there#1"), ("here#1", "--tracker", "there")])
    def test_two_trackers_at_once_are_refused(
        self, session: Configured, arguments: tuple[str, ...]
    ) -> None:
        error = failed(session, "close", *arguments)
        assert "more than one tracker" in error.message
        assert status(session, "1") == "Not Started"

    def test_an_unknown_tracker_is_refused(self, session: Configured) -> None:
        assert "elsewhere" in failed(session, "close", "elsewhere#1").message


class TestHostileText:
    HOSTILE = "\x1b]0;owned\x07\u202e[bold]x[/bold]\r"

    def test_nothing_of_it_reaches_the_terminal(self, session: Configured) -> None:
        text = self.HOSTILE
        with closing(session.open_local("here", read_only=False)) as tracker:
            tracker.create(
                draft(
                    5,
                    title=text,
                    owner=text,
                    priority=text,
                    body=f"{text}\n{text}",
                    labels=(text,),
                    marker=marker(5, document=text),
                )
            )
            tracker.comment("5", text)
        for arguments in (
            ("list",),
            ("list", "--json"),
            ("show", "5"),
            ("show", "5", "--json"),
            ("assign", "5", "\x1b[2J"),
            ("show", "5"),
        ):
            printed = done(session, *arguments)
            assert not set("\x1b\x07\r\u202e") & set(printed)
            assert "[bold]x[/bold]" in printed


def test_every_command_explains_itself_with_an_example(session: Configured) -> None:
    assert "syncer issues" in done(session, "--help")
    for name in issues.commands:
        text = done(session, name, "--help")
        assert f"syncer issues {name}" in text


def run_in_colour(session: Configured) -> str:
    return CliRunner().invoke(issues, [], obj=session, color=True).stdout
