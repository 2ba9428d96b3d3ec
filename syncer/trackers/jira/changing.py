"""Changing an issue: only the fields that are named, the marker in the same request, and no faster than a person."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from syncer.core.state import action_hash
from syncer.errors import TrackerError
from syncer.trackers.base import Answer, Refused, Unknown, Update, Written
from syncer.trackers.http import AbandonedError
from syncer.trackers.jira.addresses import issue_path
from syncer.trackers.jira.answers import Rejected
from syncer.trackers.jira.moving import move
from syncer.trackers.jira.raw import PROPERTY, Raw
from syncer.trackers.jira.seals import is_touched, read, written
from syncer.trackers.jira.wiki import escaped
from syncer.trackers.jira.workshop import UNTITLED, Reasons, gone, title_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from syncer.model import Field
    from syncer.trackers.jira.issues import Shape
    from syncer.trackers.jira.workshop import Workshop

_FIELDS: dict[str, Field] = {"assignee": "owner", "duedate": "due", "priority": "priority"}
_SEALED = {"assignee": "assignee", "duedate": "due", "priority": "priority"}


def change(shop: Workshop, key: str, update: Update) -> Answer:
    """See ``Tracker.update``."""
    shop.check_failed()
    observed = shop.reader.seen.get(key)
    fresh = shop.reader.one(key)
    if not isinstance(fresh, Raw):
        return gone(key)
    if update.title is not None and not title_of(update.title):
        return UNTITLED
    overtaken = _overtaken(shop, observed, fresh, update)
    if overtaken is not None:
        return overtaken
    reasons: Reasons = {}
    edited = _edit(shop, fresh, update, reasons)
    if not isinstance(edited, Raw):
        return edited
    if update.status is None:
        return shop.written(edited, update, reasons)
    begun = edited is not fresh
    overtaken = _overtaken(shop, fresh, edited, Update(update.marker, status=update.status))
    if overtaken is not None:
        return overtaken
    try:
        moved = move(shop, edited, update.status, update.marker)
    except TrackerError as error:
        if not begun:
            raise
        shop.failed = error
        return Unknown(error.message)
    if isinstance(moved, Refused | Unknown):
        return moved
    raw, why = moved
    if why:
        reasons["status"] = why
    if update.duplicate_of and not why:
        _link(shop, raw, update.duplicate_of)
    return shop.written(raw, update, reasons)


def comment(shop: Workshop, key: str, text: str) -> Answer:
    """See ``Tracker.comment``."""
    shop.check_failed()
    fresh = shop.reader.one(key)
    if not isinstance(fresh, Raw):
        return gone(key)
    outcome = shop.client.post(f"{issue_path(fresh.key)}/comment", {"body": escaped(text)}, ("id",))
    if isinstance(outcome, Refused | Unknown):
        return outcome
    counted = _counted(shop, fresh)
    return Written(shop.shape.issue(counted, cloud=shop.cloud))


def _counted(shop: Workshop, before: Raw) -> Raw:
    """The issue with a seal that counts the comment, so that a person's can be told from it."""
    after = replace(before, comments=before.comments + 1)
    held = read(before.held)
    if held is None or held.marker is None or is_touched(before, held):
        shop.reader.put(after)
        return after
    value = written(held.marker, {**held.seal, "comments": after.comments}, held.way)
    path = f"{issue_path(before.key)}/properties/{PROPERTY}"
    try:
        outcome = shop.client.put(path, value)
    except TrackerError as error:
        outcome = Refused(error.message)
    if not isinstance(outcome, Refused | Unknown):
        after = replace(after, held=value)
    shop.reader.put(after)
    return after


