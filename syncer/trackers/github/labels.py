"""Labels: made before they are used, because GitHub may drop one that it doesn't know."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from syncer.trackers.base import Refused, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from syncer.trackers.github.addresses import Addresses
    from syncer.trackers.github.client import Client
    from syncer.trackers.github.raw import Raw

_COLOR: Final = "5319e7"
_DESCRIPTION: Final = "Action items of post-mortems, filed by syncer"
_TAKEN: Final = "already_exists"


@dataclass(slots=True)
class Labels:
    """Knows which labels there are.

    Attributes:
        client: Sends the requests.
        addresses: Where the repository is.
        own: The label of the issues that syncer filed.
        known: Labels that exist, in small letters.
    """

    client: Client
    addresses: Addresses
    own: str
    known: set[str] = field(default_factory=set)

    def missing(self, names: Iterable[str]) -> int:
        """How many of these labels may have to be made, for all that is known."""
        return len({name.casefold() for name in names} - self.known)

    def forget(self) -> None:
        """A new look begins: labels are deleted, too."""
        self.known.clear()

    def learn(self, issues: Iterable[Raw]) -> None:
        """What stands on an issue exists."""
        for raw in issues:
            self.known.update(label.casefold() for label in raw.labels)

    def ensure(self, names: Iterable[str]) -> Refused | Unknown | None:
        """See to it that these labels exist; an answer other than ``None`` says why they don't."""
        for name in names:
            if name.casefold() in self.known:
                continue
            label = {"name": name}
            if name == self.own:
                label |= {"color": _COLOR, "description": _DESCRIPTION}
            answer = self.client.post(f"{self.addresses.path}/labels", label, needs=("name",))
            if isinstance(answer, Refused):
                if _TAKEN not in answer.reason:
                    return Refused(
                        f"the label “{name}” can't be made: {answer.reason}", answer.remedy
                    )
            elif isinstance(answer, Unknown):
                return answer
            self.known.add(name.casefold())
        return None
