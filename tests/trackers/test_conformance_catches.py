"""The conformance suite catches what a tracker must not do: each wrong one fails the tests that are about it."""

from __future__ import annotations

import inspect
from dataclasses import replace
from itertools import starmap, takewhile
from typing import TYPE_CHECKING, Any

import pytest

from syncer.model import Removal, Status
from syncer.testing import TrackerConformance
from syncer.trackers.base import ABSENT, HIDDEN, LABEL, Refused, Unknown, Update, Written
from syncer.trackers.local import LocalTracker
from syncer.trackers.local_store import Store
from tests.support.local_issues import NOON
from tests.support.local_lab import LocalLab

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from syncer.trackers.base import Answer, Draft, Issue, Missing


class Correct(LocalTracker):
    """The embedded tracker as it is."""


class AnswersWithWhatItWasAsked(LocalTracker):
    def update(self, key: str, update: Update) -> Answer:
        answer = super().update(key, replace(update, due=None))
        if isinstance(answer, Written) and update.due is not None:
            return Written(replace(answer.issue, due=update.due))
        return answer


class LosesTheMarkerOnUpdate(LocalTracker):
    def update(self, key: str, update: Update) -> Answer:
        return super().update(key, replace(update, marker=None))


class ForgetsWhatWasDone(LocalTracker):
    def update(self, key: str, update: Update) -> Answer:
        assert update.marker is not None
        state = replace(update.marker.state, removed=Removal.NONE)
        return super().update(key, replace(update, marker=replace(update.marker, state=state)))


class ClearsTheAssignee(LocalTracker):
    def update(self, key: str, update: Update) -> Answer:
        return super().update(key, replace(update, owner=update.owner or ""))


class ReplacesLabels(LocalTracker):
    def update(self, key: str, update: Update) -> Answer:
        answer = super().update(key, update)
        if isinstance(answer, Written):
            with self._store.writing() as connection:
                connection.execute("UPDATE issues SET labels = '[]'")
        return answer


class ForgetsLabels(LocalTracker):
    def create(self, draft: Draft) -> Answer:
        return super().create(replace(draft, labels=()))


class OverwritesWhatAPersonWrote(LocalTracker):
    def update(self, key: str, update: Update) -> Answer:
        return super().update(key, replace(update, body_was=None))


class SplitsLabelsAtCommas(LocalTracker):
    def create(self, draft: Draft) -> Answer:
        labels = tuple(part for label in draft.labels for part in label.split(","))
        return super().create(replace(draft, labels=labels))


class ReadsOnePage(LocalTracker):
    def marked(self) -> Iterator[Issue]:
        return (issue for issue, _ in zip(super().marked(), range(100), strict=False))


class ListsNewestFirst(LocalTracker):
    def marked(self) -> Iterator[Issue]:
        return reversed(list(super().marked()))


class ListsOpenOnesOnly(LocalTracker):
    def marked(self) -> Iterator[Issue]:
        return (issue for issue in super().marked() if not issue.status.finished)


class LeavesOutWhatIsNotThere(LocalTracker):
    def read(self, keys: Collection[str]) -> Mapping[str, Issue | Missing]:
        answers = super().read(keys)
        return {key: issue for key, issue in answers.items() if issue != ABSENT}


class FailsOnNonsense(LocalTracker):
    def read(self, keys: Collection[str]) -> Mapping[str, Issue | Missing]:
        return {key: issue for key, issue in super().read(keys).items() if int(key)}


class TellsNobodyThatAPersonWasThere(LocalTracker):
    def read(self, keys: Collection[str]) -> Mapping[str, Issue | Missing]:
        answers = super().read(keys)
        return {
            key: issue if issue in (ABSENT, HIDDEN) else replace(issue, touched=False)  # type: ignore[type-var]  # no text is left
            for key, issue in answers.items()
        }


class RemembersForEver(LocalTracker):
    _seen: dict[str, Issue | Missing] | None = None

    def read(self, keys: Collection[str]) -> Mapping[str, Issue | Missing]:
        self._seen = self._seen or {}
        new = [key for key in keys if key not in self._seen]
        self._seen.update(super().read(new))
        return {key: self._seen[key] for key in keys}


class NeverWakesUp(LocalTracker):
    rested = False

    def rest(self) -> None:
        self.rested = True

    def read(self, keys: Collection[str]) -> Mapping[str, Issue | Missing]:
        assert not self.rested
        return super().read(keys)


