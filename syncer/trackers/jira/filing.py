"""Filing issues, up to fifty in one request, the marker with each; one that is refused fails alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from syncer.core.state import action_hash
from syncer.errors import TrackerError
from syncer.model import Status
from syncer.trackers.base import Answer, Draft, Refused, Unknown, Written
from syncer.trackers.jira.addresses import issue_path
from syncer.trackers.jira.answers import Rejected
from syncer.trackers.jira.explaining import by_name
from syncer.trackers.jira.metadata import form_of
from syncer.trackers.jira.moving import move
from syncer.trackers.jira.raw import PROPERTY, Raw
from syncer.trackers.jira.seals import read, written
from syncer.trackers.jira.wiki import description
from syncer.trackers.jira.workshop import UNTITLED, Reasons, label_of, title_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from syncer.model import Field
    from syncer.trackers.jira.workshop import Workshop

AT_ONCE: Final = 50
"""So many issues are filed in one request (“Bulk create issue”)."""

_DROPPABLE: Final[Mapping[str, Field]] = {
    "assignee": "owner",
    "duedate": "due",
    "priority": "priority",
}
"""Fields that keep no issue from being filed."""

_SEALED: Final = {"assignee": "assignee", "duedate": "due", "priority": "priority"}
"""What a seal calls them."""


def file_all(shop: Workshop, drafts: Sequence[Draft]) -> Iterator[Answer]:
    """See ``Tracker.create_all``."""
    for start in range(0, len(drafts), AT_ONCE):
        shop.check_failed()
        yield from _file(shop, drafts[start : start + AT_ONCE])


def _file(shop: Workshop, drafts: Sequence[Draft]) -> Iterator[Answer]:
    """File what fits into one request."""
    whole = [draft for draft in drafts if title_of(draft.title)]
    reasons: list[Reasons] = [{} for _ in whole]
    payloads = [_payload(shop, draft, why) for draft, why in zip(whole, reasons, strict=True)]
    sent = iter(_sent(shop, payloads, reasons))
    outcomes: list[str | Refused | Unknown] = [
        next(sent) if title_of(draft.title) else UNTITLED for draft in drafts
    ]
    keys = [outcome for outcome in outcomes if isinstance(outcome, str)]
    shop.reader.filed(keys)
    found = _read_back(shop, keys)
    waiting = iter(reasons)
    for draft, outcome in zip(drafts, outcomes, strict=True):
        why = next(waiting) if title_of(draft.title) else {}
        if not isinstance(outcome, str):
            yield outcome
            continue
        raw = found.get(outcome)
        held = read(raw.held) if raw is not None else None
        if raw is None or held is None or held.marker != draft.marker:
            yield Unknown(f"{outcome} was filed, and isn't seen with the marker that was sent")
            continue
        yield _finished(shop, raw, draft, why)


def _finished(shop: Workshop, raw: Raw, draft: Draft, reasons: Reasons) -> Answer:
    """A new issue, taken to the status that it is to have; a new one is where the workflow begins."""
    if draft.status is not Status.NOT_STARTED:
        raw = _brought(shop, raw, draft, reasons)
    answer: Written = shop.written(raw, draft, reasons)
    if shop.settings.remote_link and shop.failed is None:
        return replace(answer, lacking=(*answer.lacking, *_linked(shop, raw, draft)))
    return answer


def _brought(shop: Workshop, raw: Raw, draft: Draft, reasons: Reasons) -> Raw:
    """A new issue at its draft's status, or on the way to it, which the next run goes on with."""
    if raw.state.category == "done":
        # No workflow begins there: somebody was faster.
        if draft.status not in shop.shape.workflow.shown(raw).statuses:
            reasons["status"] = "somebody has changed it already"
        return raw
    try:
        moved = move(shop, raw, draft.status, draft.marker)
    except TrackerError as error:
        shop.failed = error
        moved = Unknown(error.message)
    if isinstance(moved, Refused | Unknown):
        reasons["status"] = moved.reason
        return _present(shop, raw)
    raw, why = moved
    if why:
        reasons["status"] = why
    return raw


def _present(shop: Workshop, raw: Raw) -> Raw:
    """An issue as it is now, or as it was where that can't be told: its answer is still to be given."""
    try:
        shop.check_failed()
        present = shop.reader.one(raw.key)
    except TrackerError as error:
        shop.failed = error
        return raw
    return present if isinstance(present, Raw) else raw


def _linked(shop: Workshop, raw: Raw, draft: Draft) -> list[str]:
    """Link a new issue to its document; what it is called without that.

    The link's own id stays the same, so that a second one takes the place of the first (“Create or update remote issue
    link”).
    """
    marker = draft.marker
    address = shop.settings.remote_link.replace("{scope}", quote(marker.scope))
    body = {
        "globalId": f"syncer:{marker.item}",
        "object": {"url": address + quote(marker.path), "title": marker.path[:255]},
    }
    try:
        outcome = shop.client.post(f"{issue_path(raw.key)}/remotelink", body)
    except TrackerError as error:
        shop.failed = error
        outcome = Refused(error.message)
    if isinstance(outcome, Refused | Unknown):
        return [f"the link to its document ({outcome.reason})"]
    return []


