"""Reading issues: in bulk by their keys, all of syncer's own by a query, and past the index what it doesn't show yet.

A search may lag by minutes. It is good enough to see that nothing is to be done; ``confirm`` reads by key. Keys go up:
what the index doesn't show yet is right behind the highest key that it does show, or among those just before it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from syncer.errors import TrackerError
from syncer.trackers.base import HIDDEN
from syncer.trackers.http import AnswerError
from syncer.trackers.jira.addresses import is_key
from syncer.trackers.jira.client import PAGE
from syncer.trackers.jira.raw import FIELDS, PROPERTY, Raw, raw_of
from syncer.trackers.replies import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime
    from typing import Any

    from syncer.trackers.base import Missing
    from syncer.trackers.jira.client import Client

MANY: Final = 60
"""From so many issues on it is cheaper on Cloud to search for all that syncer filed."""

SEVERAL: Final = 3
"""The same on a server, where each key is a request."""

BEHIND: Final = 50
"""Of so many of the newest issues the index is asked for the keys: what is left out may be what it doesn't show yet."""

AHEAD: Final = PAGE
"""So many keys, behind the highest indexed one and left out before it, are looked at on Cloud, in one request."""

MISSES: Final = 10
"""On a server, where each key is a request: so many without an issue in a row, and there are no more."""


