"""A row that may not be gone, an issue that isn't syncer's to close: nothing is written, and the reason is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncer.model import Status
from syncer.sync import survey
from tests.support.removals import PATH, TABLE, Team, document, synced


@pytest.fixture
def team() -> Team:
    return synced()


def status(team: Team) -> Status:
    return team.tracker.issues["1"].status


def left_alone(team: Team, reason: str) -> None:
    report = team.sync()
    told = [p.message for p in report.plan.problems if "#1 " in p.message]
    assert any(reason in message for message in told), told
    assert team.tracker.said == []
    assert status(team) is Status.NOT_STARTED
    assert not any(change.issue == "#1" for change in report.plan.changes)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"status": Status.IN_PROGRESS}, "its status was changed since"),
        ({"owner": "@zoe"}, "its owner was changed since"),
        ({"due": "2026-01-01"}, "its due date was changed since"),
        ({"title": "Alert on the depth of queues"}, "its title was changed since"),
    ],
)
def test_somebody_has_moved_the_issue_on(
    team: Team, values: dict[str, object], reason: str
) -> None:
    team.remove("1")
    team.tracker.edit("1", **values)
    report = team.sync()
    assert any(reason in problem.message for problem in report.plan.problems)
    assert not team.tracker.issues["1"].status.finished
    assert team.tracker.said == []


def test_the_document_is_older_than_what_was_agreed(team: Team) -> None:
    old = team.text
    team.edit(lambda text: text.replace("@a", "@b", 1))
    team.sync()
    team.text = old
    team.remove("1")
    left_alone(team, "synced since with a newer version")


def test_a_person_filed_the_issue(team: Team) -> None:
    team.tracker.edit("1", marker=None)
    team.remove("1")
    left_alone(team, "syncer did not file it")


def test_the_issue_belongs_to_another_document(team: Team) -> None:
    team.rename("pm/two.md")
    team.remove("1")
    left_alone(team, "it belongs to pm/one.md")


def test_the_issue_has_moved(team: Team) -> None:
    moved = replace(team.tracker.issues["1"], key="40")
    team.tracker.issues |= {"40": moved, "1": moved}
    team.remove("1")
    report = team.sync()
    assert any("it has moved since" in problem.message for problem in report.plan.problems)
    assert report.plan.changes == ()


def test_its_last_status_is_not_known(team: Team) -> None:
    team.remove("1")
    team.edit(lambda text: text.replace("sync 1; status=Not Started;", "sync 1;", 1))
    left_alone(team, "its last agreed status is not known")


def test_another_document_cannot_be_read(team: Team) -> None:
    team.remove("1")
    team.store.unreadable.add("pm/two.md")
    left_alone(team, "pm/two.md could not be read")


def test_another_document_is_too_long_to_be_read(team: Team) -> None:
    team.remove("1")
    team.store.texts["pm/two.md"] = "x" * 20_000
    left_alone(team, "pm/two.md could not be read")


def test_some_of_the_documents_only_are_looked_at(team: Team) -> None:
    team.remove("1")
    found = survey(replace(team.job, partial=True))
    assert found.farewells == ()
    assert survey(team.job, [PATH]).farewells == ()
    assert survey(team.job).farewells != ()


def test_another_document_keeps_what_was_agreed(team: Team) -> None:
    team.remove("1")
    team.store.texts["pm/two.md"] = team.text.replace("-001", "-002")
    for key in "23":
        team.store.texts["pm/two.md"] = team.store.texts["pm/two.md"].replace(team.row(key), "")
    left_alone(team, "keeps what was agreed about it, too")


def test_the_heading_is_not_known_any_more(team: Team) -> None:
    team.edit(lambda text: text.replace("## Action Items", "## Promises"))
    report = team.sync()
    assert sum("left alone" in p.message for p in report.plan.problems) == 3
    assert {issue.status for issue in team.tracker.issues.values()} == {Status.NOT_STARTED}


def test_the_table_is_gone_with_its_heading(team: Team) -> None:
    team.edit(lambda text: text[: text.index("## Action")] + text[text.index("\n[#1]: ") :])
    left_alone(team, "no table of action items")


@pytest.mark.parametrize(
    "table",
    [
        "> | Action | Owner |\n> |---|---|\n> | Alert on queues | @a |\n",
        "- item\n\n  | Action | Owner |\n  |---|---|\n  | Alert on queues | @a |\n",
        "- item\n  | Action | Owner |\n  |---|---|\n  | Alert on queues | @a |\n",
        "| Thing | Person |\n|---|---|\n| Alert on queues | @a |\n",
    ],
)
def test_the_row_may_be_in_a_table_that_is_not_read(team: Team, table: str) -> None:
    team.remove("1")
    team.edit(lambda text: text.replace("\n\n[#1]", f"\n\n{table}\n[#1]"))
    left_alone(team, "a table of the section is not read")


def test_a_timeline_is_no_table_of_action_items(team: Team) -> None:
    team.remove("1")
    table = "| Time | Event |\n|---|---|\n| 12:00 | Alarm |\n"
    team.edit(lambda text: text.replace("\n\n[#1]", f"\n\n{table}\n[#1]"))
    team.sync()
    assert status(team) is Status.WONT_DO


def test_the_section_has_a_checklist(team: Team) -> None:
    team.remove("1")
    team.edit(lambda text: text.replace("\n\n[#1]", "\n\n- [ ] Alert on queues\n\n[#1]"))
    left_alone(team, "checklist entries")


@pytest.mark.parametrize(
    "mention",
    [
        "Alert on queues moved to [#1].",
        "See https://shop.example/issues/1.",
        "See (shop#1/#9).",
        "<!-- | Alert | @a | | Not Started | [#1] | -->",
    ],
)
def test_the_text_still_mentions_the_issue(team: Team, mention: str) -> None:
    team.remove("1")
    team.edit(lambda text: text.replace("## Action", f"{mention}\n\n## Action"))
    left_alone(team, "still mentions it")


def test_the_text_still_has_the_words_of_the_action(team: Team) -> None:
    team.edit(lambda text: text.replace("| [#1] |", "| n/a |"))
    left_alone(team, "still has its words")


@pytest.mark.parametrize(
    "row",
    [
        "| Two things | | | | #1, #9 |",
        "| Two things | | | | [one](https://shop.example/issues/1) [two](https://shop.example/issues/9) |",
        "| Two things, [one](https://shop.example/issues/1) | | | | n/a |",
        "| Two things, [one](https://shop.example/issues/1) | | | | INC00123 |",
    ],
)
def test_a_row_of_another_document_mentions_the_issue(team: Team, row: str) -> None:
    team.remove("1")
    text = document("Something else").replace("-001", "-002")
    text = text.replace("Status |\n|---", "Status | Issue |\n|---|---").replace("|\n| S", "|\n| S")
    team.store.texts["pm/two.md"] = text.rstrip() + f"\n{row}\n"
    left_alone(team, "mentions it")


def test_the_row_is_in_another_document_under_a_heading_that_is_not_known(team: Team) -> None:
    row = team.row("1")
    team.remove("1")
    team.store.texts["pm/two.md"] = f"# Other\n\n## Promises\n\n{TABLE}{row}"
    left_alone(team, "mentions it")


def test_the_definition_is_damaged(team: Team) -> None:
    team.remove("1")
    team.edit(lambda text: text.replace('"sync 1; status', '"sync 1; state', 1))
    team.sync()
    assert (status(team), team.tracker.said) == (Status.NOT_STARTED, [])


def test_the_document_itself_cannot_be_read(team: Team) -> None:
    team.remove("1")
    team.store.unreadable.add(PATH)
    assert team.sync().plan.changes == ()


def test_the_document_is_gone(team: Team) -> None:
    del team.store.texts[PATH]
    report = team.sync()
    assert report.plan.changes == ()
    assert {issue.status for issue in team.tracker.issues.values()} == {Status.NOT_STARTED}


def test_the_row_has_moved_to_another_document(team: Team) -> None:
    row = team.row("1")
    team.remove("1")
    text = document("Something else").replace("-001", "-002")
    text = text.replace("| Status |\n|---|", "| Status | Issue |\n|---|---|")
    team.store.texts["pm/two.md"] = text.rstrip() + f"\n{row}"
    team.sync()
    assert (status(team), team.tracker.said) == (Status.NOT_STARTED, [])
