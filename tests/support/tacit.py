"""What a tracker says that has nothing to add: reads are direct, owners are what they say, nothing is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from syncer.core.tracking import Cost, Issue, Missing, Usage, Workload
    from syncer.permission import Permission
    from syncer.trackers.base import Tracker
    from syncer.trackers.pace import Paces


class Tacit:
    """The answers of ``syncer.trackers.base.Tracker``, for fakes that don't inherit from it."""

    def confirm(self, keys: Collection[str]) -> Mapping[str, Issue | Missing]:
        del keys
        return {}

    def find_accounts(self, owners: Collection[str]) -> Mapping[str, str | None]:
        del owners
        return {}

    def join(self, others: Iterable[Tracker]) -> None:
        del others

    def share(self, paces: Paces) -> None:
        del paces

    def rest(self) -> None:
        """Nothing is open."""

    def heed(self, permission: Permission | None) -> None:
        del permission

    def usage(self) -> Usage | None:
        return None

    def cost(self, work: Workload) -> Cost | None:
        del work
        return None
