"""Statuses and the statuses of a project's workflow: by category, finer by name, and how to get from one to another."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from syncer.model import Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from syncer.trackers.jira.raw import Raw, State

_BY_CATEGORY: Final[Mapping[str, tuple[Status, ...]]] = {
    "new": (Status.NOT_STARTED,),
    "indeterminate": (Status.IN_PROGRESS, Status.BLOCKED),
    "done": (Status.DONE, Status.WONT_DO),
    "undefined": (Status.NOT_STARTED, Status.IN_PROGRESS, Status.BLOCKED),
}
_CATEGORY: Final = {
    Status.NOT_STARTED: "new",
    Status.IN_PROGRESS: "indeterminate",
    Status.BLOCKED: "indeterminate",
    Status.DONE: "done",
    Status.WONT_DO: "done",
}
_DROPPED: Final = frozenset(
    {
        *("won't do", "won't fix", "wont do", "wont fix", "declined", "duplicate", "rejected"),
        *("cannot reproduce", "not a bug", "obsolete", "invalid", "abandoned", "canceled"),
        *("cancelled", "won\u2019t do", "won\u2019t fix"),
    }
)
"""Names of resolutions, and of statuses, that say that nothing was done."""

_HALTED: Final = frozenset({"blocked", "on hold", "waiting", "paused", "impeded", "stuck"})
"""Names of statuses that an issue isn't taken through on its way to another one, if there is another way."""

RESOLUTION: Final = "resolution"
"""Id of the field that says how an issue ended; it is always filled in."""

_ORDER: Final = ("new", "undefined", "indeterminate", "done")


@dataclass(frozen=True, slots=True)
class Shown:
    """What an issue's status means: the status that a document would be given, and all that agree with it."""

    status: Status
    statuses: frozenset[Status]


@dataclass(frozen=True, slots=True)
class Transition:
    """A way from the status that an issue has.

    Attributes:
        id: Its id.
        name: Its name.
        to: Where it leads.
        fields: What its screen asks for, by the field's id, as Jira describes it.
    """

    id: str
    name: str
    to: State
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def names(self) -> dict[str, str]:
        """What its screen's fields are called, by their ids."""
        return {id_: str(meta.get("name") or id_) for id_, meta in self.fields.items()}

    @property
    def demanded(self) -> list[str]:
        """Ids of the fields that it isn't made without."""
        return [
            id_
            for id_, meta in self.fields.items()
            if meta.get("required") and not meta.get("hasDefaultValue")
        ]