def _edit(shop: Workshop, fresh: Raw, update: Update, reasons: Reasons) -> Raw | Refused | Unknown:
    """Everything but the status, in one request; the issue itself if there is nothing to be sent.

    The marker says that the status was asked for, which it was not yet: so the property says that it is on its way.
    """
    fields, seal = _fields(shop, fresh, update, reasons)
    moves = update.status is not None
    way = fresh.state.id if moves else None
    held = shop.property(fresh, update.marker, seal, way)
    changed = held is not None and held["value"] != fresh.held
    if not fields and (moves or not changed or update.marker is None):
        # The transition takes the marker along.
        return fresh
    path = issue_path(fresh.key)
    for _ in range(len(_FIELDS) + 1):
        body: dict[str, Any] = {"fields": fields}
        if held is not None:
            body["properties"] = [held]
        outcome = shop.client.put(path, _unless_overtaken(shop, fresh, update, body))
        wrong = set(outcome.fields) if isinstance(outcome, Rejected) else set[str]()
        if not wrong or not wrong <= fields.keys() & _FIELDS.keys():
            break
        # Nothing was changed. The rest is done without what can't be set.
        assert isinstance(outcome, Rejected)  # noqa: S101 - only such a one says what is wrong by fields
        reasons.update({_FIELDS[name]: outcome.fields[name] for name in wrong})
        fields = {name: value for name, value in fields.items() if name not in wrong}
        seal = {n: v for n, v in seal.items() if n not in {_SEALED[name] for name in wrong}}
        held = shop.property(fresh, update.marker, seal, way)
    if isinstance(outcome, Refused | Unknown):
        return outcome
    after = shop.reader.one(fresh.key)
    return after if isinstance(after, Raw) else Unknown(f"{fresh.key} can't be seen any more")


def _unless_overtaken(
    shop: Workshop, fresh: Raw, update: Update, body: dict[str, Any]
) -> Callable[[], dict[str, Any]]:
    """A body that is sent, and sent again after a limit was waited for, unless somebody was faster meanwhile."""
    sent: list[dict[str, Any]] = []

    def make() -> dict[str, Any]:
        if sent:
            present = shop.reader.one(fresh.key)
            if not isinstance(present, Raw):
                raise AbandonedError(gone(fresh.key))
            overtaken = _overtaken(shop, fresh, present, update)
            if overtaken is not None:
                raise AbandonedError(overtaken)
        sent.append(body)
        return body

    return make


def _fields(
    shop: Workshop, fresh: Raw, update: Update, reasons: Reasons
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields that change, and what the seal says of them."""
    fields: dict[str, Any] = {}
    seal: dict[str, Any] = {}
    if update.title is not None and title_of(update.title) != fresh.summary:
        fields["summary"] = title_of(update.title)
        seal["summary"] = action_hash(fields["summary"])
    owner = fresh.assignee.id if fresh.assignee else ""
    if update.owner is not None and update.owner.casefold() != owner.casefold():
        fields["assignee"] = shop.account(update.owner)
        seal["assignee"] = update.owner
    if update.due is not None and update.due != fresh.due:
        fields["duedate"] = update.due or None
        seal["due"] = update.due
    if update.priority is not None:
        wanted = shop.shape.priority(update.priority)
        known = {name.casefold(): name for name in shop.screen.options("priority")}
        if wanted and known and wanted.casefold() not in known:
            reasons["priority"] = f"there are {', '.join(known.values())}"
        elif wanted.casefold() != fresh.priority.casefold():
            name = known.get(wanted.casefold(), wanted)
            fields["priority"] = {"name": name} if name else None
            seal["priority"] = name
    return fields, seal


def _overtaken(shop: Workshop, observed: Raw | None, fresh: Raw, update: Update) -> Refused | None:
    """Whether somebody changed what is about to be changed, after it was looked at."""
    if observed is None:
        return None
    shape: Shape = shop.shape
    before, now = (shape.issue(raw, cloud=shop.cloud) for raw in (observed, fresh))
    changes: dict[str, tuple[object, object, object]] = {
        "title": (before.title, now.title, update.title),
        "assignee": (before.owner, now.owner, update.owner),
        "due date": (before.due, now.due, update.due),
        "status": (before.status, now.status, update.status),
        "priority": (before.priority, now.priority, update.priority),
    }
    for name, (was, present, wanted) in changes.items():
        if wanted is not None and was != present and present != wanted:
            return Refused(
                f"somebody has changed its {name} since it was looked at",
                "The next run looks at it again.",
            )
    return None


def _link(shop: Workshop, raw: Raw, original: str) -> None:
    """Say natively which issue this one is a duplicate of. Where links aren't to be had, the comment says it."""
    body = {
        "type": {"name": "Duplicate"},
        "inwardIssue": {"key": raw.key},
        "outwardIssue": {"key": original},
    }
    try:
        shop.client.post("/issueLink", body)
    except TrackerError as error:
        shop.failed = error