def _sent(
    shop: Workshop, payloads: Sequence[dict[str, Any]], reasons: Sequence[Reasons]
) -> list[str | Refused | Unknown]:
    """The key of each new issue, or what came of it."""
    if not payloads:
        return []
    outcome = shop.client.post("/issue/bulk", {"issueUpdates": list(payloads)})
    if isinstance(outcome, Unknown):
        return [outcome] * len(payloads)
    if isinstance(outcome, Refused) and not (isinstance(outcome, Rejected) and outcome.data):
        return [outcome] * len(payloads)
    data = outcome.data if isinstance(outcome, Rejected) else (outcome or {})
    issues, errors = data.get("issues") or (), data.get("errors") or ()
    failures = _failures(errors, len(payloads))
    if not isinstance(issues, list | tuple) or len(issues) + len(failures) != len(payloads):
        if isinstance(outcome, Refused) and not issues:
            return [outcome] * len(payloads)
        return [Unknown("the answer is about another number of issues")] * len(payloads)
    keys = iter(issues)
    answers: list[str | Refused | Unknown] = []
    for number, payload in enumerate(payloads):
        if number in failures:
            answers.append(_again(shop, payload, failures[number], reasons[number]))
        else:
            answers.append(_key(next(keys)))
    return answers


def _failures(errors: object, count: int) -> dict[int, Mapping[str, Any]]:
    """What is wrong, by the number of the issue that was sent; nothing if that makes no sense."""
    if not isinstance(errors, list):
        return {}
    failures: dict[int, Mapping[str, Any]] = {}
    for one in errors:
        number = one.get("failedElementNumber") if isinstance(one, dict) else None
        if type(number) is not int or number not in range(count) or number in failures:
            return {}
        failures[number] = one
    return failures


def _key(issue: object) -> str | Unknown:
    """The key of a new issue, as an answer has it."""
    key = issue.get("key") if isinstance(issue, dict) else None
    return key if isinstance(key, str) and key else Unknown("the answer has no key of an issue")


def _again(
    shop: Workshop, payload: dict[str, Any], failure: Mapping[str, Any], reasons: Reasons
) -> str | Refused | Unknown:
    """File an issue that was refused for values that it can do without, without them."""
    said = failure.get("elementErrors") or {}
    errors = (said.get("errors") or {}) if isinstance(said, dict) else None
    if not isinstance(said, dict) or not isinstance(errors, dict):
        return Unknown("the answer can't be read")
    told = {str(name): " ".join(str(text).split())[:200] for name, text in errors.items()}
    messages = said.get("errorMessages") or ()
    names = {one.id: one.name for one in shop.screen.fields.values()}
    listed = "; ".join(
        [by_name(told, names)] * bool(told)
        + [str(one) for one in (messages if isinstance(messages, list) else ())]
    )
    refused = Refused(
        shop.client.redact(listed[:300]) or "it was refused without a reason",
        "Look at what the project demands of a new issue, and set it in the tracker's `fields`.",
    )
    if not told or not told.keys() <= _DROPPABLE.keys():
        return refused
    fewer = _without(payload, told)
    reasons.update({_DROPPABLE[name]: shop.client.redact(text) for name, text in told.items()})
    try:
        shop.check_failed()
        outcome = shop.client.post("/issue", fewer, needs=("key",))
    except TrackerError as error:
        # The others were filed, and their answers are still to be given.
        shop.failed = error
        return Refused(error.message, error.remedy)
    if isinstance(outcome, Refused | Unknown):
        return outcome
    return _key(outcome)


def _without(payload: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """A new issue without some fields; its seal doesn't claim them either, whatever Jira fills them in with."""
    dropped = {_SEALED[name] for name in names}
    (held,) = payload["properties"]
    seal = {name: value for name, value in held["value"]["seal"].items() if name not in dropped}
    return {
        "fields": {name: value for name, value in payload["fields"].items() if name not in names},
        "properties": [{**held, "value": {**held["value"], "seal": seal}}],
    }


def _payload(shop: Workshop, draft: Draft, reasons: Reasons) -> dict[str, Any]:
    """A new issue as Jira takes it, with a seal of what is known of it beforehand."""
    settings, screen = shop.settings, shop.screen
    title = title_of(draft.title)
    fields: dict[str, Any] = {
        "project": {"key": settings.project},
        "issuetype": {"id": screen.type_id},
        "summary": title,
        "labels": [shop.shape.label, *map(label_of, draft.labels)],
    }
    seal: dict[str, Any] = {"summary": action_hash(title), "category": "new", "comments": 0}
    text = description(draft.body)
    if text and "description" in screen.fields:
        fields["description"] = text
    if draft.owner:
        fields["assignee"] = shop.account(draft.owner)
        seal["assignee"] = draft.owner
    if draft.due:
        fields["duedate"] = draft.due
    seal["due"] = draft.due
    # A screen that lacks the field would refuse each issue for it.
    asked = settings.priority_from_severity and "priority" in screen.fields
    severity = draft.severity if asked else ""
    if draft.priority or severity:
        wanted = shop.shape.priority(draft.priority or severity)
        known = {name.casefold(): name for name in screen.options("priority")}
        if known and wanted.casefold() not in known:
            if draft.priority:
                reasons["priority"] = f"there are {', '.join(known.values())}"
        else:
            fields["priority"] = {"name": known.get(wanted.casefold(), wanted)}
            seal["priority"] = fields["priority"]["name"]
    if settings.components:
        fields["components"] = [{"name": name} for name in settings.components]
    if settings.parent:
        fields["parent"] = {"key": settings.parent}
    for name, value in settings.fields.items():
        meta = screen.find(name)
        if meta is not None:
            fields[meta.id] = form_of(meta, value, cloud=shop.cloud, setting="fields")
    held = written(draft.marker, seal, None if draft.status is Status.NOT_STARTED else "")
    return {"fields": fields, "properties": [{"key": PROPERTY, "value": held}]}


def _read_back(shop: Workshop, keys: Sequence[str]) -> dict[str, Raw]:
    """The new issues as they are: the answer to a create holds their keys only."""
    if not keys:
        return {}
    try:
        found = shop.reader.confirm(keys)
    except TrackerError:
        # They are filed; what they are like is looked up by the next run.
        return {}
    return {key: raw for key, raw in found.items() if isinstance(raw, Raw)}