@dataclass(slots=True)
class Reader:
    """Reads the issues of one project.

    Attributes:
        client: Sends the requests.
        project: The project's key.
        label: The label of the issues that syncer filed.
        seen: Issues by key, as they were seen last in this look.
        direct: Keys of those that were read by key, or written.
        moved: Present keys of issues by their former ones.
        missing: Keys of which this look knows that there is no such issue.
        listed: Whether the search was asked.
    """

    client: Client
    project: str
    label: str
    seen: dict[str, Raw] = field(default_factory=dict)
    direct: set[str] = field(default_factory=set)
    moved: dict[str, str] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    listed: bool = False
    _past: bool = False
    _indexed: set[int] = field(default_factory=set)
    _held: dict[str, tuple[datetime, Mapping[str, Any] | None]] = field(default_factory=dict)
    _own: set[str] = field(default_factory=set)
    _named: set[str] = field(default_factory=set)

    def refresh(self) -> None:
        """A new look begins. What this process has filed is still looked for, whatever the index says."""
        self.seen.clear()
        self.direct.clear()
        self.moved.clear()
        self.missing.clear()
        self._named.clear()
        self.listed = self._past = False

    def read(self, keys: Collection[str]) -> Mapping[str, Raw | Missing]:
        """The issues with these keys.

        Raises:
            TrackerError: They couldn't be read.
        """
        wanted = [key for key in keys if is_key(key)]
        self._named.update(wanted)
        if wanted and not self.listed:
            least = MANY if self.client.deployment() == "cloud" else SEVERAL
            if len(wanted) >= least:
                self._list()
        self._fetch(key for key in wanted if not self._is_known(key))
        return {key: self._answer(key) for key in wanted}

    def confirm(self, keys: Collection[str]) -> Mapping[str, Raw | Missing]:
        """The same, of those that this look knows from a search only, read by their keys.

        Raises:
            TrackerError: They couldn't be read.
        """
        unsure = [
            key for key in keys if is_key(key) and self.moved.get(key, key) not in self.direct
        ]
        unsure = [key for key in unsure if key not in self.missing]
        self._fetch(unsure)
        return {key: self._answer(key) for key in unsure}

    def one(self, key: str) -> Raw | Missing:
        """An issue as it is now.

        Raises:
            TrackerError: It couldn't be read.
        """
        try:
            data = self.client.fetch_one(key, FIELDS, [PROPERTY])
        except AnswerError as error:
            if error.reply.status not in (403, 404, 410):
                raise self.client.explained(error) from None
            self.seen.pop(key, None)
            self.missing.add(key)
            return HIDDEN
        raw = readable(data)
        self.put(raw)
        if raw.key != key:
            self.moved[key] = raw.key
        return raw

    def put(self, raw: Raw) -> None:
        """Take in an issue that was read by its key, or written."""
        self._held[raw.key] = (raw.updated, raw.held)
        self.seen[raw.key] = raw
        self.direct.add(raw.key)
        self.missing.discard(raw.key)

    def filed(self, keys: Iterable[str]) -> None:
        """These were filed by this process: no index is needed to know of them."""
        self._own.update(keys)
        self.missing.difference_update(self._own)

    def labelled(self) -> list[Raw]:
        """All issues of the project that carry syncer's label, oldest first, with their properties.

        Raises:
            TrackerError: The list couldn't be read to its end.
        """
        if not self.listed:
            self._list()
        self._look_past_the_index()
        if self.client.deployment() == "server":
            self._read_properties()
        found = [one for one in self.seen.values() if one.has_label(self.label)]
        return sorted(found, key=lambda one: (one.created, _number(one.key)))

    def _read_properties(self) -> None:
        """See which rows issues are for where the search has no properties (JRASERVER-62898); each is a request.

        Those that nobody has named come first. If none of them is for a row, there is no issue that has lost its row,
        and none that was filed twice: then what the others say changes nothing, and they aren't asked for.
        """
        self._remember_properties()
        named = {self.moved.get(key, key) for key in self._named}
        self._fetch(one.key for one in self._unsure() if one.key not in named)
        nameless = (one for one in self.seen.values() if one.key not in named)
        if any(one.held is not None and one.has_label(self.label) for one in nameless):
            self._fetch(one.key for one in self._unsure())

    def _unsure(self) -> list[Raw]:
        """Issues with syncer's label that are known from the search only."""
        return [
            one
            for one in self.seen.values()
            if one.has_label(self.label) and one.held is None and one.key not in self.direct
        ]

    def _remember_properties(self) -> None:
        """Give issues that haven't changed since the property that they had."""
        for one in self._unsure():
            updated, held = self._held.get(one.key, (None, None))
            if updated == one.updated:
                self.seen[one.key] = replace(one, held=held)

    def _list(self) -> None:
        # First, how far the index has come: it may go on while the list is read, but not the other way round.
        newest = f'project = "{self.project}" ORDER BY created DESC, key DESC'
        self._indexed = {
            _number(str(one.get("key", "")))
            for page in self.client.search(newest, ["created"], limit=BEHIND)
            for one in page
        }
        jql = f'project = "{self.project}" AND labels = "{_quoted(self.label)}" ORDER BY created ASC, key ASC'
        for page in self.client.search(jql, FIELDS, [PROPERTY]):
            for data in page:
                raw = readable(data)
                if raw.key not in self.direct:
                    self.seen[raw.key] = raw
        self.listed = True

    def _look_past_the_index(self) -> None:
        """Look at what was filed since the index was brought up to date."""
        if self._past:
            return
        self._fetch(key for key in self._own if key not in self.direct)
        cloud = self.client.deployment() == "cloud"
        highest = max(self._indexed, default=0)
        left_out = self._left_out(highest, BEHIND if cloud else MISSES)
        ahead = AHEAD - len(left_out) if cloud else MISSES
        waiting = [*left_out, *range(highest + 1, highest + 1 + ahead)]
        asked = set(waiting)
        while waiting:
            last = max(self._guess(waiting), default=0)
            if last <= highest:
                break
            highest = last
            ahead = AHEAD if cloud else MISSES
            waiting = [n for n in range(highest + 1, highest + 1 + ahead) if n not in asked]
            asked.update(waiting)
        self._past = True

    def _left_out(self, highest: int, most: int) -> list[int]:
        """Numbers right before the highest one which the index doesn't hold: gone, or not shown yet."""
        near = range(max(1, highest - BEHIND + 1), highest)
        left = [
            n for n in near if n not in self._indexed and f"{self.project}-{n}" not in self.seen
        ]
        return left[-most:]

    def _guess(self, numbers: Iterable[int]) -> set[int]:
        """Look for issues that nobody has named; the numbers that are taken, also by what has moved away."""
        keys = [f"{self.project}-{n}" for n in numbers]
        unknown = [key for key in keys if key not in self.direct]
        if not unknown:
            return {_number(key) for key in keys}
        found = self.client.fetch(unknown, FIELDS, [PROPERTY])
        raws = [readable(data) for data in found.issues]
        for raw in raws:
            self.put(raw)
        if self.client.deployment() == "server":
            # Each key was a request of its own, so that it is known which one an issue answers to.
            shown = [key for key in unknown if key not in found.errors]
            self.moved.update((k, r.key) for k, r in zip(shown, raws, strict=True) if k != r.key)
        elif any(raw.key not in unknown for raw in raws):
            # Some have moved, and the answer doesn't say which: it may be the last one.
            return {_number(key) for key in keys}
        return {_number(key) for key in keys if self.moved.get(key, key) in self.direct}

    def _fetch(self, keys: Iterable[str]) -> None:
        """Read issues by their keys."""
        waiting = sorted(set(keys))
        for start in range(0, len(waiting), PAGE):
            some = waiting[start : start + PAGE]
            found = self.client.fetch(some, FIELDS, [PROPERTY])
            for data in found.issues:
                self.put(readable(data))
            left = [k for k in some if k not in self.direct and k not in found.errors]
            self.missing.update(key for key in found.errors if key not in self.direct)
            for key in found.errors:
                self.seen.pop(key, None)
            for key in left:
                self.one(key)

    def _is_known(self, key: str) -> bool:
        return key in self.missing or self.moved.get(key, key) in self.seen

    def _answer(self, key: str) -> Raw | Missing:
        return self.seen.get(self.moved.get(key, key), HIDDEN)


def readable(data: Mapping[str, Any]) -> Raw:
    """An issue in an answer.

    Raises:
        TrackerError: It is none.
    """
    try:
        return raw_of(data)
    except UnreadableError as error:
        raise TrackerError(
            f"Jira's answer can't be read: {error}", remedy="Run syncer again later."
        ) from None


def _number(key: str) -> int:
    number = key.rpartition("-")[2]
    return int(number) if number.isdecimal() else 0


def _quoted(text: str) -> str:
    """A text between the quotes of a query."""
    return text.replace("\\", "\\\\").replace('"', '\\"')
