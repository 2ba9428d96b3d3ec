"""Changing an issue: only what is named, the marker in the same request, and no faster than a person.

The issue is read once more first: texts are written whole, and what somebody wrote a moment ago is not to be lost.
Assignees and labels that nobody named stay.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from syncer.errors import TrackerError
from syncer.trackers.base import Answer, Refused, Unknown, Update
from syncer.trackers.github.bodies import (
    LIMIT,
    clean,
    hidden_line,
    put_together,
    take_apart,
    with_line,
)
from syncer.trackers.github.fields import field_values
from syncer.trackers.github.issues import seal_of
from syncer.trackers.github.people import LOGIN
from syncer.trackers.github.raw import NEEDED, Raw
from syncer.trackers.github.workshop import TOO_LONG, UNTITLED, Reasons, gone, title_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from syncer.trackers.github.issues import Shape
    from syncer.trackers.github.workshop import Workshop

ASSIGNEE: Final = "assignee"
"""What GitHub's reason names if it doesn't take an assignee."""


def change(shop: Workshop, number: int, update: Update) -> Answer:
    """See ``Tracker.update``."""
    shop.check_failed()
    observed = shop.reader.memory.seen.get(number)
    fresh = shop.reader.one(number)
    if not isinstance(fresh, Raw):
        return gone(number, fresh)
    if update.title is not None and not title_of(update.title):
        return UNTITLED
    overtaken = _overtaken(shop.shape, observed, fresh, update)
    if overtaken is not None:
        return overtaken
    reasons: Reasons = {}
    payload = _payload(shop, fresh, update, reasons)
    if isinstance(payload, Unknown):
        return payload
    answer = apply(shop, fresh, update, payload, reasons)
    if isinstance(answer, Refused) and "assignees" in payload and ASSIGNEE in answer.reason.lower():
        # Nothing was changed. The rest is done without the owner.
        reasons["owner"] = answer.reason
        del payload["assignees"]
        answer = apply(shop, fresh, update, payload, reasons)
    return answer


def apply(
    shop: Workshop, fresh: Raw, update: Update, payload: Mapping[str, Any], reasons: Reasons
) -> Answer:
    """Send a change: the first request has everything, and each further one that a status takes the marker.

    Args:
        shop: What writing takes.
        fresh: The issue as it is.
        update: What is asked for.
        payload: What of it isn't the text, the state or a label.
        reasons: Gets why values were not taken.

    Raises:
        TrackerError: Nothing was changed, and nothing can be.
    """
    text = _text(fresh, update)
    raw = fresh
    for request in _requests(shop, fresh, update, payload):
        body = _body(raw, text, update, request)
        if len(body) > LIMIT:
            return TOO_LONG
        if body != raw.body:
            request["body"] = body
        if not request:
            continue
        answer = _sent(shop, fresh, request, begun=raw is not fresh)
        if isinstance(answer, Refused) and raw is not fresh:
            reasons["status"] = answer.reason
            break
        if isinstance(answer, Refused | Unknown):
            return answer
        raw = answer
    relabelled = raw if update.status is None else _relabelled(shop, raw, update, reasons)
    return (
        relabelled if isinstance(relabelled, Unknown) else shop.written(relabelled, update, reasons)
    )


def _payload(
    shop: Workshop, fresh: Raw, update: Update, reasons: Reasons
) -> dict[str, Any] | Unknown:
    """What of an update changes something, the text, the state and labels aside."""
    payload: dict[str, Any] = {}
    if update.title is not None and title_of(update.title) != fresh.title:
        payload["title"] = title_of(update.title)
    assignees = _assignees(fresh, update)
    if assignees is not None and (not update.owner or LOGIN.fullmatch(update.owner)):
        payload["assignees"] = assignees
    option = None if update.status is None else shop.shape.states.option(update.status)
    values = shop.values(update.due, update.priority, option, reasons)
    if any(fresh.values.get(number, "") != value for number, value in values.items()):
        payload["issue_field_values"] = field_values(fresh, values)
    due = update.due if shop.shape.due_milestones else None
    if due is not None and due != shop.shape.due(fresh):
        milestone = shop.milestones.for_change(fresh.milestone, due)
        if isinstance(milestone, Unknown):
            return milestone
        if isinstance(milestone, Refused):
            reasons["due"] = milestone.reason
        else:
            payload["milestone"] = milestone
    return payload


def _requests(
    shop: Workshop, fresh: Raw, update: Update, payload: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """What is sent, request by request: a reason to be closed for counts only where an issue is closed with it."""
    requests: list[dict[str, Any]] = [dict(payload)]
    if update.status is None:
        return requests
    duplicate = update.duplicate_of is not None
    steps = shop.shape.states.steps(update.status, fresh, duplicate=duplicate)
    requests += [{} for _ in steps[1:]]
    for request, step in zip(requests, steps, strict=False):
        request.update({"state": step.state, "state_reason": step.reason})
        if step.reason == "duplicate":
            request.update(_original(shop, update.duplicate_of or ""))
    return requests


def _sent(
    shop: Workshop, fresh: Raw, request: Mapping[str, Any], *, begun: bool
) -> Raw | Refused | Unknown:
    try:
        return shop.taken(shop.client.patch(shop.path(fresh.number), request, needs=NEEDED))
    except TrackerError as error:
        if not begun:
            raise
        # Half of it is done, and is told as such; the next write tells why there are no more.
        shop.failed = error
        return Refused(error.message, error.remedy)


def _relabelled(shop: Workshop, raw: Raw, update: Update, reasons: Reasons) -> Raw | Unknown:
    """Add and take away labels one by one: a list of all of them would wipe what others add meanwhile."""
    if update.status is None:
        return raw
    added, unwanted = shop.shape.states.label_changes(update.status, raw)
    path = f"{shop.path(raw.number)}/labels"
    sent: list[dict[str, Any]] | Refused | Unknown | None
    try:
        sent = shop.labels.ensure(added)
        if sent is None and added:
            sent = shop.client.post_list(path, {"labels": added})
        for label in unwanted:
            if not isinstance(sent, Refused | Unknown):
                sent = shop.client.delete_list(f"{path}/{quote(label, safe='')}")
    except TrackerError as error:
        shop.failed = error
        sent = Refused(error.message, error.remedy)
    if isinstance(sent, Unknown):
        return sent
    if isinstance(sent, Refused):
        reasons["status"] = sent.reason
        return raw
    if sent is None:
        return raw
    return replace(raw, labels=tuple(str(label.get("name", "")) for label in sent))


def _text(fresh: Raw, update: Update) -> str | None:
    """The new text that people see; ``None`` to leave it as it is."""
    if update.body is None:
        return None
    present = take_apart(fresh.body).text
    if update.body_was is not None and _unix(update.body_was) != _unix(present):
        return None  # a person was faster
    return clean(update.body).rstrip("\n")


def _body(raw: Raw, text: str | None, update: Update, request: Mapping[str, Any]) -> str:
    """The whole text as it is to be after a request, with the marker and a seal of what will be."""
    body = take_apart(raw.body)
    shown = body.text if text is None else text
    marker = update.marker or body.marker
    if marker is None:
        return raw.body if text is None else put_together(shown, body.line)
    changes: dict[str, Any] = {"title": request.get("title", raw.title)}
    if "assignees" in request:
        changes["assignees"] = frozenset(request["assignees"])
    if "state" in request:
        changes |= {"state": request["state"], "reason": request["state_reason"]}
    line = hidden_line(marker, seal_of(raw, shown, changes))
    return with_line(raw.body, line) if shown == body.text else put_together(shown, line)


def _original(shop: Workshop, key: str) -> dict[str, Any]:
    """What says natively which issue another one is a duplicate of."""
    number = int(key) if key.isdecimal() else 0
    original = shop.reader.memory.seen.get(number)
    if original is None and number:
        found = shop.reader.one(number)
        original = found if isinstance(found, Raw) else None
    return {} if original is None else {"duplicate_issue_id": original.id}


def _overtaken(shape: Shape, observed: Raw | None, fresh: Raw, update: Update) -> Refused | None:
    """Whether somebody changed what is about to be changed, after it was looked at."""
    if observed is None or observed.updated == fresh.updated:
        return None
    before, now = shape.issue(observed), shape.issue(fresh)
    owner = None if update.owner is None else (update.owner,)
    changes: dict[str, tuple[object, object, object]] = {
        "title": (before.title, now.title, update.title),
        "assignee": ((before.owner, *before.owners), (now.owner, *now.owners), owner),
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


def _assignees(fresh: Raw, update: Update) -> list[str] | None:
    """The assignees that an issue is to have: the new owner in the place of the former one; others stay."""
    if update.owner is None:
        return None
    stay = [] if update.owner_was is None else list(fresh.assignees)
    leaving = {update.owner.casefold(), (update.owner_was or "").casefold()}
    stay = [one for one in stay if one.casefold() not in leaving]
    wanted = [*([update.owner] if update.owner else []), *stay]
    same = {one.casefold() for one in wanted} == {one.casefold() for one in fresh.assignees}
    return None if same else wanted


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n")
