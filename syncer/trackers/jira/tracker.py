"""The tracker of the kind ``jira``: what syncer asks, handed to those who know the answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from syncer.errors import InternalError
from syncer.model import Status
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
from syncer.trackers.http import Timing
from syncer.trackers.jira.addresses import is_key
from syncer.trackers.jira.changing import change, comment
from syncer.trackers.jira.filing import AT_ONCE, file_all
from syncer.trackers.jira.issues import Shape
from syncer.trackers.jira.metadata import Screen, read_screen
from syncer.trackers.jira.opening import connect
from syncer.trackers.jira.people import People
from syncer.trackers.jira.preflight import objections
from syncer.trackers.jira.raw import Raw
from syncer.trackers.jira.reading import Reader
from syncer.trackers.jira.settings import JiraSettings
from syncer.trackers.jira.workflow import Workflow
from syncer.trackers.jira.workshop import Workshop

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from pydantic import BaseModel

    from syncer.permission import Permission
    from syncer.trackers.jira.addresses import Addresses
    from syncer.trackers.jira.client import Client
    from syncer.trackers.pace import Paces

TITLE_LIMIT: Final = 255
"""Longest summary that Jira takes, in characters."""

_UPDATE: Final = 3
"""An issue is read, changed and read again: Jira's answer to a change is empty."""

_COMMENT: Final = 3
"""An issue is read, commented on, and its property counts the comment."""