class FilesTwice(LocalTracker):
    """Says that it looks the marker up, and files the item under another id."""

    def create(self, draft: Draft) -> Answer:
        for other in super().marked():
            if other.marker and other.marker.item == draft.marker.item:
                item = f"{int(other.marker.item, 16) + 1000:016x}"
                return super().create(replace(draft, marker=replace(draft.marker, item=item)))
        return super().create(draft)


class CountsOnTheText(LocalTracker):
    """Takes whatever says so for marked."""

    def marked(self) -> Iterator[Issue]:
        yield from super().marked()
        with self._store.writing() as connection:
            rows = connection.execute("SELECT number FROM issues WHERE body LIKE '%syncer 1%'")
            keys = [str(row[0]) for row in rows]
        known = {issue.key for issue in super().marked()}
        found = self.read([key for key in keys if key not in known])
        yield from (issue for issue in found.values() if not isinstance(issue, str))  # type: ignore[misc]  # as above


class NeverTellsCounters(LocalTracker):
    def update(self, key: str, update: Update) -> Answer:
        if update.marker is None:
            return super().update(key, update)
        state = replace(update.marker.state, counter=1)
        return super().update(key, replace(update, marker=replace(update.marker, state=state)))


class ChangesWhatIsNotThere(LocalTracker):
    def update(self, key: str, update: Update) -> Answer:
        answer = super().update(key, update)
        return Unknown(answer.reason) if isinstance(answer, Refused) else answer


class MixesUpDrafts(LocalTracker):
    def create_all(self, drafts: Sequence[Draft]) -> Iterator[Answer]:
        return reversed([self.create(draft) for draft in drafts])


class GivesUpOnTheFirstRefusal(LocalTracker):
    def create_all(self, drafts: Sequence[Draft]) -> Iterator[Answer]:
        return takewhile(lambda answer: isinstance(answer, Written), map(self.create, drafts))


class ObjectsToAllUpdates(LocalTracker):
    def check(self, drafts: Sequence[Draft], updates: Mapping[str, Update]) -> Sequence[Refused]:
        return [Refused("no")] if updates else super().check(drafts, updates)


class ChecksByTrying(LocalTracker):
    def check(self, drafts: Sequence[Draft], updates: Mapping[str, Update]) -> Sequence[Refused]:
        answers = [*map(self.create, drafts), *starmap(self.update, updates.items())]
        return [answer for answer in answers if isinstance(answer, Refused)]


class ChecksOnlyWhatIsThere(LocalTracker):
    def check(self, drafts: Sequence[Draft], updates: Mapping[str, Update]) -> Sequence[Refused]:
        assert ABSENT not in self.read(updates).values()
        return super().check(drafts, updates)


class SaysNoToWhatItTakes(LocalTracker):
    def create(self, draft: Draft) -> Answer:
        return _with_a_reason(super().create(draft), "no such value")

    def update(self, key: str, update: Update) -> Answer:
        return _with_a_reason(super().update(key, update), "no such value")


class SaysNoWithoutAReason(LocalTracker):
    def create(self, draft: Draft) -> Answer:
        return _with_a_reason(super().create(replace(draft, priority="")), "")


def _with_a_reason(answer: Answer, reason: str) -> Answer:
    return Written(answer.issue, {"priority": reason}) if isinstance(answer, Written) else answer


class CannotReopen(LocalTracker):
    def update(self, key: str, update: Update) -> Answer:
        (issue,) = self.read([key]).values()
        stuck = getattr(issue, "status", None) is Status.DONE
        return super().update(key, replace(update, status=None) if stuck else update)


class ResolvesPullRequests(LocalTracker):
    def resolve(self, reference: str) -> str | None:
        return super().resolve(reference.replace("https://github.com/acme/here/issues/", "#"))


class TrimsReferences(LocalTracker):
    def resolve(self, reference: str) -> str | None:
        return super().resolve(reference.strip())


class CutsComments(LocalTracker):
    def comment(self, key: str, text: str) -> Answer:
        return super().comment(key, text.partition("<")[0])


class LabelsWhatAPersonFiled(LocalTracker):
    def update(self, key: str, update: Update) -> Answer:
        with self._store.writing() as connection:
            connection.execute("UPDATE issues SET labels = ?", (f'["{LABEL}"]',))
        return super().update(key, update)


