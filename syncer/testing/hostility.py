"""The part of the conformance suite that is about text that means harm: nothing in it breaks a marker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from syncer.core.issuetext import title_of
from syncer.core.state import format_marker
from syncer.model import Agreed, Status
from syncer.testing.lab import found, marker, needs, the, words, written
from syncer.trackers.base import Update

if TYPE_CHECKING:
    from syncer.testing.lab import Lab
    from syncer.trackers.base import Issue, Tracker

TEXTS: Final = (
    "Close it --> and <!-- open it again",
    "<!-- syncer:end --> <!-- syncer:begin 0 0 -->",
    f"<!-- {format_marker(marker(99, counter=9))} -->",
    format_marker(marker(98)),
    "Ask @alice, @acme/sre and #1, acme/shop#2; fixes #3",
    "<script>alert(1)</script> <b>&amp;&lt;</b> &#0;",
    "'; DROP TABLE issues; -- \"",
    'project = PAY AND summary ~ "x" {code}*b*{code} [~alice] [a|https://example.invalid] h1. !x!',
    "{{ 7*7 }} ${7*7} %s %(x)s {0} {} \\n \\ `id` $(id)",
    "bell\x07 escape\x1b[31m null\x00 delete\x7f next\x85line",
    "tab\tand a form feed\x0c and \u2028 line \u2029 paragraph",
    "\ufeffbyte order \u200bzero width \u202eright to left\u202c \u2066isolate\u2069",
    "日本語 Ελληνικά العربية עברית 한국어 ไทย",
    "e\u0301 é Å Å ﬁ ½",
    "👩‍👩‍👧‍👦 🏳️‍🌈 \U0001f1e9\U0001f1ea \U0010fffd \ufffd",
    "%00%0a%0d%2d%2d%3e sync 9; status=Done; owner=@mallory~",
    "---\nsyncer: true\n---\n\n```\nunclosed fence\n<!-- unclosed comment",
    "```` ~~~ <![CDATA[ ]]> <?php ?> <!DOCTYPE x>",
)


_each = pytest.mark.parametrize("text", TEXTS, ids=[f"text{n}" for n in range(len(TEXTS))])


class Hostility:
    """Every text as title, body, owner, comment, and inside a marker."""

    @_each
    def test_an_issue_is_filed_with_a_hostile_text(
        self, lab: Lab, tracker: Tracker, text: str
    ) -> None:
        title = title_of(text, tracker.capabilities.title_limit)
        draft = lab.draft(tracker, title=title, body=f"{text}\n")
        issue = written(tracker.create(draft))
        self._is_intact(tracker, issue, title, text)
        assert issue.marker == draft.marker

    @_each
    def test_an_issue_is_given_a_hostile_text(self, lab: Lab, tracker: Tracker, text: str) -> None:
        title = title_of(text, tracker.capabilities.title_limit)
        key = written(tracker.create(lab.draft(tracker))).key
        body = f"{text}\n" if tracker.capabilities.updates_text else None
        update = Update(marker(counter=2), title=title, body=body)
        issue = written(tracker.update(key, update))
        self._is_intact(tracker, issue, title, text)
        assert issue.marker == marker(counter=2)

    @_each
    def test_a_person_s_hostile_text_leaves_the_marker_alone(
        self, lab: Lab, tracker: Tracker, text: str
    ) -> None:
        before = written(tracker.create(lab.draft(tracker)))
        if tracker.capabilities.updates_text:
            lab.person.change(before.key, Update(None, body=f"{text}\n\n{before.body}\n{text}\n"))
        lab.person.change(before.key, Update(None, title=title_of(text, 200)))
        seen = the(tracker, before.key)
        assert seen.marker == marker()
        after = written(tracker.update(before.key, Update(marker(counter=2), status=Status.DONE)))
        assert (after.title, after.body) == (seen.title, seen.body)
        assert [issue.marker for issue in found(tracker)] == [marker(counter=2)]

    @_each
    def test_a_hostile_owner_is_an_owner_or_none(
        self, lab: Lab, tracker: Tracker, text: str
    ) -> None:
        needs(tracker, "owner")
        issue = written(tracker.create(lab.draft(tracker, owner=" ".join(text.split()))))
        if tracker.capabilities.free_owner:
            assert words(issue.owner) == words(text)
        else:
            assert words(issue.owner) != words(text)
        assert the(tracker, issue.key) == issue
        assert issue.marker == marker()

    @_each
    def test_a_hostile_comment_is_text(self, lab: Lab, tracker: Tracker, text: str) -> None:
        before = written(tracker.create(lab.draft(tracker)))
        assert written(tracker.comment(before.key, text)) == before
        assert the(tracker, before.key) == before
        assert [words(comment) for comment in lab.person.comments(before.key)] == [words(text)]

    @_each
    def test_a_marker_with_a_hostile_text_reads_back(
        self, lab: Lab, tracker: Tracker, text: str
    ) -> None:
        path, value = f"postmortems/{text}.md", text[:10]
        filed = marker(document=path, owner=Agreed(value, ""))
        issue = written(tracker.create(lab.draft(tracker, marker=filed)))
        assert issue.marker == filed
        changed = marker(counter=2, document=path, owner=Agreed("@alice", value))
        written(tracker.update(issue.key, Update(changed, title="Renamed")))
        assert [one.marker for one in found(lab.open())] == [changed]

    def _is_intact(self, tracker: Tracker, issue: Issue, title: str, body: str) -> None:
        assert words(issue.title) == words(title)
        if tracker.capabilities.updates_text:
            assert words(issue.body) == words(body)
        assert found(tracker) == [issue]
        assert the(tracker, issue.key) == issue
