"""Writing issues: only what changes, with the marker in the same request, and every answer checked.

Before an issue is changed it is read once more: texts are written whole, and what a person wrote a moment ago is not
to be lost. Assignees and labels that nobody named stay.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from syncer.errors import TrackerError
from syncer.trackers.base import (
    ABSENT,
    Answer,
    Draft,
    Issue,
    Moved,
    Refused,
    Unknown,
    Update,
    Written,
)
from syncer.trackers.github.bodies import (
    LIMIT,
    Seal,
    clean,
    hidden_line,
    put_together,
    seal_digest,
    take_apart,
    with_line,
)
from syncer.trackers.github.fields import field_values
from syncer.trackers.github.issues import is_touched, seal_of
from syncer.trackers.github.people import LOGIN
from syncer.trackers.github.raw import NEEDED, Raw, from_rest
from syncer.trackers.replies import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from syncer.model import Field, Status
    from syncer.trackers.base import Missing
    from syncer.trackers.github.addresses import Addresses
    from syncer.trackers.github.client import Client
    from syncer.trackers.github.issues import Shape
    from syncer.trackers.github.labels import Labels
    from syncer.trackers.github.milestones import Milestones
    from syncer.trackers.github.reading import Reader

_LOG: Final = logging.getLogger(__name__)
_CHANGED: Final = "its {} was changed a moment ago, to {}"
_ASSIGNEE: Final = "assignee"
_LOOKED_AT: Final = "The next run looks at it again."


@dataclass(slots=True)
class Writer:
    """Writes the issues of one repository.

    Attributes:
        client: Sends the requests.
        addresses: Where the repository is.
        reader: What is known of the issues; what is written is known, too.
        shape: Where things are kept.
        labels: Sees to it that labels exist.
        milestones: Finds and makes milestones.
        issue_type: Type of new issues; empty for none.
        failed: Why nothing more can be written.
    """

    client: Client
    addresses: Addresses
    reader: Reader
    shape: Shape
    labels: Labels
    milestones: Milestones
    issue_type: str = ""
    failed: TrackerError | None = field(default=None)

    # Filing

    def create(self, draft: Draft) -> Answer:
        """See ``Tracker.create``."""
        if self.failed is not None:
            raise self.failed
        states = self.shape.states
        title = clean(" ".join(draft.title.split()))
        if not title:
            return Refused("an issue has a title", "Say in the row what is to be done.")
        wanted, option = states.labels.get(draft.status), states.option(draft.status)
        labels = [self.shape.label, *draft.labels, *([wanted] if wanted else [])]
        reasons: dict[Field, str] = {}
        values = self._values(draft.due, draft.priority, option, reasons)
        milestone = self.milestones.for_new(draft.due if self.shape.due_milestones else "")
        refused = self.labels.ensure(labels)
        for answer in (refused, milestone):
            if isinstance(answer, Refused | Unknown):
                return answer
        payload: dict[str, Any] = {"title": title, "labels": labels}
        if milestone is not None:
            payload["milestone"] = milestone
        if self.issue_type:
            payload["type"] = self.issue_type
        if values:
            payload["issue_field_values"] = field_values(None, values)
        sent = self._file(payload, draft, draft.owner if LOGIN.fullmatch(draft.owner) else "")
        if isinstance(sent, Refused) and draft.owner and _ASSIGNEE in sent.reason.lower():
            # Nothing was filed. Who can't be assigned is no reason not to track what is to be done.
            reasons["owner"] = sent.reason
            sent = self._file(payload, draft, "")
        raw = self._raw(sent)
        if isinstance(raw, Refused | Unknown):
            return raw
        if take_apart(raw.body).marker != draft.marker:
            return Unknown("the answer is about an issue without the marker that was sent")
        raw = self._labelled(raw)
        if draft.status.finished:
            return self._finished(raw, draft, reasons)
        return self._written(raw, reasons, draft)

    def _file(
        self, payload: Mapping[str, Any], draft: Draft, owner: str
    ) -> dict[str, Any] | Refused | Unknown:
        """Send a new issue, with a seal of what it will be."""
        text = clean(draft.body).rstrip("\n")
        owners = frozenset({owner} if owner else ())
        title = payload["title"]
        seal = Seal(seal_digest(title=title, text=text, state="open", reason="", assignees=owners))
        body = put_together(text, hidden_line(draft.marker, seal))
        if len(body) > LIMIT:
            return _too_long()
        whole = {**payload, "body": body, **({"assignees": [owner]} if owner else {})}
        return self.client.post(f"{self.addresses.path}/issues", whole, needs=NEEDED)

    def _finished(self, raw: Raw, draft: Draft, reasons: dict[Field, str]) -> Answer:
        """A new issue that is closed at once: GitHub files only open ones."""
        answer = self._change(raw, Update(draft.marker, status=draft.status), {}, reasons)
        if isinstance(answer, Written):
            return answer
        reason = answer.reason
        return self._written(raw, {**reasons, "status": f"it could not be closed: {reason}"}, draft)

    def _labelled(self, raw: Raw) -> Raw:
        """A new issue with syncer's label, without which its marker doesn't count."""
        if raw.has_label(self.shape.label):
            return raw
        sent = self.client.post_list(
            f"{self.addresses.path}/issues/{raw.number}/labels", {"labels": [self.shape.label]}
        )
        if isinstance(sent, list):
            raw = replace(raw, labels=tuple(str(label.get("name", "")) for label in sent))
        if not raw.has_label(self.shape.label):
            # Filing on would make issues that no later run finds again.
            self.failed = TrackerError(
                f"{self.addresses.repository} does not take the label “{self.shape.label}” from this token, "
                f"so that syncer could not find its issues again: #{raw.number} has none",
                remedy="Give the token write access to issues (for a person: the triage role at least), and add the "
                "label to that issue.",
            )
        return raw

    # Changing

    def update(self, key: int, update: Update) -> Answer:
        """See ``Tracker.update``."""
        if self.failed is not None:
            raise self.failed
        observed = self.reader.memory.seen.get(key)
        fresh = self.reader.one(key)
        if not isinstance(fresh, Raw):
            return _gone(key, fresh)
        reasons: dict[Field, str] = {}
        overtaken = self._overtaken(observed, fresh, update)
        if overtaken is not None:
            return overtaken
        payload: dict[str, Any] = {}
        if update.title is not None:
            title = clean(" ".join(update.title.split()))
            if not title:
                return Refused("an issue has a title", "Say in the row what is to be done.")
            if title != fresh.title:
                payload["title"] = title
        assignees = _assignees(fresh, update)
        if assignees is not None and (not update.owner or LOGIN.fullmatch(update.owner)):
            payload["assignees"] = assignees
        option = None if update.status is None else self.shape.states.option(update.status)
        values = self._values(update.due, update.priority, option, reasons)
        if values and any(fresh.values.get(number, "") != v for number, v in values.items()):
            payload["issue_field_values"] = field_values(fresh, values)
        if (
            self.shape.due_milestones
            and update.due is not None
            and update.due != self.shape.due(fresh)
        ):
            milestone = self.milestones.for_change(fresh.milestone, update.due)
            if isinstance(milestone, Refused):
                reasons["due"] = milestone.reason
            elif isinstance(milestone, Unknown):
                return milestone
            else:
                payload["milestone"] = milestone
        answer = self._change(fresh, update, payload, reasons)
        if isinstance(answer, Refused) and "assignees" in payload and _ASSIGNEE in answer.reason:
            reasons["owner"] = answer.reason
            del payload["assignees"]
            answer = self._change(fresh, update, payload, reasons)
        return answer

    def _change(
        self, fresh: Raw, update: Update, payload: dict[str, Any], reasons: dict[Field, str]
    ) -> Answer:
        """Send a change: the first request has everything, and each further one that a status takes the marker."""
        status = update.status
        steps = []
        if status is not None:
            duplicate = update.duplicate_of is not None
            steps = self.shape.states.steps(status, fresh, duplicate=duplicate)
        text = self._text(fresh, update)
        requests: list[dict[str, Any]] = [dict(payload)]
        for number, step in enumerate(steps):
            if number:
                requests.append({})
            requests[-1] |= {"state": step.state, "state_reason": step.reason}
            if step.reason == "duplicate":
                requests[-1] |= self._original(update.duplicate_of or "")
        raw = fresh
        for request in requests:
            body = self._body(raw, text, update, request)
            if body != raw.body:
                request["body"] = body
                if len(body) > LIMIT:
                    return _too_long()
            if not request:
                continue
            path = f"{self.addresses.path}/issues/{fresh.number}"
            answer = self._raw(self.client.patch(path, request, needs=NEEDED))
            if isinstance(answer, Refused) and raw is not fresh:
                reasons["status"] = answer.reason
                break
            if isinstance(answer, Refused | Unknown):
                return answer
            raw = answer
        if status is not None:
            changed = self._relabel(raw, status, reasons)
            if isinstance(changed, Unknown):
                return changed
            raw = changed
        return self._written(raw, reasons, update)

    def _relabel(self, raw: Raw, status: Status, reasons: dict[Field, str]) -> Raw | Unknown:
        """Add and take away labels one by one: a list of all of them would wipe what others add meanwhile."""
        added, gone = self.shape.states.label_changes(status, raw)
        path = f"{self.addresses.path}/issues/{raw.number}/labels"
        if added:
            made = self.labels.ensure(added)
            sent = made or self.client.post_list(path, {"labels": added})
            if isinstance(sent, Unknown):
                return sent
            if isinstance(sent, Refused):
                reasons["status"] = sent.reason
                return raw
            raw = replace(raw, labels=_names(sent))
        for label in gone:
            sent = self.client.delete_list(f"{path}/{quote(label, safe='')}")
            if isinstance(sent, Unknown):
                return sent
            if isinstance(sent, Refused):
                reasons["status"] = sent.reason
                return raw
            raw = replace(raw, labels=_names(sent))
        return raw

    def _text(self, fresh: Raw, update: Update) -> str | None:
        """The new text that people see; ``None`` to leave it as it is."""
        if update.body is None:
            return None
        present = take_apart(fresh.body).text
        if update.body_was is not None and _unix(update.body_was) != _unix(present):
            return None  # a person was faster
        return clean(update.body).rstrip("\n")

    def _body(self, raw: Raw, text: str | None, update: Update, request: Mapping[str, Any]) -> str:
        """The whole text as it is to be after a request, with the marker and a seal of what will be."""
        body = take_apart(raw.body)
        shown = body.text if text is None else text
        marker = update.marker or body.marker
        if marker is None:
            return raw.body if text is None else put_together(shown, body.line)
        changes = {"title": request.get("title", raw.title)}
        if "assignees" in request:
            changes["assignees"] = frozenset(request["assignees"])
        if "state" in request:
            changes |= {"state": request["state"], "reason": request["state_reason"]}
        seal = seal_of(raw, shown, changes)
        line = hidden_line(marker, seal)
        if text is None or shown == body.text:
            return with_line(raw.body, line)
        return put_together(shown, line)

    def _original(self, key: str) -> dict[str, Any]:
        """What says natively which issue another one is a duplicate of."""
        number = int(key) if key.isdecimal() else 0
        original = self.reader.memory.seen.get(number)
        if original is None and number:
            found = self.reader.one(number)
            original = found if isinstance(found, Raw) else None
        return {} if original is None else {"duplicate_issue_id": original.id}

    def _overtaken(self, observed: Raw | None, fresh: Raw, update: Update) -> Refused | None:
        """Whether a person changed what is about to be changed, after it was looked at."""
        if observed is None or observed.updated == fresh.updated:
            return None
        before, now = self.shape.issue(observed), self.shape.issue(fresh)
        changes: dict[str, tuple[object, object, object]] = {
            "title": (before.title, now.title, update.title),
            "assignee": (
                (before.owner, *before.owners),
                (now.owner, *now.owners),
                None if update.owner is None else ((update.owner,) if update.owner else ("",)),
            ),
            "due date": (before.due, now.due, update.due),
            "status": (before.status, now.status, update.status),
            "priority": (before.priority, now.priority, update.priority),
        }
        for name, (was, is_now, wanted) in changes.items():
            if wanted is not None and was != is_now and is_now != wanted:
                shown = ", ".join(is_now) if isinstance(is_now, tuple) else str(is_now)
                return Refused(_CHANGED.format(name, shown or "nothing"), _LOOKED_AT)
        return None

    # Commenting

    def comment(self, key: int, text: str) -> Answer:
        """See ``Tracker.comment``."""
        if self.failed is not None:
            raise self.failed
        fresh = self.reader.one(key)
        if not isinstance(fresh, Raw):
            return _gone(key, fresh)
        body = take_apart(fresh.body)
        untouched = not is_touched(fresh, body)
        path = f"{self.addresses.path}/issues/{key}"
        comment = {"body": clean(text).replace("@", "@\u200b")}
        sent = self.client.post(f"{path}/comments", comment, needs=("id",))
        if isinstance(sent, Refused | Unknown):
            return sent
        raw = replace(fresh, comments=fresh.comments + 1)
        self.reader.memory.put(raw, direct=True)
        if untouched and body.marker is not None and body.seal is not None:
            # The seal counts comments, so that a person's can be told from this one.
            line = hidden_line(body.marker, Seal(body.seal.digest, raw.comments))
            again = self._raw(
                self.client.patch(path, {"body": with_line(fresh.body, line)}, needs=NEEDED)
            )
            if isinstance(again, Raw):
                raw = again
            else:
                _LOG.info("#%s now counts as touched by a person: %s", key, again.reason)
        return Written(self.shape.issue(raw))

    # Shared

    def _raw(self, sent: dict[str, Any] | Refused | Unknown) -> Raw | Refused | Unknown:
        """The issue in an answer to a write."""
        if isinstance(sent, Refused | Unknown):
            return sent
        try:
            raw = from_rest(sent)
        except UnreadableError as error:
            return Unknown(f"the answer can't be read: {error}")
        self.reader.memory.put(raw, direct=True)
        return raw

    def _written(self, raw: Raw, reasons: dict[Field, str], asked: Draft | Update) -> Written:
        self.reader.memory.put(raw, direct=True)
        issue = self.shape.issue(raw)
        if asked.owner and not _is_assigned(issue, asked.owner):
            reasons.setdefault("owner", f"{asked.owner} can't be assigned in this repository")
        if (
            self.issue_type
            and isinstance(asked, Draft)
            and raw.type.casefold() != self.issue_type.casefold()
        ):
            _LOG.warning("#%s did not get the type %s", raw.number, self.issue_type)
        return Written(issue, _differing(issue, asked, reasons))

    def _values(
        self,
        due: str | None,
        priority: str | None,
        option: str | None,
        reasons: dict[Field, str],
    ) -> dict[int, str]:
        """New values of issue fields, by id; a priority that the field doesn't have is refused with what it has."""
        values: dict[int, str] = {}
        if self.shape.due_field and due is not None:
            values[self.shape.due_field] = due
        if self.shape.priority_field and priority is not None:
            known = {one.casefold(): one for one in self.shape.priorities}
            if priority and priority.casefold() not in known:
                reasons["priority"] = f"there are {', '.join(self.shape.priorities)}"
            else:
                values[self.shape.priority_field] = known.get(priority.casefold(), "")
        if self.shape.states.field and option is not None:
            values[self.shape.states.field] = option
        return values


