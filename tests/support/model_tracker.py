"""A tracker as trackers are: its search lags, it refuses, drops values, and fails before or after it has done a thing.

What it may do, by the protocol in ``syncer/trackers/base.py``:

- ``marked`` answers from the past for a while, as a search index does: newer issues are missing, and the others are as
  they were then. It may fail half way.
- ``read`` answers by key, and answers with the present, or fails. A ``stale`` tracker's answers from the past as well,
  with what there was then; ``confirm`` reads past that.
- it may know who people are, show them by name, let several have an issue, start what is filed with an assignee, and
  not be able to tell some values for a while.
- a write is refused, or takes effect, or doesn't; where the answer is lost, it is an ``Unknown``, or a
  ``TrackerError``. Values may be dropped without a word; the answer then shows what the issue really has.
- a create that is sent again files a second issue: nothing is looked up.
- an issue may be deleted, or moved to another key; the old key leads to it.
- the process may be killed at any call, before or after the effect (``Killed``).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any

from syncer.core.tracking import (
    ABSENT,
    Capabilities,
    Issue,
    Names,
    Refused,
    Unknown,
    Written,
)
from syncer.errors import TrackerError
from syncer.model import Field, Status
from tests.support.accounts import UNASSIGNABLE, Accounts
from tests.support.making import NOW, OPEN
from tests.support.tacit import Tacit

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from syncer.core.tracking import Answer, Draft, Missing, Update


class Killed(BaseException):
    """The process is killed here. No handler for errors sees it."""


class Fault(Enum):
    """What becomes of one write."""

    NONE = "no fault"
    REFUSED = "refused"
    DROPPED = "values dropped"
    FAILED_BEFORE = "failed before the effect"
    FAILED_AFTER = "failed after the effect"
    UNKNOWN_BEFORE = "unknown, not done"
    UNKNOWN_AFTER = "unknown, but done"
    KILLED_BEFORE = "killed before the effect"
    KILLED_AFTER = "killed after the effect"


_BEFORE = {Fault.FAILED_BEFORE, Fault.UNKNOWN_BEFORE, Fault.KILLED_BEFORE, Fault.REFUSED}
_LOST = {Fault.UNKNOWN_BEFORE, Fault.UNKNOWN_AFTER}


@dataclass
class Entry:
    """An issue with its past: what it was, from each tick on; ``None`` once it is deleted."""

    uid: int
    past: list[tuple[int, Issue | None]]

    @property
    def issue(self) -> Issue | None:
        return self.past[-1][1]

    def at(self, tick: int) -> Issue | None:
        known = [issue for since, issue in self.past if since <= tick]
        return known[-1] if known else None


@dataclass(frozen=True)
class Sent:
    """A write that took effect: the issue before (``None`` if it was filed) and after it."""

    uid: int
    before: Issue | None
    after: Issue
    draft: Draft | None = None


@dataclass
class ModelTracker(Tacit):
    """See above. ``rich`` has a place for everything; the other kind knows open and closed, and accounts.

    ``confirmed`` and ``looked_up`` count what was asked of it besides reading.
    """

    rich: bool = True
    stale: bool = False
    several: bool = False
    starts: bool = False
    people: Accounts = field(default_factory=Accounts)
    untold: set[Field] = field(default_factory=set)
    confirmed: int = 0
    looked_up: int = 0
    name: str = "shop"
    lag: int = 0
    tick: int = 0
    entries: dict[int, Entry] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)
    faults: deque[Fault] = field(default_factory=deque)
    read_faults: deque[bool] = field(default_factory=deque)
    met: list[Fault] = field(default_factory=list)
    read_failures: int = 0
    writes: int = 0
    read_only: bool = False
    comments: list[tuple[int, str]] = field(default_factory=list)
    shown: set[int] = field(default_factory=set)
    declined: set[tuple[str, str]] = field(default_factory=set)
    on_write: Callable[[Sent], None] = lambda _: None

    @property
    def capabilities(self) -> Capabilities:
        fields: tuple[Field, ...] = ("action", "owner", "status")
        if self.rich:
            fields = (*fields, "due", "priority")
        return Capabilities(
            fields=frozenset(fields),
            free_owner=False,
            updates_text=self.rich,
            title_limit=255,
            starts_when_assigned=self.starts,
        )

    def resolve(self, reference: str) -> str | None:
        for prefix in ("SHOP-", "shop/SHOP-", "https://shop.example/issues/"):
            if reference.startswith(prefix) and reference[len(prefix) :].isdecimal():
                return reference[len(prefix) :]
        return None

    def names(self, key: str) -> Names:
        return Names(f"SHOP-{key}", f"shop/SHOP-{key}", f"https://shop.example/issues/{key}")

    # What syncer asks

    def read(self, keys: Collection[str]) -> Mapping[str, Issue | Missing]:
        self._may_fail()
        return {key: self._told(self._remembered(key) or self.find(key)) or ABSENT for key in keys}

    def confirm(self, keys: Collection[str]) -> Mapping[str, Issue | Missing]:
        self.confirmed += 1
        if not self.stale:
            return {}
        self._may_fail()
        return {key: self._told(self.find(key)) or ABSENT for key in keys}

    def find_accounts(self, owners: Collection[str]) -> Mapping[str, str | None]:
        self.looked_up += 1
        if self.people.known:
            self._may_fail()
        return self.people.find(owners)

    def marked(self) -> Iterable[Issue]:
        self.shown = set()
        for uid, entry in sorted(self.entries.items()):
            self._may_fail()
            issue = self._told(entry.at(self.tick - self.lag))
            if issue is not None and issue.marker is not None:
                self.shown.add(uid)
                yield issue

    def create(self, draft: Draft) -> Answer:
        fault = self._fault()
        if fault in _BEFORE:
            return self._lost(fault) or Refused("not today")
        uid, key = len(self.entries) + 1, self._new_key()
        issue = Issue(
            key=key,
            title=draft.title,
            owner="",
            due="",
            priority="",
            body=draft.body,
            marker=draft.marker,
            created=NOW - timedelta(minutes=1) + timedelta(seconds=uid),
            **self._state(Status.NOT_STARTED),
        )
        asked = {
            "owner": draft.owner,
            "due": draft.due,
            "priority": draft.priority,
            "status": draft.status,
        }
        issue = self._taken(issue, asked, drop=fault is Fault.DROPPED)
        self.entries[uid] = Entry(uid, [(self.tick, issue)])
        self.keys[key] = uid
        self.on_write(Sent(uid, None, issue, draft))
        return self._lost(fault) or self._written(issue)

    def update(self, key: str, update: Update) -> Answer:
        fault = self._fault()
        if fault in _BEFORE:
            return self._lost(fault) or Refused("not today")
        old = self.find(key)
        if old is None:
            return Refused("there is no such issue")
        asked = {
            name: getattr(update, name)
            for name in ("title", "owner", "due", "priority", "body", "status")
            if getattr(update, name) is not None
        }
        if self.several and update.owner is not None and update.owner_was is not None:
            held = [one for one in (old.owner, *old.owners) if one]
            others = [one for one in held if one.casefold() != update.owner_was.casefold()]
            asked["owner"] = tuple(dict.fromkeys(filter(None, [update.owner, *others])))
        new = self._taken(old, asked, drop=fault is Fault.DROPPED)
        new = replace(new, marker=update.marker or old.marker)
        uid = self.keys[key]
        self.entries[uid].past.append((self.tick, new))
        self.on_write(Sent(uid, old, new))
        return self._lost(fault) or self._written(new)

    def comment(self, key: str, text: str) -> Answer:
        fault = self._fault()
        if fault in _BEFORE:
            return self._lost(fault) or Refused("not today")
        issue = self.find(key)
        if issue is None:
            return Refused("there is no such issue")
        self.comments.append((self.keys[key], text))
        return self._lost(fault) or self._written(issue)

    def create_all(self, drafts: Sequence[Draft]) -> Iterator[Answer]:
        return map(self.create, drafts)

    def check(self, drafts: Sequence[Draft], updates: Mapping[str, Update]) -> Sequence[Refused]:
        del drafts, updates
        return ()

    def refresh(self) -> None:
        """Nothing is remembered."""

    def close(self) -> None:
        """Nothing is open."""

    # What people do

    def find(self, key: str) -> Issue | None:
        uid = self.keys.get(key)
        return None if uid is None else self.entries[uid].issue

    def live(self) -> dict[int, Issue]:
        """The issues that are there now."""
        return {uid: e.issue for uid, e in self.entries.items() if e.issue is not None}

    def edit(self, uid: int, **values: object) -> None:
        """A person changes an issue; ``status`` is a ``Status``."""
        issue = self.entries[uid].issue
        assert issue is not None
        status = values.pop("status", None)
        if "owner" in values:
            values |= self._had_by(values["owner"])
        if isinstance(status, Status):
            values |= self._state(status, reopened=issue.status.finished)
        changed = replace(issue, **values, touched=True)  # type: ignore[arg-type]  # fields of Issue
        self.entries[uid].past.append((self.tick, changed))

    def file(self, title: str) -> str:
        """A person files an issue, which has no marker; its key."""
        uid, key = len(self.entries) + 1, self._new_key()
        state = self._state(Status.NOT_STARTED)
        issue = Issue(key, title, owner="", due="", priority="", body="", marker=None,
                      created=NOW, touched=True, **state)  # fmt: skip
        self.entries[uid] = Entry(uid, [(self.tick, issue)])
        self.keys[key] = uid
        return key

    def delete(self, uid: int) -> None:
        self.entries[uid].past.append((self.tick, None))

    def move(self, uid: int) -> None:
        issue = self.entries[uid].issue
        assert issue is not None
        key = self._new_key()
        self.keys[key] = uid
        self.entries[uid].past.append((self.tick, replace(issue, key=key)))

    # Inside

    def _remembered(self, key: str) -> Issue | None:
        """An issue as a list that lags has it; ``None`` for one that isn't in it by this key."""
        if not (self.stale and self.lag and key in self.keys):
            return None
        past = self.entries[self.keys[key]].at(self.tick - self.lag)
        return past if past is not None and past.key == key else None

    def _told(self, issue: Issue | None) -> Issue | None:
        """An issue without what can't be told."""
        if issue is None or not self.untold:
            return issue
        hidden: dict[str, Any] = dict.fromkeys(self.untold, "")
        if "owner" in hidden:
            hidden |= {"owners": (), "owner_name": ""}
        return replace(issue, **hidden, untold=frozenset(self.untold))

    def _written(self, issue: Issue) -> Written:
        told = self._told(issue)
        assert told is not None
        return Written(told)

    def _had_by(self, owners: object) -> _State:
        """What an issue says about who has it: an account, or several of them."""
        accounts = [owners] if isinstance(owners, str) else list(owners)  # type: ignore[call-overload]
        first, *others = [self.people.spelled(one) for one in accounts] or [""]
        return {
            "owner": first,
            "owners": tuple(others) if self.several else (),
            "owner_name": self.people.shown(first),
        }

    def _new_key(self) -> str:
        return str(len(self.keys) + 1)

    def _state(self, status: Status, *, reopened: bool = False) -> _State:
        if self.rich or status.finished:
            return {"status": status, "statuses": frozenset({status})}
        shown = Status.IN_PROGRESS if reopened else Status.NOT_STARTED
        return {"status": shown, "statuses": OPEN}

    def _taken(self, issue: Issue, asked: Mapping[str, object], *, drop: bool) -> Issue:
        for name, value in asked.items():
            unassignable = value == UNASSIGNABLE or (
                isinstance(value, tuple) and UNASSIGNABLE in value
            )
            assert not (unassignable and self.people.known), "he can't be assigned, as was told"
            if drop or unassignable:
                self.declined.add((issue.key, name))
            if name == "owner":
                if not (drop or unassignable):
                    issue = replace(issue, **self._had_by(value))
            elif name == "status":
                assert isinstance(value, Status)
                if not drop:
                    issue = replace(issue, **self._state(value, reopened=issue.status.finished))
            elif name in ("title", "body") or not drop:
                issue = replace(issue, **{name: value})  # type: ignore[arg-type]  # a field
        return issue

    def _may_fail(self) -> None:
        if self.read_faults and self.read_faults.popleft():
            self.read_failures += 1
            raise TrackerError("shop does not answer", remedy="Try again later.")

    def _fault(self) -> Fault:
        assert not self.read_only, "a preview writes nothing"
        self.writes += 1
        fault = self.faults.popleft() if self.faults else Fault.NONE
        if fault is not Fault.NONE:
            self.met.append(fault)
        return fault

    def _lost(self, fault: Fault) -> Answer | None:
        if fault in (Fault.KILLED_BEFORE, Fault.KILLED_AFTER):
            raise Killed
        if fault in (Fault.FAILED_BEFORE, Fault.FAILED_AFTER):
            raise TrackerError("the connection was lost")
        if fault is Fault.REFUSED:
            return Refused("not today")
        if fault in _LOST:
            return Unknown("time-out")
        return None


_State = dict[str, Any]
