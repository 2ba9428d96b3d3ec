"""The three-way rule for one field: what the base, the document and the tracker together ask for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Literal

from syncer.model import Agreed

if TYPE_CHECKING:
    from syncer.model import Field

Policy = Literal["document", "tracker", "report"]
"""Who wins a conflict; under *report*, nobody."""


class Move(Enum):
    """What has to happen so that the two sides agree."""

    NOTHING = auto()
    TO_DOCUMENT = auto()
    TO_TRACKER = auto()
    CONFLICT = auto()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a field.

    Attributes:
        move: What has to happen.
        base: The agreed value afterwards, where nothing has to happen; else the one before.
        winner: The side whose value a conflict ends with, or ``None`` if a person has to decide.
    """

    move: Move
    base: Agreed | None
    winner: Literal["document", "tracker"] | None = None


def compare(base: Agreed | None, ours: str, theirs: str, policy: Policy) -> Verdict:
    """Decide one field from its canonical values.

    Args:
        base: The last agreed value; ``None`` where there is none.
        ours: The document's value, empty if the cell is.
        theirs: The tracker's value, empty if it has none.
        policy: Who wins where both have moved to different values.

    Returns:
        The verdict. Without a base a side that is empty takes the other's value, and two values that differ are
        a conflict that nobody wins, whatever the policy: there is no telling which is the newer.
    """
    if ours == theirs:
        return Verdict(Move.NOTHING, Agreed.both(ours))
    if base is None:
        if not ours:
            return Verdict(Move.TO_DOCUMENT, None)
        if not theirs:
            return Verdict(Move.TO_TRACKER, None)
        return Verdict(Move.CONFLICT, None)
    if base.is_pair and theirs == base.document:
        # The tracker has come to hold what the document said: a write whose answer was lost did take effect, or a
        # person entered what had been refused. Either way that value is what both sides last agreed on.
        base = Agreed.both(theirs)
    document_moved = ours != base.document
    tracker_moved = theirs != base.tracker
    if document_moved and tracker_moved:
        return Verdict(Move.CONFLICT, base, None if policy == "report" else policy)
    if document_moved:
        return Verdict(Move.TO_TRACKER, base)
    if tracker_moved:
        return Verdict(Move.TO_DOCUMENT, base)
    return Verdict(Move.NOTHING, base)


@dataclass(frozen=True, slots=True)
class Policies:
    """Who wins a conflict, by field.

    ``action`` is special: unless its policy is *tracker*, a rename in the tracker is noted and left, because how
    an issue is called there is the tracker's business.
    """

    action: Policy = "document"
    owner: Policy = "document"
    due: Policy = "document"
    status: Policy = "tracker"
    priority: Policy = "document"

    def of(self, field: Field) -> Policy:
        """The policy of a field."""
        policy: Policy = getattr(self, field)
        return policy