WRONG: dict[type[LocalTracker], str] = {
    AnswersWithWhatItWasAsked: "test_only_the_named_field_changes",
    LosesTheMarkerOnUpdate: "test_the_marker_alone_can_be_written",
    ForgetsWhatWasDone: "test_what_was_done_about_a_row_that_is_gone_is_kept",
    ClearsTheAssignee: "test_a_person_s_assignee_is_not_wiped",
    ReplacesLabels: "test_only_the_named_field_changes",
    ForgetsLabels: "test_the_labels_of_the_draft_are_set",
    OverwritesWhatAPersonWrote: "test_a_text_that_a_person_changed_meanwhile_is_left_alone",
    SplitsLabelsAtCommas: "test_the_labels_of_the_draft_are_set",
    ReadsOnePage: "test_every_marked_issue_is_listed_oldest_first",
    ListsNewestFirst: "test_every_marked_issue_is_listed_oldest_first",
    ListsOpenOnesOnly: "test_finished_issues_are_listed_too",
    LeavesOutWhatIsNotThere: "test_every_key_that_was_asked_for_is_answered",
    FailsOnNonsense: "test_nonsense_is_absent",
    TellsNobodyThatAPersonWasThere: "test_a_comment_is_a_touch",
    RemembersForEver: "test_a_person_s_changes_are_seen",
    NeverWakesUp: "test_after_a_rest_it_goes_on",
    FilesTwice: "test_the_same_item_filed_twice_is_one_issue_or_two_that_show",
    CountsOnTheText: "test_a_marker_that_an_outsider_forged_counts_for_nothing",
    NeverTellsCounters: "test_counters_go_up_with_every_write",
    ChangesWhatIsNotThere: "test_what_isn_t_there_can_t_be_written",
    MixesUpDrafts: "test_many_drafts_are_answered_in_order",
    GivesUpOnTheFirstRefusal: "test_a_draft_that_is_refused_among_others_is_refused_alone",
    ObjectsToAllUpdates: "test_nothing_speaks_against_good_drafts_and_updates",
    ChecksByTrying: "test_nothing_speaks_against_good_drafts_and_updates",
    ChecksOnlyWhatIsThere: "test_an_update_of_what_is_gone_can_be_asked_about",
    SaysNoToWhatItTakes: "test_of_a_changed_issue_only_what_was_not_taken_has_a_reason",
    SaysNoWithoutAReason: "test_of_a_new_issue_only_what_was_not_taken_has_a_reason",
    CannotReopen: "test_every_status_leads_to_every_other",
    ResolvesPullRequests: "test_what_is_none_of_its_own_leads_nowhere",
    TrimsReferences: "test_what_is_none_of_its_own_leads_nowhere",
    CutsComments: "test_a_hostile_comment_is_text",
    LabelsWhatAPersonFiled: "test_an_issue_that_a_person_filed_gets_nothing_but_what_is_named",
}


@pytest.mark.parametrize(
    ("tracker", "test"), WRONG.items(), ids=lambda part: getattr(part, "__name__", part)
)
def test_what_is_wrong_fails(tracker: type[LocalTracker], test: str, tmp_path: Path) -> None:
    assert any(failures(tracker, test, tmp_path))


@pytest.mark.parametrize("test", sorted(set(WRONG.values())))
def test_what_is_right_passes(test: str, tmp_path: Path) -> None:
    """Otherwise the failures above would show nothing."""
    assert not any(failures(Correct, test, tmp_path))


def failures(tracker: type[LocalTracker], name: str, path: Path) -> Iterator[bool]:
    """Whether each case of a test fails for a tracker."""
    test = getattr(TrackerConformance(), name)
    wanted = inspect.signature(test).parameters
    for number, case in enumerate(cases(test)):
        lab = LabOf(tracker, path / f"{number}.db")
        given: dict[str, Any] = {"lab": lab, "tracker": lab.open(), **case}
        yield fails(test, {name: given[name] for name in wanted})


def cases(test: Callable[..., None]) -> list[dict[str, Any]]:
    """The arguments of each case of a test."""
    marks = getattr(test, "pytestmark", [])
    return [{mark.args[0]: value} for mark in marks for value in mark.args[1]] or [{}]


def fails(test: Callable[..., None], arguments: Mapping[str, Any]) -> bool:
    """Whether a test fails; whatever a wrong tracker raises is a failure, as it is for pytest."""
    try:
        test(**arguments)
    except Exception:  # noqa: BLE001 - as above
        return True
    return False


class LabOf(LocalLab):
    """A laboratory for a wrong tracker."""

    def __init__(self, tracker: type[LocalTracker], path: Path) -> None:
        super().__init__(path)
        self._tracker = tracker

    def open(self) -> LocalTracker:
        return self._tracker("here", Store(self._path, read_only=False), lambda: NOON)
