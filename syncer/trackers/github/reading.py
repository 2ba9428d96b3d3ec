"""Reading issues, cheaply: all that syncer filed from lists, others in bulk, and what something rests on by itself.

A list may lag behind. It is good enough to see that nothing is to be done; ``confirm`` reads past it. What was filed
while a list lagged is found by its number: right behind the highest one that is known.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from syncer.errors import TrackerError
from syncer.trackers.base import ABSENT, HIDDEN, Moved
from syncer.trackers.github.client import NoGraphQLError
from syncer.trackers.github.memory import Memory
from syncer.trackers.github.raw import FRAGMENT, Raw, from_graphql, from_rest
from syncer.trackers.http import AnswerError
from syncer.trackers.replies import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from datetime import datetime

    from syncer.trackers.base import Missing
    from syncer.trackers.github.addresses import Addresses
    from syncer.trackers.github.client import Client

NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}")

MANY: Final = 60
"""From so many issues on it is cheaper to list all that syncer filed: a hundred of them come in one answer."""

BATCH: Final = 100
"""So many issues are read in one request of the GraphQL interface."""

PROBED: Final = 20
"""So many numbers behind the highest known one are looked at. One that lies further ahead follows in the next look."""

OVERLAP: Final = timedelta(seconds=60)
"""What has changed since a moment is asked for from a little before: changes may become visible out of order."""

MISSES: Final = 5
"""Where there is no GraphQL: so many numbers without an issue in a row, and there are no more. Discussions, and what
can't be seen, have numbers, too."""

WALKS: Final = 3
"""How often a list is walked through again that may have become shorter meanwhile."""

PATIENCE: Final = 10
"""Pages of changes after which it is cheaper to read everything anew."""


