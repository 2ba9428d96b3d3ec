"""A run that is interrupted, anywhere at all: the next ones end where it would have ended."""

from __future__ import annotations

import itertools
import random
import re
from typing import TYPE_CHECKING, TypeVar

import pytest
from hypothesis import settings

from tests.support.disk_world import DiskWorld
from tests.support.interruptions import Cut, Fate, Wire
from tests.support.model_tracker import Killed, ModelTracker
from tests.support.story import begin, file_twice
from tests.support.worlds import MemoryWorld

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from syncer.core.plan import Plan
    from tests.support.worlds import Contents, World

    Tell = Callable[[str, int], None]

T = TypeVar("T")

ROUNDS = 4
"""How many runs may pass until nothing is left to be done."""

SAMPLE = settings().max_examples
"""How many of very many pairs of interruptions are tried; the long profile tries all of them."""


def in_memory(*, rich: bool) -> World:
    """A story's beginning, with a tracker that has a place for everything, or with one that knows open and closed."""
    world = MemoryWorld({}, ModelTracker(rich=rich))
    begin(world)
    file_twice(world.tracker, "Watch expiry dates")
    return world


def on_disk(folder: Path) -> World:
    """The same with the embedded tracker and files."""
    folders = (folder / str(number) for number in itertools.count())
    world = DiskWorld(next(folders), folders)
    begin(world)
    return world


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Tell:
    """Says in the summary how much was tried."""
    return lambda what, number: record_property("tried", f"{number} {what}")


def cuts(world: World) -> list[Cut]:
    """Every way in which a run on this world could be interrupted."""
    wire = Wire()
    world.copy().run(wire)
    return wire.places


def kills(world: World) -> list[Cut]:
    return [cut for cut in cuts(world) if cut.fate is Fate.KILLED]


def interrupted(world: World, cut: Cut) -> World:
    """What a run leaves behind that was interrupted like this."""
    left = world.copy()
    if cut.fate is Fate.KILLED:
        with pytest.raises(Killed):
            left.run(Wire(cut))
    else:
        left.run(Wire(cut))
    return left


def finished(world: World) -> tuple[Contents, Plan]:
    """What more runs make of it, until one changes nothing; and what that one tells."""
    world = world.copy()
    for _ in range(ROUNDS):
        before = world.contents()
        told = world.run(Wire())
        if world.contents() == before:
            check_each_has_one_issue(world)
            return before, told
    raise AssertionError(f"after {ROUNDS} runs there still is something to be done")


def check_each_has_one_issue(world: World) -> None:
    """Every row has an issue of its own, but for the two that get none; no other issue is open."""
    text = "".join(world.texts().values())
    named = re.findall(r"\[(?:SHOP-|#)(\d+)\] \|\r?$", text, re.MULTILINE)
    assert len(named) == len(set(named)) == 12
    assert len(re.findall(r"\| \|\r?$", text, re.MULTILINE)) == 2
    still_open = {key for key, issue in world.issues().items() if not issue.status.finished}
    assert still_open <= set(named)


class Ends:
    """Holds what interrupted runs leave behind to the end that they should come to, each once."""

    def __init__(self, world: World) -> None:
        self.contents, self.told = finished(world)
        self.met: dict[str, World] = {}

    def check(self, left: World, how: object, *, numbers: bool = True) -> None:
        """With ``numbers``, each issue has to have the very same one."""
        key = repr(left.contents())
        if key in self.met:
            return
        self.met[key] = left
        contents, told = finished(left)
        if not numbers:
            contents, wanted = contents.without_numbers(), self.contents.without_numbers()
        else:
            wanted = self.contents
        assert contents.documents == wanted.documents, how
        assert contents == wanted, how
        assert told == self.told, how


def check_kills(world: World, tell: Tell, *, pairs: int) -> None:
    """Kill a run everywhere, then the run after it."""
    ends = Ends(world)
    ends.check(world, "not at all")
    everywhere = kills(world)
    for cut in everywhere:
        ends.check(interrupted(world, cut), cut)
    places = " ".join(cut.where for cut in everywhere)
    for done in ("looking up", "listing", "filing", "changing", "writing"):
        assert f"before {done}" in places
        assert f"after {done}" in places
    assert len(everywhere) >= 50
    tell("kills", len(everywhere))

    once = list(ends.met)
    # A kill while a run only looks leaves what was there: the first round has shown it everywhere.
    again = [
        (left, cut)
        for left in ends.met.values()
        for cut in kills(left)
        if not re.search("reading|listing|looking", cut.where)
    ]
    assert len(again) >= 200
    for left, cut in some(again, pairs):
        ends.check(interrupted(left, cut), cut)
    # Whatever a second kill leaves behind, a single one could have: so a run may die as often as it likes.
    assert list(ends.met) == once
    tell(f"of {len(again)} second kills", min(len(again), pairs))


def test_killed_at_any_moment(tell: Tell) -> None:
    check_kills(in_memory(rich=True), tell, pairs=10 * SAMPLE)


def test_killed_at_any_moment_where_the_tracker_knows_open_and_closed(tell: Tell) -> None:
    check_kills(in_memory(rich=False), tell, pairs=SAMPLE // 2)


def test_killed_at_any_moment_on_disk(tell: Tell, tmp_path: Path) -> None:
    check_kills(on_disk(tmp_path), tell, pairs=SAMPLE // 3)


@pytest.mark.parametrize("rich", [True, False])
def test_calls_that_fail_or_get_no_answer(tell: Tell, *, rich: bool) -> None:
    """The run goes on with the rest, and the next ones make up for it."""
    world = in_memory(rich=rich)
    ends = Ends(world)
    failures = [cut for cut in cuts(world) if cut.fate is not Fate.KILLED]
    for cut in failures:
        ends.check(interrupted(world, cut), cut, numbers=False)
    assert len(failures) >= 50
    tell("failures and lost answers", len(failures))


@pytest.mark.parametrize("rich", [True, False])
def test_two_interruptions_of_any_kind(tell: Tell, *, rich: bool) -> None:
    world = in_memory(rich=rich)
    ends = Ends(world)
    tried = 0
    for first in some(cuts(world), SAMPLE // 6):
        left = interrupted(world, first)
        for second in some(cuts(left), 5):
            ends.check(interrupted(left, second), (first, second), numbers=False)
            tried += 1
    tell("pairs of any kind", tried)


def some(of: Iterable[T], number: int) -> list[T]:
    """All of them, or a sample that is the same each time."""
    everything = list(of)
    if len(everything) <= number:
        return everything
    return random.Random(20251103).sample(everything, number)  # noqa: S311 - a sample, no secret
