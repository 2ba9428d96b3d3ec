"""Somebody who works with the issues of the double, past its API and under another account."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from syncer.model import Status
from syncer.testing import Person
from tests.support.github import changing
from tests.support.github.days import hours_to_pacific

if TYPE_CHECKING:
    from collections.abc import Collection

    from syncer.trackers.base import Update
    from tests.support.github.double import GitHubDouble
    from tests.support.github.records import Issue, IssueField


class GitHubPerson(Person):
    """See ``Person``. Issues are called by their numbers.

    Args:
        double: Where the issues are.
        repository: Its full name.
        marker_pattern: What syncer's marker in an issue's text looks like; the last one there is it.
        label: syncer's label.
        login: The account; it may push.
        due_field: Which date field of the organisation says when an issue is due; empty: its milestone does.
        priority_field: Which field to choose from says how urgent it is; empty: there is none.
    """

    def __init__(
        self,
        double: GitHubDouble,
        repository: str,
        marker_pattern: str,
        *,
        label: str = "syncer",
        login: str = "somebody",
        due_field: str = "",
        priority_field: str = "",
    ) -> None:
        self._store = double.store
        self._urls = double.urls
        self._home = double.store.repositories[repository.lower()]
        self._home.roles.setdefault(login.lower(), "write")
        self._user = double.store.add_user(login)
        self._marker = re.compile(marker_pattern)
        self._label = label
        self._due_field = due_field
        self._priority_field = priority_field

    def file(self, title: str, *, body: str = "", labels: Collection[str] = ()) -> str:
        with self._store.lock:
            content = {"title": title, "body": body}
            issue = changing.create_issue(self._store, self._home, self._user, content)
            for label in labels:
                self.label(str(issue.number), label)
        return str(issue.number)

    def change(self, key: str, update: Update) -> None:
        with self._store.lock:
            issue = self._issue(key)
            asked: dict[str, Any] = {}
            if update.title is not None:
                asked["title"] = update.title
            if update.owner is not None:
                asked["assignees"] = [update.owner.removeprefix("@")] if update.owner else []
            if update.body is not None:
                asked["body"] = self._with_marker(update.body, issue.body or "")
            if update.status is not None:
                asked |= self.status(issue, update.status)
            if update.due is not None:
                asked |= self.due(self._with(issue, asked), update.due)
            if update.priority is not None:
                asked |= self.priority(self._with(issue, asked), update.priority)
            changing.change_issue(self._store, self._home, self._user, issue.number, asked)

    def comment(self, key: str, text: str) -> None:
        with self._store.lock:
            changing.add_comment(self._store, self._home, self._user, int(key), text)

    def comments(self, key: str) -> list[str]:
        return [comment.body for comment in self._issue(key).comments]

    def labels(self, key: str) -> set[str]:
        return {label.name for label in self._issue(key).labels}

    def label(self, key: str, label: str) -> None:
        with self._store.lock:
            if label.lower() not in self._home.labels:
                changing.create_label(self._store, self._home, {"name": label})
            changing.add_labels(self._store, self._home, int(key), [label])

    def unmark(self, key: str) -> None:
        with self._store.lock:
            changing.remove_label(self._store, self._home, int(key), self._label)

    def damage(self, key: str) -> None:
        with self._store.lock:
            issue = self._issue(key)
            body = issue.body or ""
            marker = self._found(body)
            half = (marker.start() + marker.end()) // 2
            cut = body[:half] + " -->" + body[marker.end() :]
            changing.touch(self._store, self._home, issue, body=cut)

    def delete(self, key: str) -> None:
        with self._store.lock:
            changing.delete(self._store, self._home, int(key))

    def hide(self, key: str) -> None:
        with self._store.lock:
            self._home.hidden.add(int(key))

    def move_away(self, key: str) -> str:
        with self._store.lock:
            target = f"{self._home.owner.login}/elsewhere"
            other = self._store.repository(target) or self._store.add_repository(target)
            moved = changing.transfer(self._store, self._home, int(key), other)
            return self._urls.issue_page(other, moved.number)

    # What a laboratory may have otherwise

    def status(self, issue: Issue, status: Status) -> dict[str, Any]:
        """What of an issue changes so that it is in a state."""
        del issue
        reasons = {Status.DONE: "completed", Status.WONT_DO: "not_planned"}
        if status in reasons:
            return {"state": "closed", "state_reason": reasons[status]}
        return {"state": "open"}

    def due(self, issue: Issue, due: str) -> dict[str, Any]:
        """What of an issue changes so that it is due on a day."""
        if self._due_field:
            return self._field(issue, self._due_field, due)
        if not due:
            return {"milestone": None}
        for number, milestone in self._home.milestones.items():
            if milestone.due == date.fromisoformat(due):
                return {"milestone": number}
        hours = hours_to_pacific(date.fromisoformat(due))
        content = {"title": f"Due {due}", "due_on": f"{due}T{hours:02d}:00:00Z"}
        made = changing.create_milestone(self._store, self._home, self._user, content)
        return {"milestone": made.number}

    def priority(self, issue: Issue, priority: str) -> dict[str, Any]:
        """What of an issue changes so that it is as urgent as that."""
        if not self._priority_field:
            pytest.skip("there is no field for the priority")
        return self._field(issue, self._priority_field, priority)

    # How that is done

    def _issue(self, key: str) -> Issue:
        return self._home.issues[int(key)]

    def _field(self, issue: Issue, name: str, value: str) -> dict[str, Any]:
        """All values of fields with one of them changed: those that aren't named are cleared."""
        field = self._field_named(name)
        values: dict[int, Any] = {**issue.fields, field.id: value}
        return {
            "issue_field_values": [
                {"field_id": number, "value": list(one) if isinstance(one, tuple) else one}
                for number, one in values.items()
                if one != ""
            ]
        }

    def _field_named(self, name: str) -> IssueField:
        fields = self._store.organisation_of(self._home).fields
        return next(field for field in fields if field.name == name)

    def _with(self, issue: Issue, asked: dict[str, Any]) -> Issue:
        """The issue with the values of fields that are to be set already."""
        if "issue_field_values" not in asked:
            return issue
        values = {one["field_id"]: one["value"] for one in asked["issue_field_values"]}
        return replace(issue, fields=values)

    def _with_marker(self, text: str, old: str) -> str:
        """A text with the marker that the old one had, at the end and as far away as it was."""
        markers = list(self._marker.finditer(old))
        if not markers:
            return text
        above = old[: markers[-1].start()]
        return text + above[len(above.rstrip("\n")) :] + old[markers[-1].start() :]

    def _found(self, text: str) -> re.Match[str]:
        return list(self._marker.finditer(text))[-1]