@dataclass(frozen=True, slots=True)
class Workflow:
    """How statuses are told apart.

    Attributes:
        names: Names of Jira's statuses for ours, where the configuration says some.
        resolutions: Name of the resolution for *Done* and for *Won't Do*, likewise.
    """

    names: Mapping[Status, Sequence[str]] = field(default_factory=dict)
    resolutions: Mapping[Status, str] = field(default_factory=dict)

    @property
    def kept_apart(self) -> frozenset[Status]:
        """The statuses that have one of their own."""
        named = {status for status, names in self.names.items() if names}
        apart = {Status.NOT_STARTED, Status.DONE, *named}
        if Status.WONT_DO in self.resolutions:
            apart.add(Status.WONT_DO)
        if Status.BLOCKED in named:
            apart.add(Status.IN_PROGRESS)
        return frozenset(apart)

    def shown(self, raw: Raw) -> Shown:
        """What an issue's status means."""
        named = [s for s, names in self.names.items() if _is_among(raw.state.name, names)]
        if named and any(not status.finished for status in named):
            return Shown(named[0], frozenset(named))
        if raw.state.category == "done" or named:
            return self._finished(raw, named)
        elsewhere = {status for status, names in self.names.items() if names}
        fitting = list(_BY_CATEGORY.get(raw.state.category, _BY_CATEGORY["undefined"]))
        fitting = [s for s in fitting if s not in elsewhere or s is not Status.BLOCKED] or fitting
        return Shown(fitting[0], frozenset(fitting))

    def fits(self, transition: Transition, status: Status) -> bool:
        """Whether a transition leads to where a status is at home."""
        names = self.names.get(status)
        if names:
            return _is_among(transition.to.name, names)
        others = [n for s, those in self.names.items() if s is not status for n in those]
        if status is Status.DONE and transition.to.name.casefold() in _DROPPED:
            return False
        return transition.to.category == _CATEGORY[status] and not _is_among(
            transition.to.name, others
        )

    def best(self, transitions: Sequence[Transition], status: Status) -> Transition | None:
        """The transition of several that says a status best, and asks for the least.

        The order of the configured names counts first. *Won't Do* goes where the name says so, if there is such a
        status, and *In Progress* not to one that is called a halt.
        """
        order = [name.casefold() for name in self.names.get(status, ())]

        def rank(one: Transition) -> tuple[int, bool, bool]:
            name = one.to.name.casefold()
            says_other = (status is Status.WONT_DO and name not in _DROPPED) or (
                status is Status.IN_PROGRESS and name in _HALTED
            )
            demands = bool(set(one.demanded) - {RESOLUTION})
            return (order.index(name) if name in order else 0, says_other, demands)

        fitting = [one for one in transitions if self.fits(one, status)]
        return min(fitting, key=rank, default=None)

    def nearer(
        self, transitions: Sequence[Transition], status: Status, present: State, seen: set[str]
    ) -> Transition | None:
        """A transition that doesn't lead there, but on the way: towards it, and to where the issue hasn't been.

        Args:
            transitions: Those that there are.
            status: Where it is to lead in the end.
            present: Where the issue is.
            seen: Ids of the statuses that it came through.
        """
        here, there = _ORDER.index(_known(present.category)), _ORDER.index(_CATEGORY[status])
        low, high = sorted((here, there))
        ahead = [
            one
            for one in transitions
            if one.to.id not in seen
            and low <= _ORDER.index(_known(one.to.category)) <= high
            and one.to.name.casefold() not in _DROPPED
        ]
        return min(ahead, key=lambda one: one.to.name.casefold() in _HALTED, default=None)

    def resolution(self, status: Status, allowed: Sequence[str]) -> str:
        """The resolution that an issue gets on its way to a status, of those that a screen offers; empty for none."""
        wanted = self.resolutions.get(status)
        if wanted is not None:
            return next((one for one in allowed if one.casefold() == wanted.casefold()), wanted)
        dropped = [one for one in allowed if one.casefold() in _DROPPED]
        done = [one for one in allowed if one.casefold() not in _DROPPED]
        fitting = dropped if status is Status.WONT_DO else done
        return next(iter(fitting or allowed), "")

    def _finished(self, raw: Raw, named: Sequence[Status]) -> Shown:
        if len(named) == 1:
            return Shown(named[0], frozenset(named))
        dropped = self.resolutions.get(Status.WONT_DO, "").casefold()
        resolution = raw.resolution.casefold()
        if not self.names.get(Status.WONT_DO) and raw.state.name.casefold() in _DROPPED:
            return Shown(Status.WONT_DO, frozenset({Status.WONT_DO}))
        is_dropped = resolution in _DROPPED or (dropped != "" and resolution == dropped)
        status = Status.WONT_DO if is_dropped else Status.DONE
        both = {status} if dropped else {Status.DONE, Status.WONT_DO}
        return Shown(status, frozenset(both))


def transitions_of(data: Sequence[Mapping[str, Any]], state: Any) -> list[Transition]:
    """The transitions in an answer; ``state`` reads a status."""
    return [
        Transition(
            str(one["id"]), str(one.get("name", "")), state(one["to"]), one.get("fields") or {}
        )
        for one in data
    ]


def _is_among(name: str, names: Sequence[str]) -> bool:
    return any(name.casefold() == one.casefold() for one in names)


def _known(category: str) -> str:
    return category if category in _ORDER else "undefined"
