"""The tracker of the kind ``github``: what syncer asks, handed to those who know the answers."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Final

from syncer.errors import InternalError
from syncer.trackers.base import (
    ABSENT,
    Answer,
    Capabilities,
    Cost,
    Draft,
    Issue,
    Missing,
    Names,
    Refused,
    Tracker,
    Update,
    Usage,
    Workload,
)
from syncer.trackers.github.changing import change
from syncer.trackers.github.commenting import comment
from syncer.trackers.github.fields import shape_of
from syncer.trackers.github.filing import file
from syncer.trackers.github.labels import Labels
from syncer.trackers.github.milestones import Milestones
from syncer.trackers.github.opening import connect
from syncer.trackers.github.people import Assignees
from syncer.trackers.github.preflight import objections_of_repository, objections_of_settings
from syncer.trackers.github.raw import Raw
from syncer.trackers.github.reading import NUMBER, Reader
from syncer.trackers.github.settings import GitHubSettings
from syncer.trackers.github.states import States
from syncer.trackers.github.workshop import Workshop
from syncer.trackers.http import Timing

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from pydantic import BaseModel

    from syncer.model import Field
    from syncer.permission import Permission
    from syncer.trackers.github.addresses import Addresses
    from syncer.trackers.github.client import Client
    from syncer.trackers.github.issues import Shape
    from syncer.trackers.pace import Paces

TITLE_LIMIT: Final = 256
"""Longest title that GitHub takes, in characters."""

_CALLS: Final = Workload(creates=1, updates=2, comments=3)
"""Requests for each: an issue is read once more before it is changed, and a comment is counted on the issue."""

_WRITES: Final = Workload(creates=1, updates=1, comments=2)
"""Those of them that the pace is kept for."""


@dataclass
class GitHubTracker(Tracker):
    """Issues of one repository. Built by ``open``; nothing is asked before it has to be.

    Attributes:
        label: What the configuration calls it.
        settings: Its settings.
        addresses: Where its issues are.
        client: Sends the requests.
        clock: The present, in UTC.
        read_only: Whether every write is a mistake of the caller's.
    """

    settings_model: ClassVar[type[BaseModel]] = GitHubSettings

    label: str
    settings: GitHubSettings
    addresses: Addresses
    client: Client
    clock: Callable[[], datetime]
    read_only: bool = False
    _shape: Shape | None = None

    def __post_init__(self) -> None:
        settings = self.settings
        with_fields = bool(settings.due_field or settings.priority_field or settings.status_field)
        self._reader = Reader(
            client=self.client,
            addresses=self.addresses,
            label=settings.label,
            now=self.clock,
            full_look=timedelta(seconds=settings.full_look),
            graphql=settings.graphql,
            in_bulk=not with_fields,
        )
        self._assignees = Assignees(self.client, self.addresses)
        self._labels = Labels(self.client, self.addresses, settings.label)
        self._milestones = Milestones(self.client, self.addresses, settings.milestone)
        self._shop: Workshop | None = None
        self._besides = 0

    @classmethod
    def open(
        cls,
        name: str,
        settings: GitHubSettings,
        *,
        root: Path,
        clock: Callable[[], datetime],
        read_only: bool,
        timing: Timing | None = None,
    ) -> GitHubTracker:
        """See ``syncer.trackers.TrackerFactory``. Nothing is sent yet.

        Args:
            name: What the configuration calls it.
            settings: Its settings.
            root: Where relative paths start from.
            clock: The present.
            read_only: Whether nothing may be written.
            timing: How time passes, unless it is as it always does.

        Raises:
            ConfigurationError: There is no token, or a key or certificate can't be read.
        """
        addresses, client = connect(name, settings, root, timing or Timing(now=clock))
        return cls(name, settings, addresses, client, clock, read_only)

    # What is known without asking

    @property
    def name(self) -> str:
        """What the configuration calls it."""
        return self.label

    @property
    def capabilities(self) -> Capabilities:
        """What its issues can hold, which depends on the settings."""
        settings = self.settings
        fields: set[Field] = {"action", "owner", "status"}
        if settings.due_field or settings.due_milestones:
            fields.add("due")
        if settings.priority_field:
            fields.add("priority")
        assigned = settings.assigned_is_in_progress
        states = States(
            labels=settings.labels_by_status, options=settings.options_by_status, assigned=assigned
        )
        return Capabilities(
            fields=frozenset(fields),
            free_owner=False,
            updates_text=True,
            title_limit=TITLE_LIMIT,
            statuses=states.kept_apart,
            mentions=settings.mentions,
            starts_when_assigned=assigned,
        )

    def resolve(self, reference: str) -> str | None:
        """The number that ``#12``, ``acme/shop#12`` or the address of an issue names; ``None`` for anything else."""
        return self.addresses.resolve(reference)

    def names(self, key: str) -> Names:
        """``#12``, ``acme/shop#12`` and the address of its page."""
        return self.addresses.names(key)

    # Reading

    def read(self, keys: Collection[str]) -> Mapping[str, Issue | Missing]:
        """See ``Tracker.read``."""
        shape = self._find_shape()
        found = self._reader.read([int(key) for key in keys if NUMBER.fullmatch(key)])
        return {
            key: _issue(found[int(key)], shape) if NUMBER.fullmatch(key) else ABSENT for key in keys
        }

    def confirm(self, keys: Collection[str]) -> Mapping[str, Issue | Missing]:
        """See ``Tracker.confirm``; it answers for those that were read from a list only."""
        shape = self._find_shape()
        found = self._reader.confirm([int(key) for key in keys if NUMBER.fullmatch(key)])
        return {str(number): _issue(raw, shape) for number, raw in found.items()}

    def marked(self) -> Iterator[Issue]:
        """See ``Tracker.marked``."""
        shape = self._find_shape()
        listed = self._reader.labelled()
        self._labels.learn(listed)
        waiting = deque(listed)
        while waiting:
            issue = shape.issue(waiting.popleft())
            if issue.marker is not None:
                yield issue

    def find_accounts(self, owners: Collection[str]) -> Mapping[str, str | None]:
        """See ``Tracker.find_accounts``: logins that can be assigned, and people by their public e-mail address."""
        return self._assignees.find(owners)

    def check(self, drafts: Sequence[Draft], updates: Mapping[str, Update]) -> Sequence[Refused]:
        """See ``Tracker.check``: what the repository and the settings have against it."""
        if not (drafts or updates):
            return ()
        repository = self._reader.repository or self.client.get_object(self.addresses.path)
        objections = list(
            objections_of_repository(
                repository, self.addresses, personal=self.client.credentials.is_personal
            )
        )
        if drafts and not objections:
            objections += objections_of_settings(
                self.client, self.addresses, self._milestones, self.settings.issue_type
            )
        if not objections:
            self._besides = self._count_besides(drafts, updates.values())
        return objections

    def _count_besides(self, drafts: Sequence[Draft], updates: Iterable[Update]) -> int:
        """How many writes come besides one for each: for labels and milestones that have to be made, and for states."""
        settings, changes = self.settings, list(updates)
        states = settings.labels_by_status
        statuses = [draft.status for draft in drafts if draft.status in states]
        statuses += [
            one.status for one in changes if one.status is not None and one.status in states
        ]
        labels = {settings.label} if drafts else set[str]()
        labels |= {label for draft in drafts for label in draft.labels}
        labels |= {states[status] for status in statuses}
        count = self._labels.missing(labels)
        count += sum(draft.status.finished for draft in drafts)
        count += sum(update.status in states for update in changes)
        if settings.due_milestones:
            dates = [draft.due for draft in drafts] + [update.due or "" for update in changes]
            count += self._milestones.missing(dates)
        return count

    def usage(self) -> Usage:
        """What the requests of this look cost, and what is left."""
        return self.client.usage()

    def cost(self, work: Workload) -> Cost:
        """See ``Tracker.cost``: an issue that is changed is read first."""
        calls, writes = (
            each.creates * work.creates
            + each.updates * work.updates
            + each.comments * work.comments
            for each in (_CALLS, _WRITES)
        )
        calls, writes = calls + self._besides, writes + self._besides
        return Cost(calls, self.client.seconds_for(writes))

    # Writing

    def create(self, draft: Draft) -> Answer:
        """See ``Tracker.create``."""
        return file(self._workshop(), draft)

    def update(self, key: str, update: Update) -> Answer:
        """See ``Tracker.update``."""
        shop = self._workshop()
        return change(shop, int(key), update) if NUMBER.fullmatch(key) else _no_key(key)

    def comment(self, key: str, text: str) -> Answer:
        """See ``Tracker.comment``."""
        shop = self._workshop()
        return comment(shop, int(key), text) if NUMBER.fullmatch(key) else _no_key(key)

    def refresh(self) -> None:
        """A new look begins: with new budgets, and with what has changed since the last one."""
        self.client.refresh()
        self._reader.refresh()
        if self._shop is not None:
            self._shop.failed = None
        self._assignees.forget()
        self._labels.forget()
        self._milestones.forget()
        self._besides = 0

    def join(self, others: Iterable[Tracker]) -> None:
        """Write no faster, together with other repositories, than the account may that they share."""
        for other in others:
            if isinstance(other, GitHubTracker) and other.client.shares_account(self.client):
                self.client.http.pace = other.client.http.pace
                return

    def share(self, paces: Paces) -> None:
        """See ``Tracker.share``: the pace of the account, on its server."""
        client = self.client
        account = ("github", client.wire.url, client.credentials.account)
        client.http.pace = paces.of(account, client.http.pace)

    def heed(self, permission: Permission | None) -> None:
        """See ``Tracker.heed``."""
        self.client.http.permission = permission

    def rest(self) -> None:
        """See ``Tracker.rest``."""
        self.client.rest()

    def close(self) -> None:
        """Give back the connection. Calling it twice is harmless."""
        self.client.close()

    def _find_shape(self) -> Shape:
        if self._shape is None:
            self._shape = shape_of(self.settings, self.client)
        return self._shape

    def _workshop(self) -> Workshop:
        if self.read_only:
            raise InternalError("a write was asked of a read-only tracker")
        if self._shop is None:
            self._shop = Workshop(
                client=self.client,
                addresses=self.addresses,
                reader=self._reader,
                shape=self._find_shape(),
                labels=self._labels,
                milestones=self._milestones,
                issue_type=self.settings.issue_type,
            )
        return self._shop


def _issue(found: Raw | Missing, shape: Shape) -> Issue | Missing:
    return shape.issue(found) if isinstance(found, Raw) else found


def _no_key(key: str) -> Refused:
    return Refused(f"there is no issue “{key[:50]}”", "Name an issue by its number, #12.")