def _assignees(fresh: Raw, update: Update) -> list[str] | None:
    """The assignees that an issue is to have: the new owner in the place of the former one; others stay."""
    if update.owner is None:
        return None
    stay: list[str] = []
    if update.owner_was is not None:
        stay = [one for one in fresh.assignees if one.casefold() != update.owner_was.casefold()]
    stay = [one for one in stay if one.casefold() != update.owner.casefold()]
    wanted = [*([update.owner] if update.owner else []), *stay]
    same = {one.casefold() for one in wanted} == {one.casefold() for one in fresh.assignees}
    return None if same else wanted


def _is_assigned(issue: Issue, account: str) -> bool:
    return account.casefold() in {one.casefold() for one in (issue.owner, *issue.owners)}


def _differing(
    issue: Issue, asked: Draft | Update, reasons: Mapping[Field, str]
) -> dict[Field, str]:
    """The reasons of values that the issue really hasn't got."""
    has: dict[Field, bool] = {
        "owner": asked.owner is None or _is_assigned(issue, asked.owner) or not asked.owner,
        "due": asked.due is None or asked.due == issue.due,
        "priority": asked.priority is None or asked.priority == issue.priority,
        "status": asked.status is None or asked.status in issue.statuses,
    }
    return {name: reason for name, reason in reasons.items() if not has.get(name, False)}


def _names(labels: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(str(label.get("name", "")) for label in labels)


def _gone(key: int, why: Missing | Raw) -> Refused:
    if isinstance(why, Moved):
        return Refused(f"#{key} has moved to {why.url}", "Name it there, or empty the issue cell.")
    if why == ABSENT:
        return Refused(f"#{key} was deleted", "Empty the row's issue cell to have it filed anew.")
    return Refused(f"#{key} can't be seen", "Look at the number, and at what the token may see.")


def _too_long() -> Refused:
    return Refused(
        f"an issue's text can't be longer than {LIMIT} characters",
        "Shorten the text of the row's other columns, or what was written into the issue.",
    )


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n")
