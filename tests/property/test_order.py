"""Changes that are independent of each other come to the same in any order."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syncer.applying import Applier
from syncer.batching import Planned
from syncer.sending import Sender
from syncer.sync import survey
from tests.support.editable import documents
from tests.support.forwarding import Forwarding
from tests.support.interruptions import Wire
from tests.support.model_tracker import ModelTracker
from tests.support.people import post_mortems
from tests.support.story import begin, file_twice
from tests.support.unrest import unsettle
from tests.support.worlds import MemoryWorld

if TYPE_CHECKING:
    from random import Random

    from syncer.core.reconciling.documentplan import DocumentPlan
    from tests.support.worlds import Contents

_fewer = settings(
    max_examples=max(settings().max_examples // 4, 1),  # each is several runs
    suppress_health_check=[HealthCheck.too_slow],  # whole documents are drawn, in small steps
)


ONE_ISSUE = """\
# Outage

## Action Items

| Action | Status | Issue |
|---|---|---|
| Alert on queue depth | Not Started | SHOP-12 |
"""
"""Two documents say this: the issue is one of theirs."""


@st.composite
def worlds(draw: st.DrawFn) -> MemoryWorld:
    """Documents of many shapes: some synced already and edited since on both sides, some new."""
    tracker = ModelTracker(rich=draw(st.booleans()))
    for number in range(20):  # more than the documents call by their numbers
        tracker.file(f"Somebody's issue {number}")
    texts = draw(st.lists(documents() | post_mortems(), min_size=2, max_size=4))
    # What the documents call #7 is called SHOP-7 here.
    named = {f"{n}.md": re.sub(r"#(\d)", r"SHOP-\1", text) for n, text in enumerate(texts)}
    named |= dict.fromkeys(("one.md", "two.md"), ONE_ISSUE)
    old = dict(list(named.items())[: draw(st.integers(0, 2))])
    world = MemoryWorld(old, tracker, Forwarding)
    world.run(Wire())
    unsettle(world, draw(st.randoms(use_true_random=False)))
    for path in named.keys() - old.keys():
        world.write(path, named[path])
    return world


def applied(world: MemoryWorld, order: Random | None = None) -> Contents:
    """What comes of the plan in the order of a run, or in another one; numbers of new issues aside."""
    world = world.copy()
    job = world.job()
    found = survey(job)
    sender = Sender(job.trackers)
    applier = Applier(sender, job.store, job.trackers, job.vocabulary, job.rules, job.parse)
    planned = [Planned(p, found.digests[p], plan) for p, plan in sorted(found.documents.items())]
    if order is not None:
        order.shuffle(planned)
        planned = [one._replace(plan=_shuffled(one.plan, order)) for one in planned]
    heal_at = len(planned) if order is None else order.randint(0, len(planned))
    for one in planned[:heal_at]:
        applier.apply([one])
    applier.heal(found.duplicates)
    for one in planned[heal_at:]:
        applier.apply([one])
    return world.contents().without_numbers()


def _shuffled(plan: DocumentPlan, order: Random) -> DocumentPlan:
    return replace(plan, entries=tuple(order.sample(plan.entries, len(plan.entries))))


@_fewer
@given(worlds(), st.randoms(use_true_random=False))
def test_a_plan_is_applied_in_any_order_with_one_result(world: MemoryWorld, order: Random) -> None:
    assert applied(world, order) == applied(world)


@pytest.mark.parametrize("rich", [True, False])
@_fewer
@given(order=st.randoms(use_true_random=False))
def test_changes_of_every_kind_are_applied_in_any_order(*, rich: bool, order: Random) -> None:
    world = MemoryWorld({}, ModelTracker(rich=rich))
    begin(world)
    file_twice(world.tracker, "Watch expiry dates")
    assert applied(world, order) == applied(world)


@_fewer
@given(worlds(), st.randoms(use_true_random=False))
def test_documents_are_read_in_any_order_with_one_plan(world: MemoryWorld, order: Random) -> None:
    paths = sorted(world.texts())
    plan = survey(world.job(), paths).plan
    assert survey(world.job(), order.sample(paths, len(paths))).plan == plan
