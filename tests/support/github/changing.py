"""The rules by which issues come about and change."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from tests.support.github import values
from tests.support.github.days import pacific_day
from tests.support.github.records import Comment, Issue, Label, Milestone
from tests.support.github.refusals import RefusalError, invalid

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.support.github.records import User
    from tests.support.github.store import Repository, Store

_NAME_LIMIT: Final = 50
"""Of a label, in characters."""


def create_issue(
    store: Store,
    repository: Repository,
    user: User,
    content: Mapping[str, Any],
    *,
    pull_request: bool = False,
) -> Issue:
    """File an issue as a POST does it."""
    asked = {
        "title": values.title(content["title"]),
        "body": values.body("Issue", content.get("body")),
        **_others(store, repository, user, content),
    }
    now = store.tick()
    issue = Issue(
        id=store.next_id(),
        number=repository.last + 1,
        user=user,
        created=now,
        updated=now,
        pull_request=pull_request,
        **asked,
    )
    return repository.put(issue)


def change_issue(
    store: Store, repository: Repository, user: User, number: int, content: Mapping[str, Any]
) -> Issue:
    """Change what is named of an issue as a PATCH does it."""
    issue = repository.issues[number]
    asked: dict[str, Any] = {}
    if content.get("title") is not None:
        asked["title"] = values.title(content["title"])
    if "body" in content:
        asked["body"] = values.body("Issue", content["body"])
    if content.get("state", issue.state) != issue.state:
        asked |= values.state(store, user, content)
    asked |= _others(store, repository, user, content)
    return touch(store, repository, issue, **asked)


def touch(store: Store, repository: Repository, issue: Issue, **others: Any) -> Issue:
    """Keep an issue with other values; nothing happens if it has them already."""
    changed = replace(issue, **others)
    if changed == issue:
        return issue
    return repository.put(replace(changed, updated=store.tick()))


def add_comment(
    store: Store, repository: Repository, user: User, number: int, body: str
) -> Comment:
    """Comment on an issue."""
    issue = repository.issues[number]
    if issue.locked and not values.may_push(repository, user):
        raise RefusalError(403, "Unable to create comment because issue is locked.")
    text = values.body("IssueComment", body)
    if not text or not text.strip():
        raise invalid("IssueComment", "body", "missing_field")
    now = store.tick()
    comment = Comment(store.next_id(), user, text, now)
    repository.put(replace(issue, comments=(*issue.comments, comment), updated=now))
    return comment


def add_labels(store: Store, repository: Repository, number: int, names: Iterable[str]) -> Issue:
    """Label an issue; the labels that it has stay."""
    issue = repository.issues[number]
    added = labels_named(store, repository, names)
    has = {label.id for label in issue.labels}
    labels = (*issue.labels, *(label for label in added if label.id not in has))
    return touch(store, repository, issue, labels=labels)


def remove_label(store: Store, repository: Repository, number: int, name: str) -> Issue:
    """Take a label from an issue."""
    issue = repository.issues[number]
    kept = tuple(label for label in issue.labels if label.name.lower() != name.lower())
    if len(kept) == len(issue.labels):
        raise RefusalError(404, "Label does not exist")
    return touch(store, repository, issue, labels=kept)


def create_label(store: Store, repository: Repository, content: Mapping[str, Any]) -> Label:
    """Make a label; their names are the same in capitals."""
    name = content["name"]
    if not name.strip():
        raise invalid("Label", "name", "missing_field")
    if len(name) > _NAME_LIMIT:
        raise invalid(
            "Label", "name", "custom", f"name is too long (maximum is {_NAME_LIMIT} characters)"
        )
    if not re.fullmatch(r"[0-9a-fA-F]{6}", content.get("color", "ededed")):
        raise invalid("Label", "color", "invalid")
    if name.lower() in repository.labels:
        raise invalid("Label", "name", "already_exists")
    store.tick()
    label = Label(store.next_id(), name, content.get("color", "ededed"), content.get("description"))
    repository.labels[name.lower()] = label
    return label


def create_milestone(
    store: Store, repository: Repository, user: User, content: Mapping[str, Any]
) -> Milestone:
    """Make a milestone."""
    title = content["title"]
    if not title.strip():
        raise invalid("Milestone", "title", "missing_field")
    if any(milestone.title == title for milestone in repository.milestones.values()):
        raise invalid("Milestone", "title", "already_exists")
    due = content.get("due_on")
    number = len(repository.milestones) + 1
    milestone = Milestone(
        id=store.next_id(),
        number=number,
        title=title,
        creator=user,
        created=store.tick(),
        due=pacific_day(datetime.fromisoformat(due)) if due else None,
        description=content.get("description"),
        state=content.get("state", "open"),
    )
    repository.milestones[number] = milestone
    return milestone


def transfer(store: Store, repository: Repository, number: int, target: Repository) -> Issue:
    """Move an issue into another repository, where labels and people of the same name are kept."""
    issue = repository.issues[number]
    repository.issues = {key: one for key, one in repository.issues.items() if key != number}
    names = {label.name.lower() for label in issue.labels}
    moved = replace(
        issue,
        number=target.last + 1,
        labels=tuple(label for key, label in target.labels.items() if key in names),
        milestone=None,
        updated=store.tick(),
    )
    repository.transferred[number] = (target, moved.number)
    return target.put(moved)


def delete(store: Store, repository: Repository, number: int) -> None:
    """Delete an issue for good."""
    store.tick()
    repository.issues = {key: one for key, one in repository.issues.items() if key != number}
    repository.deleted.add(number)


def labels_named(store: Store, repository: Repository, names: Iterable[str]) -> tuple[Label, ...]:
    """The labels with these names; what becomes of one that isn't there see ``Store.creates_unknown_labels``."""
    found: dict[int, Label] = {}
    for name in names:
        label = repository.labels.get(name.lower())
        if label is None and store.creates_unknown_labels and name.strip():
            label = create_label(store, repository, {"name": name})
        if label is not None:
            found[label.id] = label
    return tuple(found.values())


def _others(
    store: Store, repository: Repository, user: User, content: Mapping[str, Any]
) -> dict[str, Any]:
    """What only those get set who may push; for others it is dropped without a word."""
    if not values.may_push(repository, user):
        return {}
    asked = values.others(store, repository, content)
    if "labels" in content:
        names = (one if isinstance(one, str) else one["name"] for one in content["labels"])
        asked["labels"] = labels_named(store, repository, names)
    return asked
