"""Filing an issue: all that it gets in one request, with the marker, and nothing of it sent twice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from syncer.errors import TrackerError
from syncer.trackers.base import Answer, Draft, Refused, Unknown, Update, Written
from syncer.trackers.github.bodies import (
    LIMIT,
    Seal,
    clean,
    hidden_line,
    put_together,
    seal_digest,
    take_apart,
)
from syncer.trackers.github.changing import ASSIGNEE, apply
from syncer.trackers.github.fields import field_values
from syncer.trackers.github.people import LOGIN
from syncer.trackers.github.raw import NEEDED, Raw
from syncer.trackers.github.workshop import TOO_LONG, UNTITLED, Reasons, title_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from syncer.trackers.github.workshop import Workshop

_ROLE: Final = (
    "Give the token write access to issues (a person needs the triage role at least), and add the label to that "
    "issue."
)


def file(shop: Workshop, draft: Draft) -> Answer:
    """See ``Tracker.create``."""
    shop.check_failed()
    reasons: Reasons = {}
    payload = _payload(shop, draft, reasons)
    if isinstance(payload, Refused | Unknown):
        return payload
    sent = _send(shop, payload, draft, draft.owner if LOGIN.fullmatch(draft.owner) else "")
    if isinstance(sent, Refused) and draft.owner and ASSIGNEE in sent.reason.lower():
        # Nothing was filed. Who can't be assigned is no reason not to track what is to be done.
        reasons["owner"] = sent.reason
        sent = _send(shop, payload, draft, "")
    raw = shop.taken(sent)
    if isinstance(raw, Refused | Unknown):
        return raw
    if take_apart(raw.body).marker != draft.marker:
        return Unknown("the answer is about an issue without the marker that was sent")
    raw = _labelled(shop, raw)
    if draft.status.finished:
        return _finished(shop, raw, draft, reasons)
    return shop.written(raw, draft, reasons)


def _payload(shop: Workshop, draft: Draft, reasons: Reasons) -> dict[str, Any] | Refused | Unknown:
    """All but the text and who has it, after labels and milestones were seen to."""
    shape = shop.shape
    title = title_of(draft.title)
    if not title:
        return UNTITLED
    label = shape.states.labels.get(draft.status)
    labels = [shape.label, *draft.labels, *([label] if label else [])]
    values = shop.values(draft.due, draft.priority, shape.states.option(draft.status), reasons)
    unmade = shop.labels.ensure(labels)
    if unmade is not None:
        return unmade
    milestone = shop.milestones.for_new(draft.due if shape.due_milestones else "")
    if isinstance(milestone, Refused | Unknown):
        return milestone
    payload: dict[str, Any] = {"title": title, "labels": labels}
    if milestone is not None:
        payload["milestone"] = milestone
    if shop.issue_type:
        payload["type"] = shop.issue_type
    if values:
        payload["issue_field_values"] = field_values(None, values)
    return payload


def _send(
    shop: Workshop, payload: Mapping[str, Any], draft: Draft, owner: str
) -> dict[str, Any] | Refused | Unknown:
    """Send a new issue, with a seal of what it will be."""
    text = clean(draft.body).rstrip("\n")
    seal = Seal(
        seal_digest(
            title=payload["title"],
            text=text,
            state="open",
            reason="",
            assignees=frozenset({owner} if owner else ()),
        )
    )
    body = put_together(text, hidden_line(draft.marker, seal))
    if len(body) > LIMIT:
        return TOO_LONG
    assignees = {"assignees": [owner]} if owner else {}
    return shop.client.post(shop.path(), {**payload, "body": body, **assignees}, needs=NEEDED)


def _labelled(shop: Workshop, raw: Raw) -> Raw:
    """A new issue with syncer's label, without which its marker doesn't count."""
    if raw.has_label(shop.shape.label):
        return raw
    try:
        sent = shop.client.post_list(
            f"{shop.path(raw.number)}/labels", {"labels": [shop.shape.label]}
        )
    except TrackerError as error:
        sent = Refused(error.message, error.remedy)
    if isinstance(sent, list):
        raw = replace(raw, labels=tuple(str(label.get("name", "")) for label in sent))
    if not raw.has_label(shop.shape.label):
        # Filing on would make issues that no later run finds again.
        shop.failed = TrackerError(
            f"{shop.addresses.repository} does not take the label “{shop.shape.label}” from this token, so that "
            f"syncer could not find its issues again: #{raw.number} has none",
            remedy=_ROLE,
        )
    return raw


def _finished(shop: Workshop, raw: Raw, draft: Draft, reasons: Reasons) -> Answer:
    """A new issue that is closed at once: GitHub files only open ones."""
    try:
        update = Update(draft.marker, status=draft.status)
        answer = apply(shop, raw.number, update, None, reasons)
    except TrackerError as error:
        shop.failed = error
        answer = Refused(error.message)
    if isinstance(answer, Written):
        return shop.written(shop.reader.memory.seen[raw.number], draft, reasons)
    reasons["status"] = f"it could not be closed: {answer.reason}"
    return shop.written(raw, draft, reasons)
