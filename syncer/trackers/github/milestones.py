"""Milestones: one that all issues get, or one for each due date."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from syncer.errors import TrackerError
from syncer.trackers.base import Refused, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from syncer.trackers.github.addresses import Addresses
    from syncer.trackers.github.client import Client
    from syncer.trackers.github.raw import Milestone

_TITLE: Final = "Due "
_OURS: Final = re.compile(r"Due [0-9]{4}-[0-9]{2}-[0-9]{2}")
_NOON: Final = "T12:00:00Z"
"""GitHub keeps the day only, in its own zone: noon is the same day there."""


@dataclass(slots=True)
class Milestones:
    """Finds milestones by title, and makes those for due dates.

    Attributes:
        client: Sends the requests.
        addresses: Where the repository is.
        fixed: Title of the milestone of every new issue; empty for none.
    """

    client: Client
    addresses: Addresses
    fixed: str = ""
    _numbers: dict[str, int] = field(default_factory=dict)
    _looked: bool = False

    def forget(self) -> None:
        """A new look begins: milestones come and go."""
        self._numbers.clear()
        self._looked = False

    def missing(self, dates: Iterable[str]) -> int:
        """How many milestones have to be made for these due dates.

        Raises:
            TrackerError: They can't be looked up.
        """
        return sum(self._find(f"{_TITLE}{due}") is None for due in {*dates} - {""})

    def for_new(self, due: str) -> int | Refused | Unknown | None:
        """The number of a new issue's milestone; ``due`` is empty where there is no milestone for dates.

        Raises:
            TrackerError: The milestone that the settings name isn't there.
        """
        if due:
            return self._for_date(due)
        return self.fixed_number()

    def fixed_number(self) -> int | None:
        """The number of the milestone that the settings name.

        Raises:
            TrackerError: It isn't there, or can't be looked up.
        """
        if not self.fixed:
            return None
        number = self._find(self.fixed)
        if number is None:
            raise TrackerError(
                f"{self.addresses.repository} has no milestone “{self.fixed}”",
                remedy="Create it, or change `milestone` in the tracker's settings.",
            )
        return number

    def for_change(self, present: Milestone | None, due: str) -> int | Refused | Unknown | None:
        """The number of the milestone that an issue gets for a new due date; ``None`` for none.

        One that somebody put the issue into for another reason stays.
        """
        if present is not None and _OURS.fullmatch(present.title) is None:
            return Refused(f"it is in the milestone “{present.title}”")
        return self._for_date(due) if due else None

    def _for_date(self, due: str) -> int | Refused | Unknown:
        title = f"{_TITLE}{due}"
        number = self._find(title)
        if number is not None:
            return number
        answer = self.client.post(
            f"{self.addresses.path}/milestones",
            {"title": title, "due_on": f"{due}{_NOON}"},
            needs=("number", "title"),
        )
        if isinstance(answer, Refused | Unknown):
            return answer
        self._numbers[title.casefold()] = int(answer["number"])
        return self._numbers[title.casefold()]

    def _find(self, title: str) -> int | None:
        if not self._looked:
            self._look()
            self._looked = True
        return self._numbers.get(title.casefold())

    def _look(self) -> None:
        query: dict[str, Any] = {"state": "all"}
        for page in self.client.pages(f"{self.addresses.path}/milestones", query):
            for one in page:
                self._numbers.setdefault(str(one.get("title", "")).casefold(), int(one["number"]))
