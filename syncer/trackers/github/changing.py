"""Changing an issue: only what is named, the marker in the same request, and no faster than a person.

The issue is read once more first: texts are written whole, and what somebody wrote a moment ago is not to be lost.
Assignees and labels that nobody named stay.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
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
from syncer.trackers.github.issues import plain, seal_of
from syncer.trackers.github.people import LOGIN
from syncer.trackers.github.raw import NEEDED, Raw
from syncer.trackers.github.workshop import TOO_LONG, UNTITLED, Reasons, gone, title_of
from syncer.trackers.http import AbandonedError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from syncer.trackers.github.issues import Shape
    from syncer.trackers.github.states import Step
    from syncer.trackers.github.workshop import Workshop

ASSIGNEE: Final = "assignees"
"""What GitHub's reason names if it doesn't take an assignee."""


def change(shop: Workshop, number: int, update: Update) -> Answer:
    """See ``Tracker.update``."""
    shop.check_failed()
    if update.title is not None and not title_of(update.title):
        return UNTITLED
    observed = shop.reader.memory.seen.get(number)
    reasons: Reasons = {}
    answer = apply(shop, number, update, observed, reasons)
    if isinstance(answer, Refused) and update.owner and ASSIGNEE in answer.reason.lower():
        # Nothing was changed. The rest is done without the owner.
        reasons["owner"] = answer.reason
        answer = apply(shop, number, replace(update, owner=None), observed, reasons)
    return answer


def apply(
    shop: Workshop, number: int, update: Update, observed: Raw | None, reasons: Reasons
) -> Answer:
    """Send a change: the first request has everything, and each further one that a status takes the marker.

    What is sent is made of the issue as it is right before it is sent, after all waiting: texts, assignees and fields
    are sent as a whole.

    Args:
        shop: What writing takes.
        number: The issue's number.
        update: What is asked for.
        observed: The issue as it was looked at, if it was; what somebody has changed since is not overwritten.
        reasons: Gets why values were not taken.

    Raises:
        TrackerError: Nothing was changed, and nothing can be.
    """
    raw: Raw | None = None
    for first in (True, False, False):
        making = _Making(shop, number, update, observed if first else None, reasons, first=first)
        answer = _sent(shop, making, begun=not first)
        if isinstance(answer, Refused) and raw is not None:
            reasons["status"] = answer.reason
            break
        if not isinstance(answer, Raw):
            return answer
        raw = answer
        if not _steps(shop, raw, update):
            break
    assert raw is not None  # noqa: S101 - the first answer is one, or was handed on
    relabelled = raw if update.status is None else _relabelled(shop, raw, update, reasons)
    if isinstance(relabelled, Unknown):
        return relabelled
    return shop.written(relabelled, update, reasons)


@dataclass
class _Making:
    """Makes one request of the issue as it is then; see ``apply``."""

    shop: Workshop
    number: int
    update: Update
    observed: Raw | None
    reasons: Reasons
    first: bool
    fresh: Raw | None = None

    def __call__(self) -> Mapping[str, Any]:
        """What is sent.

        Raises:
            AbandonedError: There is nothing to be sent, or a reason not to.
        """
        fresh = self.shop.reader.one(self.number)
        if not isinstance(fresh, Raw):
            raise AbandonedError(gone(self.number, fresh))
        self.fresh = fresh
        overtaken = _overtaken(self.shop.shape, self.observed, fresh, self.update)
        if overtaken is not None:
            raise AbandonedError(overtaken)
        request = _payload(self.shop, fresh, self.update, self.reasons) if self.first else {}
        request |= _state(self.shop, fresh, self.update)
        body = _body(fresh, _text(fresh, self.update) if self.first else None, self.update, request)
        if len(body) > LIMIT:
            raise AbandonedError(TOO_LONG)
        if body != fresh.body:
            request["body"] = body
        if not request:
            raise AbandonedError(None)
        return request


def _payload(shop: Workshop, fresh: Raw, update: Update, reasons: Reasons) -> dict[str, Any]:
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
            raise AbandonedError(milestone)
        if isinstance(milestone, Refused):
            reasons["due"] = milestone.reason
        else:
            payload["milestone"] = milestone
    return payload


def _steps(shop: Workshop, raw: Raw, update: Update) -> Sequence[Step]:
    """The states that an issue still has to go through."""
    if update.status is None:
        return ()
    duplicate = update.duplicate_of is not None
    return shop.shape.states.steps(update.status, raw, duplicate=duplicate)


def _state(shop: Workshop, fresh: Raw, update: Update) -> dict[str, Any]:
    """The next state: a reason to be closed for counts only where an issue is closed with it."""
    steps = _steps(shop, fresh, update)
    if not steps:
        return {}
    state: dict[str, Any] = {"state": steps[0].state, "state_reason": steps[0].reason}
    if steps[0].reason == "duplicate":
        state |= _original(shop, update.duplicate_of or "")
    return state


def _sent(shop: Workshop, making: _Making, *, begun: bool) -> Raw | Refused | Unknown:
    try:
        sent = shop.client.patch(shop.path(making.number), making, needs=NEEDED)
    except TrackerError as error:
        if not begun:
            raise
        # Half of it is done, and is told as such; the next write tells why there are no more.
        shop.failed = error
        return Refused(error.message, error.remedy)
    if sent is None:
        assert making.fresh is not None  # noqa: S101 - it was looked at, and is as it should be
        return making.fresh
    return shop.taken(sent, making.number)


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
                left = shop.client.delete_label(f"{path}/{quote(label, safe='')}")
                if left is not None:
                    sent = left
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
    if observed is None:
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
    leaving = {plain(update.owner), plain(update.owner_was or "")}
    stay = [one for one in stay if plain(one) not in leaving]
    wanted = [*([update.owner] if update.owner else []), *stay]
    same = {plain(one) for one in wanted} == {plain(one) for one in fresh.assignees}
    return None if same else wanted


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n")
