"""Somebody who works with the issues of a double, past its API and under another account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from syncer.model import Status
from syncer.testing import Person
from tests.support.jira import changing

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from syncer.trackers.base import Update
    from tests.support.jira.double import JiraDouble
    from tests.support.jira.projects import Project
    from tests.support.jira.records import Issue

STATUSES: Final[Mapping[Status, tuple[str, str]]] = {
    Status.NOT_STARTED: ("To Do", ""),
    Status.IN_PROGRESS: ("In Progress", ""),
    Status.BLOCKED: ("Blocked", ""),
    Status.DONE: ("Done", "Done"),
    Status.WONT_DO: ("Done", "Won't Do"),
}
"""Where an issue stands then: its status, and its resolution."""


class JiraPerson(Person):
    """See ``Person``. Issues are called by their keys.

    Args:
        double: Where the issues are.
        project: The project's key.
        property_key: What syncer's property is called.
        kind: The type of the issues that are filed; empty: the project's first.
        label: syncer's label.
        name: The account.
        move_to: A project within the tracker's reach; empty: there is none.
        away_to: A project that is out of the tracker's reach; empty: there is none.
        due_field: Which field says when an issue is due.
        priority_field: Which one says how urgent it is; empty: there is none.
        statuses: See ``STATUSES``.
    """

    def __init__(
        self,
        double: JiraDouble,
        project: str,
        property_key: str,
        *,
        kind: str = "",
        label: str = "syncer",
        name: str = "carol",
        move_to: str = "OPS",
        away_to: str = "SEC",
        due_field: str = "duedate",
        priority_field: str = "priority",
        statuses: Mapping[Status, tuple[str, str]] = STATUSES,
    ) -> None:
        self._double = double
        self._store = double.store
        self._home = double.store.projects[project]
        self._property = property_key
        self._kind = kind
        self._label = label
        self._user = double.store.add_user(name)
        self._move_to = move_to
        self._away_to = away_to
        self._due_field = due_field
        self._priority_field = priority_field
        self._statuses = statuses

    def file(self, title: str, *, body: str = "", labels: Collection[str] = ()) -> str:
        with self._store.lock:
            kind = next(one for one in self._home.types if one.name == self._kind or not self._kind)
            fields: dict[str, Any] = {
                "summary": title,
                "description": body,
                "labels": list(labels),
            }
            for key in self._home.required & set(self._home.screen_for(kind)):
                fields[key] = {"value": self._store.fields[key].options[0].name}
            made = changing.create(self._store, self._home, kind, self._user, {"fields": fields})
        return made.key

    def change(self, key: str, update: Update) -> None:
        with self._store.lock:
            issue = self._issue(key)
            values: dict[str, Any] = {}
            if update.title is not None:
                values["summary"] = update.title
            if update.body is not None:
                values["description"] = update.body or None
            if update.owner is not None:
                values["assignee"] = self._account(update.owner)
            if update.due is not None:
                values[self._due_field] = update.due or None
            if update.priority is not None:
                values |= self._priority(update.priority)
            status = issue.status
            if update.status is not None:
                name, resolution = self._statuses[update.status]
                status = next(
                    one for one in self._project(issue).workflow.statuses if one.name == name
                )
                values["resolution"] = changing.resolution(self._store, resolution)
            changing.arrive(self._store, issue, status, {**issue.values, **values})

    def comment(self, key: str, text: str) -> None:
        with self._store.lock:
            changing.comment(self._store, self._issue(key), self._user, text)

    def comments(self, key: str) -> list[str]:
        return [comment.body for comment in self._issue(key).comments]

    def labels(self, key: str) -> set[str]:
        return set(self._issue(key).labels)

    def label(self, key: str, label: str) -> None:
        self._set_labels(key, {*self._issue(key).labels, label})

    def unmark(self, key: str) -> None:
        self._set_labels(key, {*self._issue(key).labels} - {self._label})

    def damage(self, key: str) -> None:
        with self._store.lock:
            issue = self._issue(key)
            assert self._property in issue.properties, "there is nothing to damage"
            changing.set_property(self._store, issue, self._property, {"damaged": True})

    def delete(self, key: str) -> None:
        with self._store.lock:
            changing.delete(self._store, self._issue(key))

    def hide(self, key: str) -> None:
        with self._store.lock:
            self._store.hidden.add(self._issue(key).id)

    def move(self, key: str) -> str:
        if not self._move_to:
            pytest.skip("there is no other project within reach")
        with self._store.lock:
            other = self._store.projects[self._move_to]
            return changing.move(self._store, self._issue(key), other).key

    def move_away(self, key: str) -> str:
        if not self._away_to:
            pytest.skip("there is no project out of reach")
        with self._store.lock:
            other = self._store.projects[self._away_to]
            moved = changing.move(self._store, self._issue(key), other)
            return f"{self._double.url}/browse/{moved.key}"

    # How that is done

    def _issue(self, key: str) -> Issue:
        issue = self._store.issue(key)
        assert issue is not None, key
        return issue

    def _project(self, issue: Issue) -> Project:
        return self._store.projects[issue.project]

    def _account(self, owner: str) -> str | None:
        if not owner:
            return None
        user = self._store.user(owner.removeprefix("@"))
        assert user is not None, owner
        return user.name

    def _priority(self, priority: str) -> dict[str, Any]:
        if not self._priority_field:
            pytest.skip("there is no field for the priority")
        if not priority:
            return {self._priority_field: None}
        field = self._store.fields[self._priority_field]
        choices = field.options or self._home.priorities
        return {field.id: next(one for one in choices if one.name == priority)}

    def _set_labels(self, key: str, labels: set[str]) -> None:
        with self._store.lock:
            issue = self._issue(key)
            values = {**issue.values, "labels": tuple(sorted(labels))}
            changing.touch(self._store, issue, values=values)