@dataclass
class JiraTracker(Tracker):
    """Issues of one project. Built by ``open``; nothing is asked before it has to be.

    Attributes:
        label: What the configuration calls it.
        settings: Its settings.
        addresses: Where its issues are.
        client: Sends the requests.
        read_only: Whether every write is a mistake of the caller's.
    """

    settings_model: ClassVar[type[BaseModel]] = JiraSettings

    label: str
    settings: JiraSettings
    addresses: Addresses
    client: Client
    read_only: bool = False

    def __post_init__(self) -> None:
        settings = self.settings
        self._shape = Shape(
            settings.label,
            Workflow(settings.statuses, {Status(n): r for n, r in settings.resolutions.items()}),
            settings.priorities,
        )
        self._reader = Reader(self.client, settings.project, settings.label)
        self._people = People(self.client, settings.project)
        self._screen: Screen | None = None
        self._shop: Workshop | None = None
        self._others = set[str]()

    @classmethod
    def open(
        cls,
        name: str,
        settings: JiraSettings,
        *,
        root: Path,
        clock: Callable[[], datetime],
        read_only: bool,
        timing: Timing | None = None,
    ) -> JiraTracker:
        """See ``syncer.trackers.TrackerFactory``. Nothing is sent yet.

        Raises:
            ConfigurationError: There is no token, or a certificate can't be read.
        """
        addresses, client = connect(name, settings, root, timing or Timing(now=clock))
        return cls(name, settings, addresses, client, read_only)

    # What is known without asking

    @property
    def name(self) -> str:
        """What the configuration calls it."""
        return self.label

    @property
    def capabilities(self) -> Capabilities:
        """What its issues can hold."""
        return Capabilities(
            fields=frozenset({"action", "owner", "due", "status", "priority"}),
            free_owner=False,
            updates_text=False,
            title_limit=TITLE_LIMIT,
            statuses=self._shape.workflow.kept_apart,
            creates_at_once=AT_ONCE,
        )

    def resolve(self, reference: str) -> str | None:
        """The key that ``PAY-7`` or the address of an issue names; ``None`` for anything else."""
        key = self.addresses.resolve(reference)
        return None if key is not None and key.rpartition("-")[0] in self._others else key

    def names(self, key: str) -> Names:
        """``PAY-7``, a longer name that says the site, and the address of its page."""
        return self.addresses.names(key)

    # Reading

    def read(self, keys: Collection[str]) -> Mapping[str, Issue | Missing]:
        """See ``Tracker.read``."""
        found = self._reader.read([key for key in keys if is_key(key)])
        return {key: self._issue(found[key]) if is_key(key) else ABSENT for key in keys}

    def confirm(self, keys: Collection[str]) -> Mapping[str, Issue | Missing]:
        """See ``Tracker.confirm``; it answers for those that a search has shown only."""
        found = self._reader.confirm([key for key in keys if is_key(key)])
        return {key: self._issue(raw) for key, raw in found.items()}

    def marked(self) -> Iterator[Issue]:
        """See ``Tracker.marked``."""
        for raw in self._reader.labelled():
            issue = self._shape.issue(raw, cloud=self._is_cloud)
            if issue.marker is not None:
                yield issue

    def find_accounts(self, owners: Collection[str]) -> Mapping[str, str | None]:
        """See ``Tracker.find_accounts``: people who can be assigned, by account, exact address or exact name."""
        return self._people.find(owners)

    def check(self, drafts: Sequence[Draft], updates: Mapping[str, Update]) -> Sequence[Refused]:
        """See ``Tracker.check``: what the project and the settings have against it."""
        if not (drafts or updates):
            return ()
        return list(
            objections(
                self.client, self.settings, self._find_screen, drafts, list(updates.values())
            )
        )

    def usage(self) -> Usage:
        """What the requests of this look cost, and what is left."""
        return self.client.usage()

    def cost(self, work: Workload) -> Cost:
        """See ``Tracker.cost``: issues are filed fifty at a time, and read again afterwards."""
        filings = -(-work.creates // AT_ONCE)
        calls = 2 * filings + _UPDATE * work.updates + _COMMENT * work.comments
        if self.settings.remote_link:
            calls += work.creates
            filings += work.creates
        writes = filings + work.updates + 2 * work.comments
        return Cost(calls, self.client.seconds_for(writes))

    # Writing

    def create(self, draft: Draft) -> Answer:
        """See ``Tracker.create``."""
        return next(file_all(self._workshop(), [draft]))

    def create_all(self, drafts: Sequence[Draft]) -> Iterator[Answer]:
        """See ``Tracker.create_all``."""
        return file_all(self._workshop(), drafts)

    def update(self, key: str, update: Update) -> Answer:
        """See ``Tracker.update``."""
        shop = self._workshop()
        return change(shop, key, update) if is_key(key) else _no_key(key)

    def comment(self, key: str, text: str) -> Answer:
        """See ``Tracker.comment``."""
        shop = self._workshop()
        return comment(shop, key, text) if is_key(key) else _no_key(key)

    def refresh(self) -> None:
        """A new look begins, with new budgets."""
        self.client.refresh()
        self._reader.refresh()
        self._people.forget()
        self._screen = self._shop = None

    def join(self, others: Iterable[Tracker]) -> None:
        """Leave issues of a project that another tracker on the same site has to that one."""
        for other in others:
            if isinstance(other, JiraTracker) and other.addresses.site == self.addresses.site:
                self.leave(other.settings.project)
                other.leave(self.settings.project)

    def leave(self, project: str) -> None:
        """Leave the issues of another project to somebody else."""
        if project != self.settings.project:
            self._others.add(project)

    def share(self, paces: Paces) -> None:
        """See ``Tracker.share``: the pace of the site, which is spared as a whole."""
        http = self.client.http
        http.pace = paces.of(("jira", self.addresses.site), http.pace)

    def heed(self, permission: Permission | None) -> None:
        """See ``Tracker.heed``."""
        self.client.http.permission = permission

    def rest(self) -> None:
        """See ``Tracker.rest``."""
        self.client.rest()

    def close(self) -> None:
        """Give back the connection. Calling it twice is harmless."""
        self.client.close()

    @property
    def _is_cloud(self) -> bool:
        return self.client.deployment() == "cloud"

    def _issue(self, found: Raw | Missing) -> Issue | Missing:
        return self._shape.issue(found, cloud=self._is_cloud) if isinstance(found, Raw) else found

    def _find_screen(self) -> Screen:
        if self._screen is None:
            settings = self.settings
            self._screen = read_screen(self.client, settings.project, settings.issue_type)
        return self._screen

    def _workshop(self) -> Workshop:
        if self.read_only:
            raise InternalError("a write was asked of a read-only tracker")
        if self._shop is None:
            self._shop = Workshop(
                self.client, self._reader, self.settings, self._shape, self._find_screen()
            )
        return self._shop


def _no_key(key: str) -> Refused:
    return Refused(f"there is no issue “{key[:50]}”", "Name an issue by its key, PAY-7.")