@dataclass(slots=True)
class Reader:
    """Reads the issues of one repository.

    Attributes:
        client: Sends the requests.
        addresses: Where the repository is.
        label: The label of the issues that syncer filed.
        now: The present, in UTC.
        full_look: How long a full look lasts.
        graphql: Whether there is GraphQL.
        in_bulk: Whether issues can be read with it: issue fields can't.
        memory: What is known.
        repository: What the repository was said to be in this look, if it was asked.
    """

    client: Client
    addresses: Addresses
    label: str
    now: Callable[[], datetime]
    full_look: timedelta
    graphql: bool = True
    in_bulk: bool = True
    memory: Memory = field(default_factory=Memory)
    repository: Mapping[str, Any] | None = None
    _etag: tuple[str, str] | None = None
    _probed: bool = False
    _newest_unseen: bool = True
    _count: int | None = None

    def refresh(self) -> None:
        """A new look begins."""
        memory = self.memory
        memory.direct.clear()
        memory.missing.clear()
        memory.current = False
        self.repository = None
        self._probed = False
        if memory.listed is None or self.now() - memory.listed >= self.full_look:
            # Deleted issues, and those that lost their label, show only when everything is read anew.
            self.memory = Memory(written=memory.written)

    def read(self, numbers: Collection[int]) -> Mapping[int, Raw | Missing]:
        """The issues with these numbers, from memory where it is good enough.

        Raises:
            TrackerError: They couldn't be read.
        """
        memory = self.memory
        if not memory.current and (memory.listed is not None or len(numbers) >= MANY):
            self._look()
        known = (
            memory.seen
            if memory.current
            else {n: memory.seen[n] for n in memory.direct if n in memory.seen}
        )
        self._read(n for n in numbers if n not in known and n not in memory.missing)
        return {number: self._answer(number) for number in numbers}

    def confirm(self, numbers: Collection[int]) -> Mapping[int, Raw | Missing]:
        """The same, of those that this look knows from lists only, read by themselves.

        Raises:
            TrackerError: They couldn't be read.
        """
        unsure = [number for number in numbers if number not in self.memory.direct]
        self._read(unsure)
        return {number: self._answer(number) for number in unsure}

    def labelled(self) -> list[Raw]:
        """All issues that carry syncer's label, by number.

        Raises:
            TrackerError: The list couldn't be read to its end.
        """
        if not self.memory.current:
            self._look()
        for _ in range(WALKS):
            self._look_past_the_lists()
            if not self._is_short():
                break
            # An issue that is unlabelled or deleted between two pages moves all later ones up, one of them past us.
            self._everything()
            self._probed = False
        self._check_repository()
        seen = self.memory.seen
        return [seen[n] for n in sorted(seen) if seen[n].has_label(self.label)]

    def one(self, number: int) -> Raw | Missing:
        """An issue as it is now.

        Raises:
            TrackerError: It couldn't be read.
        """
        try:
            data = self.client.get_object(f"{self.addresses.path}/issues/{number}")
        except AnswerError as error:
            why = self._missing(error)
            self.memory.lose(number, why)
            return why
        raw = _readable(from_rest, data)
        if not self.addresses.is_here(raw.url):
            self._check_name()
        if raw.is_pull or raw.number != number or not self.addresses.is_here(raw.url):
            self.memory.lose(number, Moved(raw.url, is_issue=not raw.is_pull))
        else:
            self.memory.put(raw, direct=True)
        return self._answer(number)

    # Lists

    def _look(self) -> None:
        """Bring the memory up to date."""
        if self.memory.listed is None or not self._changes():
            self._everything()
        memory = self.memory
        self._read(
            number
            for number, when in memory.written.items()
            if number in memory.seen and memory.seen[number].updated < when
        )
        memory.current = True

    def _everything(self) -> None:
        began, memory = self.now(), self.memory
        memory.seen = {n: memory.seen[n] for n in memory.direct if n in memory.seen}
        memory.highest = 0
        self._newest_unseen, self._count = True, None
        issues = f"{self.addresses.path}/issues"
        order = {"state": "all", "sort": "created", "direction": "asc", "labels": self.label}
        for number, got in enumerate(self.client.answers(issues, order)):
            if number == 0:
                memory.until = _date(got.headers.get("date")) or began
            self._take(got.data)
        memory.listed = began

    def _changes(self) -> bool:
        """Take in what has changed since the last look, the latest first; whether that worked out.

        As long as nothing changes, the question stays the same, and so does the answer's tag: then it costs nothing.
        """
        since = (self.memory.until or self.now()) - OVERLAP
        when = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        query = {"state": "all", "sort": "updated", "direction": "desc", "since": when}
        etag = self._etag[1] if self._etag and self._etag[0] == when else None
        latest = None
        issues = f"{self.addresses.path}/issues"
        for number, got in enumerate(self.client.answers(issues, query, etag=etag)):
            if got.data is None:
                break
            if number >= PATIENCE:
                self._etag = None
                return False
            seen = self._take(got.data)
            if number == 0:
                latest = seen
                self._etag = (when, got.etag) if got.etag else None
        if latest is not None and (self.memory.until is None or latest > self.memory.until):
            self.memory.until = latest
        self._newest_unseen = False
        return True

    def _take(self, page: Iterable[Mapping[str, Any]]) -> datetime | None:
        """Take in a page of a list; when the latest change on it was."""
        latest = None
        for data in page:
            raw = _readable(from_rest, data)
            self.addresses.check_here(raw.url)
            latest = raw.updated if latest is None else max(latest, raw.updated)
            self.memory.highest = max(self.memory.highest, raw.number)
            if raw.is_pull:
                continue
            if raw.has_label(self.label) or raw.number in self.memory.seen:
                self.memory.put(raw, direct=False)
        return latest

    def _look_past_the_lists(self) -> None:
        """Look at what was filed since the lists were brought up to date, as far as they lag."""
        if self._probed:
            return
        if self._newest_unseen:
            newest = {"state": "all", "sort": "created", "direction": "desc"}
            self._take(next(self.client.pages(f"{self.addresses.path}/issues", newest), []))
        while self._probe():
            pass
        self._probed = True

    def _is_short(self) -> bool:
        """Whether there are more issues with the label than the list has shown."""
        listed = sum(raw.has_label(self.label) for raw in self.memory.seen.values())
        return self._count is not None and self._count > listed

    def _check_repository(self) -> None:
        """A repository with issues disabled lists none, without a word: that doesn't mean that there are none."""
        if self.repository is None and not self.memory.seen:
            self._check_name()
        found = self.repository or {}
        if not found.get("hasIssuesEnabled", found.get("has_issues", True)):
            raise TrackerError(
                f"issues are disabled in {self.addresses.repository}",
                remedy="Enable them in the repository's settings, under Features, or use another tracker.",
            )

    def _check_name(self) -> None:
        """An issue is somewhere else: it was transferred, or all of the repository was renamed.

        Raises:
            TrackerError: It was renamed. Then no issue has moved.
        """
        if self.repository is None:
            self.repository = self.client.get_object(self.addresses.path)
        name = self.repository.get("nameWithOwner") or self.repository.get("full_name")
        if isinstance(name, str) and name.casefold() != self.addresses.repository.casefold():
            raise self.addresses.renamed(name)

    def _probe(self) -> bool:
        """Look at the numbers behind the highest one; whether one of them was taken."""
        first = self.memory.highest + 1
        if self.graphql:
            try:
                return self._probe_in_bulk(range(first, first + PROBED))
            except NoGraphQLError:
                self.graphql = False
        taken = []
        for number in range(first, first + MISSES):
            self.one(number)
            if self.memory.missing.get(number) != HIDDEN:
                taken.append(number)
        self.memory.highest = max([self.memory.highest, *taken])
        return bool(taken)

    def _probe_in_bulk(self, numbers: Iterable[int]) -> bool:
        asked = " ".join(
            f"i{n}: issueOrPullRequest(number: {n}) {{ __typename ...Seen }}" for n in numbers
        )
        count = f"labelled: issues(labels: [{json.dumps(self.label)}]) {{ totalCount }}"
        found = self._graphql(f"{count} {asked}")
        counted = (self.repository or {}).get("labelled") or {}
        self._count = counted.get("totalCount")
        for number, data in found.items():
            self.memory.highest = max(self.memory.highest, number)
            if data.get("__typename") != "Issue":
                continue
            if self.in_bulk:
                self.memory.put(_readable(from_graphql, data), direct=True)
            else:
                self.one(number)
        return bool(found)

    # By number

    def _read(self, numbers: Iterable[int]) -> None:
        """Read issues by themselves."""
        waiting = sorted(set(numbers))
        left = []
        if self.graphql and self.in_bulk and len(waiting) > 1:
            for start in range(0, len(waiting), BATCH):
                some = waiting[start : start + BATCH]
                try:
                    left += self._read_in_bulk(some)
                except NoGraphQLError:
                    self.graphql = False
                    left += waiting[start:]
                    break
        else:
            left = waiting
        for number in left:
            self.one(number)

    def _read_in_bulk(self, numbers: Collection[int]) -> list[int]:
        """Read issues in one request; those that it says nothing about, which are to be asked for singly."""
        asked = " ".join(f"i{n}: issue(number: {n}) {{ ...Seen }}" for n in numbers)
        found = self._graphql(asked)
        for number in found:
            raw = _readable(from_graphql, found[number])
            if raw.number == number and self.addresses.is_here(raw.url):
                self.memory.put(raw, direct=True)
        return [number for number in numbers if number not in self.memory.direct]

    def _graphql(self, asked: str) -> dict[int, Mapping[str, Any]]:
        query = (
            "query($owner: String!, $name: String!) { repository(owner: $owner, name: $name) "
            "{ nameWithOwner isArchived isDisabled hasIssuesEnabled viewerPermission "
            f"{asked} }} }}\n{FRAGMENT}"
        )
        variables = {"owner": self.addresses.owner, "name": self.addresses.repository_name}
        data, errors = self.client.graphql(query, variables)
        repository = (data or {}).get("repository")
        if not isinstance(repository, dict):
            if any(error.get("type") == "NOT_FOUND" for error in errors):
                raise TrackerError(
                    f"there is no repository {self.addresses.repository}, or the token can't see it",
                    remedy="Look at its name in the settings, and at what the token may see.",
                )
            # A server that doesn't know a part of the question, or not now: one by one, each can be asked for.
            raise NoGraphQLError
        self.repository = repository
        return {
            int(alias[1:]): issue
            for alias, issue in repository.items()
            if alias[:1] == "i" and alias[1:].isdecimal() and isinstance(issue, dict)
        }

    def _missing(self, error: AnswerError) -> Missing:
        """Why there is no issue, from the answer to the question for it."""
        reply = error.reply
        if reply.status == HTTPStatus.GONE and "disabled" not in reply.text.lower():
            return ABSENT
        if reply.status == HTTPStatus.NOT_FOUND:
            return HIDDEN
        raise self.client.explained(error)

    def _answer(self, number: int) -> Raw | Missing:
        found = self.memory.seen.get(number)
        return found if found is not None else self.memory.missing.get(number, HIDDEN)


def _date(header: str | None) -> datetime | None:
    """The moment that an answer is from."""
    try:
        return parsedate_to_datetime(header or "").astimezone(UTC)
    except ValueError:
        return None


def _readable(read: Callable[[Mapping[str, Any]], Raw], data: Mapping[str, Any]) -> Raw:
    try:
        return read(data)
    except UnreadableError as error:
        raise TrackerError(
            f"GitHub's answer can't be read: {error}", remedy="Run syncer again later."
        ) from None
