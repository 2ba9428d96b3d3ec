"""The whole engine again, where issues are told that their rows are gone, or closed for that.

Besides all that ``tests/support/world.py`` asks for: no issue is told or closed while a row names it, none is closed
without having been told, and none is told more than twice for one removal.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from syncer.model import Removal
from tests.property.test_engine_stateful import LONG, Engine, numbers, rows
from tests.support import people, tallies
from tests.support.model_tracker import Fault

if TYPE_CHECKING:
    from syncer.core.reconciling.removed import OnRemoved
    from syncer.core.tracking import Issue
    from tests.support.model_tracker import Sent

COUNTS: Final[Counter[str]] = Counter()


class Removing(Engine):
    """The engine of the other test, with people who delete rows and put them back."""

    def __init__(self) -> None:
        super().__init__()
        self.told: Counter[int] = Counter()
        self.said = 0

    @invariant()
    def watches(self) -> None:
        """Each write, besides what the world makes of it."""
        if hasattr(self, "world"):
            self.world.tracker.on_write = self._seen

    def _seen(self, sent: Sent) -> None:
        self.world._issue_written(sent)
        self._written(sent)

    @rule(policy=st.sampled_from(["report", "comment", "close"]))
    def decides(self, policy: OnRemoved) -> None:
        """Somebody changes the configuration."""
        job = self.world.job
        self.world.job = replace(job, rules=replace(job.rules, on_removed=policy))

    @rule(
        which=numbers,
        values=rows,
        policy=st.sampled_from(["comment", "close"]),
        faults=st.lists(st.sampled_from(list(Fault)), max_size=3),
        back=st.sampled_from(["", "the row", "the document"]),
    )
    def takes_a_promise_back(
        self,
        which: int,
        values: tuple[str, ...],
        policy: OnRemoved,
        faults: list[Fault],
        back: str,
    ) -> None:
        """A row that is in step is deleted, and perhaps put back after a sync: by itself, or with all as it was."""
        world = self.world
        self.decides(policy)
        world.store.unreadable.clear()
        world.store.holding = False
        world.tracker.lag = 0
        path = self._path(which)
        note = self._note()
        new = (f"Keep promise number {self.notes}", *values[1:])
        world.rewrite(path, people.add_row(world.store.texts[path], note, new, 0))
        world.sync()
        before = world.store.texts[path]
        world.may_stray(path, 0, though_linked=True)
        world.rewrite(path, people.delete_row(before, 0))
        world.tracker.faults = deque(faults)
        world.sync()
        world.tracker.faults.clear()
        if back:
            now = world.store.texts[path]
            restored = before if back == "the document" else _with_row(now, before)
            world.rewrite(path, restored)
            world.doubt(path, now, restored)
            world.sync()

    def _written(self, sent: Sent) -> None:
        before, after = _removal(sent.before), _removal(sent.after)
        self._hear()
        if after is Removal.NONE:
            COUNTS["rows put back"] += before is not Removal.NONE
            self.told[sent.uid] = 0
        elif before is not after:
            COUNTS[f"removal: {after.value}"] += 1
            if after is Removal.BEGUN:
                self.told[sent.uid] = 0
            if after in (Removal.TOLD, Removal.CLOSED):
                assert self.told[sent.uid], "an issue was closed without a word"
            named = [
                f"{path}:{row.line}"
                for path in self.world.store.texts
                for row in self.world.rows(path)
                if self.world.oracle.uid(row) == sent.uid
            ]
            assert not named, f"issue {sent.uid} is told that it has no row, and {named} name it"

    def _hear(self) -> None:
        """Count what was said since the last time."""
        comments = self.world.tracker.comments
        for uid, text in comments[self.said :]:
            if text.startswith("The row"):
                self.told[uid] += 1
                assert self.told[uid] <= 2, "an issue was told three times that its row is gone"
        self.said = len(comments)


def _with_row(text: str, before: str) -> str:
    """The text with the first row that another version of it has."""
    paper = people.Paper.of(text)
    paper.rows.insert(0, people.Paper.of(before).rows[0])
    return paper.text()


def _removal(issue: Issue | None) -> Removal:
    marker = issue.marker if issue else None
    return marker.state.removed if marker else Removal.NONE


TestRemoving = Removing.TestCase
TestRemoving.settings = settings(
    max_examples=500 if LONG else 30,
    stateful_step_count=40 if LONG else 20,
    deadline=None,
    derandomize=not LONG,
    suppress_health_check=list(HealthCheck),
)


OFTEN: Final = ("removal: begun", "rows put back")
RARELY: Final = ("removal: told", "removal: closed")
"""What the few examples of the ordinary run need not meet."""


@pytest.mark.parametrize("kind", [*OFTEN, *(RARELY if LONG else ())])
def test_the_syncs_above_met_what_they_are_about(kind: str) -> None:
    if not COUNTS:
        pytest.skip("the syncs did not run")
    tallies.show("rows that are removed", COUNTS)
    assert COUNTS[kind] > 0
