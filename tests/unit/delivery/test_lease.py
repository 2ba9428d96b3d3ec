"""The lease: one run at a time, whatever the clocks say and wherever an answer gets lost."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from syncer.delivery.lease import Lease
from syncer.errors import DeliveryError, TrackerError
from syncer.permission import Always

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

    from syncer.delivery.git import Git
    from syncer.permission import Permission

REF = "refs/syncer/lease"
LIFETIME = 120.0


@dataclass
class Server:
    """The repository: one ref, and the objects that were pushed.

    Attributes:
        value: What the ref stands for.
        objects: Every object's text, by id.
        trouble: What becomes of the next pushes: ``lost`` before or ``unanswered`` after the effect, or nothing.
    """

    value: str = ""
    objects: dict[str, str] = field(default_factory=dict)
    trouble: list[str] = field(default_factory=list)
    pushes: int = 0


@dataclass
class Local:
    """Git on one machine, as far as a lease uses it; and its remote."""

    server: Server
    name: str = "origin"
    reachable: bool = True
    numbers = itertools.count(1)

    @property
    def git(self) -> Git:
        return self  # type: ignore[return-value]  # as much of it as is used

    def within(self, extra: Mapping[str, str]) -> Local:
        assert extra["GIT_AUTHOR_NAME"] == "syncer"
        return self

    def text(self, *arguments: str, given: bytes = b"") -> str:
        if arguments[0] == "mktree":
            return "empty"
        if arguments[0] == "commit-tree":
            identity = f"c{next(self.numbers)}"
            self.server.objects[identity] = given.decode()
            return identity
        assert arguments[:2] == ("cat-file", "commit")
        return self.server.objects[arguments[2]]

    def ref(self, ref: str) -> str:
        assert ref == REF
        self._reach()
        return self.server.value

    def fetch(self, ref: str) -> str:
        return self.ref(ref)

    def push(self, commit: str, ref: str, *, expected: str | None) -> bool:
        assert ref == REF
        self._reach()
        self.server.pushes += 1
        trouble = self.server.trouble.pop(0) if self.server.trouble else ""
        if trouble == "lost":
            raise DeliveryError("the connection was reset")
        done = self.server.value == expected
        if done:
            self.server.value = commit
        if trouble == "unanswered":
            raise DeliveryError("the connection was reset")
        return done

    def _reach(self) -> None:
        if not self.reachable:
            raise DeliveryError("no route to host")


class Clock:
    """A machine's own clock. ``during`` is called with each wait, for what others do meanwhile."""

    def __init__(self, during: Callable[[float], None] = lambda _: None) -> None:
        self.time = 1000.0
        self.waits: list[float] = []
        self.during = during

    def __call__(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds
        self.waits.append(seconds)
        self.during(seconds)


def lease(
    server: Server | Local, clock: Clock, *, patience: float = 600.0, lifetime: float = LIFETIME
) -> Lease:
    remote = server if isinstance(server, Local) else Local(server)
    return Lease(
        remote,  # type: ignore[arg-type]  # as much of one as is used
        ref=REF,
        lifetime=lifetime,
        patience=patience,
        clock=clock,
        alone=Always(clock.sleep),
        holder="ci.acme.example",
    )


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def held(server: Server) -> bool:
    return "state: held" in server.objects.get(server.value, "")


class TestATurn:
    def test_it_is_had_and_given_back(self, server: Server, clock: Clock) -> None:
        with lease(server, clock).turn(None) as permission:
            assert held(server)
            permission.check()
        assert not held(server)
        assert clock.waits == []

    def test_it_is_given_back_where_the_run_fails(self, server: Server, clock: Clock) -> None:
        with pytest.raises(KeyboardInterrupt), lease(server, clock).turn(None):
            raise KeyboardInterrupt
        assert not held(server)

    def test_no_value_comes_twice(self, server: Server, clock: Clock) -> None:
        values = []
        for _ in range(3):
            with lease(server, clock).turn(None):
                values.append(server.value)
            values.append(server.value)
        assert len(set(values)) == 6

    def test_the_next_one_waits_until_it_is_free(self, server: Server) -> None:
        first, waiting = lease(server, Clock()).turn(None), Clock()
        first.__enter__()

        def ends(_: float) -> None:
            if len(waiting.waits) == 3:
                first.__exit__(None, None, None)

        waiting.during = ends
        with lease(server, waiting).turn(None):
            assert held(server)
        assert len(waiting.waits) == 3

    def test_one_that_waits_too_long_is_told_for_whom(self, server: Server, clock: Clock) -> None:
        holder, busy = Clock(), lease(server, Clock())
        with busy.turn(None) as permission:
            busy._clock = holder

            def works(seconds: float) -> None:
                holder.time += seconds
                permission.check()

            clock.during = works
            with (
                pytest.raises(DeliveryError, match=r"ci\.acme\.example has been working") as error,
                lease(server, clock, patience=300).turn(None),
            ):
                pytest.fail("two at once")
        assert f"git push origin :{REF}" in error.value.remedy
        assert 300 <= sum(clock.waits) < 320

    def test_a_dead_one_is_followed_after_its_lifetime(self, server: Server, clock: Clock) -> None:
        dead = lease(server, Clock()).turn(None)
        dead.__enter__()
        with lease(server, clock).turn(None) as permission:
            permission.check()
        assert LIFETIME <= sum(clock.waits) < LIFETIME + 15

    def test_how_long_a_silent_one_may_be_is_its_own_to_say(
        self, server: Server, clock: Clock
    ) -> None:
        dead = lease(server, Clock(), lifetime=400).turn(None)
        dead.__enter__()
        with lease(server, clock, lifetime=10).turn(None):
            pass
        assert sum(clock.waits) >= 400

    @pytest.mark.parametrize("text", ["", "state: held\nlifetime: nan-ish\n", "lifetime: 1e99\n"])
    def test_a_value_that_says_nothing_is_somebody_s_for_a_while(
        self, server: Server, clock: Clock, text: str
    ) -> None:
        server.value, server.objects["x"] = "x", text
        with lease(server, clock, patience=1e6, lifetime=60).turn(None):
            pass
        assert 60 <= sum(clock.waits) <= 86_400 + 15

    def test_a_server_that_takes_no_such_ref_is_told_with_the_remedy(
        self, server: Server, clock: Clock
    ) -> None:
        server.trouble = ["lost"]
        with (
            pytest.raises(DeliveryError, match="can't be had: the connection was reset") as error,
            lease(server, clock).turn(None),
        ):
            pytest.fail("it isn't had")
        assert "delivery.lease.enabled: false" in error.value.remedy


class TestHolding:
    def test_it_is_moved_on_while_it_is_used(self, server: Server, clock: Clock) -> None:
        with lease(server, clock).turn(None) as permission:
            first, pushes = server.value, server.pushes
            for _ in range(39):
                clock.time += 1
                permission.check()
            assert server.pushes == pushes
            clock.time += 1
            permission.check()
            assert server.value != first

    def test_one_that_was_taken_is_lost_for_good(self, server: Server, clock: Clock) -> None:
        with lease(server, clock).turn(None) as permission:
            clock.time += LIFETIME
            with lease(server, Clock(lambda _: None)).turn(None):
                for _ in range(2):
                    with pytest.raises(TrackerError, match="another run may be at work"):
                        permission.check()
                theirs = server.value
            assert server.value != theirs
        assert not held(server)

    def test_one_that_nobody_took_is_still_held_after_a_long_sleep(
        self, server: Server, clock: Clock
    ) -> None:
        with lease(server, clock).turn(None) as permission:
            clock.time += 10 * LIFETIME
            permission.check()
            assert held(server)

    def test_a_network_that_fails_is_put_up_with_until_it_gets_dangerous(
        self, server: Server, clock: Clock
    ) -> None:
        local = Local(server)
        with lease(local, clock).turn(None) as permission:
            local.reachable = False
            clock.time += LIFETIME / 2
            permission.check()
            clock.time += LIFETIME / 2
            with pytest.raises(TrackerError, match="no route to host"):
                permission.check()

    def test_what_was_moved_without_an_answer_is_found_to_be_its_own(
        self, server: Server, clock: Clock
    ) -> None:
        with lease(server, clock).turn(None) as permission:
            for _ in range(3):
                server.trouble = ["unanswered"]
                clock.time += LIFETIME / 2
                permission.check()
        assert not held(server)

    def test_the_outer_permission_counts_as_well(self, server: Server, clock: Clock) -> None:
        class Stopped:
            def check(self) -> None:
                raise TrackerError("told to stop")

            def wait(self, seconds: float) -> None:
                raise TrackerError(f"told to stop, with {seconds} s to wait")

        mine = lease(server, clock)
        with mine.turn(Stopped()) as permission:
            with pytest.raises(TrackerError, match="told to stop"):
                permission.check()
            with pytest.raises(TrackerError, match="told to stop"):
                permission.wait(10_000)
            mine.confirm()  # what was done may still be delivered
            assert held(server)


class TestWaiting:
    def test_a_short_wait_keeps_it(self, server: Server, clock: Clock) -> None:
        clock.during = lambda _: pytest.fail("it was given up") if not held(server) else None
        with lease(server, clock).turn(None) as permission:
            for _ in range(20):
                permission.wait(LIFETIME / 3)
                permission.check()
        assert len(clock.waits) == 20

    def test_a_long_one_gives_it_up_and_takes_it_back(self, server: Server, clock: Clock) -> None:
        clock.during = lambda _: pytest.fail("it was kept") if held(server) else None
        with lease(server, clock).turn(None) as permission:
            permission.wait(3600)
            permission.check()
            assert held(server)

    def test_where_somebody_was_at_work_meanwhile_it_is_not_taken_back(
        self, server: Server, clock: Clock
    ) -> None:
        def somebody(_: float) -> None:
            with lease(server, Clock()).turn(None):
                pass

        clock.during = somebody
        with lease(server, clock).turn(None) as permission:
            with pytest.raises(TrackerError, match="another run may be at work"):
                permission.wait(3600)
            with pytest.raises(TrackerError):
                permission.check()
        assert not held(server)


class _ElsewhereError(Exception):
    """A run that would wait does something else in the meantime: it is asked again later."""


class Runner:
    """A machine with a clock that goes at its own pace, and runs that begin, write, wait and die."""

    def __init__(self, server: Server, pace: float) -> None:
        self.local, self.pace, self.clock = Local(server), pace, Clock()
        self.permission: Permission | None = None
        self.context: AbstractContextManager[Permission] | None = None
        self.lease: Lease | None = None
        self.dead: list[object] = []  # whose turns aren't tidied up by anybody
        self._made()

    def _made(self) -> None:
        def refuse(_: float) -> None:
            raise _ElsewhereError

        self.lease = lease(self.local, self.clock)
        self.lease._alone = Always(refuse)


class Machines(RuleBasedStateMachine):
    """Three machines and one ref. At any moment, at most one of them may write."""

    @initialize(paces=st.lists(st.floats(0.9, 1.1), min_size=3, max_size=3))
    def begin(self, paces: list[float]) -> None:
        self.server = Server()
        self.runners = [Runner(self.server, pace) for pace in paces]

    @rule(seconds=st.floats(0.1, 200.0))
    def time_passes(self, seconds: float) -> None:
        for runner in self.runners:
            runner.clock.time += seconds * runner.pace

    @rule(trouble=st.lists(st.sampled_from(["", "lost", "unanswered"]), max_size=3))
    def network(self, trouble: list[str]) -> None:
        self.server.trouble = trouble

    @rule(number=st.integers(0, 2), patiently=st.booleans())
    def start(self, number: int, *, patiently: bool) -> None:
        runner = self.runners[number]
        if runner.permission is not None:
            return
        assert runner.lease is not None
        context = runner.lease.turn(None)
        if patiently:
            runner.lease._alone = Always(self.waiting(runner))
        try:
            runner.permission = context.__enter__()
            runner.context = context
        except (_ElsewhereError, DeliveryError):
            runner._made()

    def waiting(self, runner: Runner) -> Callable[[float], None]:
        """Time goes by for everybody while one waits; the others don't renew meanwhile, so they die."""

        def wait(seconds: float) -> None:
            for one in self.runners:
                one.clock.time += seconds * one.pace / runner.pace

        return wait

    @rule(number=st.integers(0, 2))
    def die(self, number: int) -> None:
        runner = self.runners[number]
        runner.dead.append(runner.context)
        runner.permission, runner.context = None, None
        runner._made()

    @rule(number=st.integers(0, 2))
    def finish(self, number: int) -> None:
        runner = self.runners[number]
        if runner.context is not None:
            runner.context.__exit__(None, None, None)
            runner.permission, runner.context = None, None

    @invariant()
    def at_most_one_may_write(self) -> None:
        trouble, self.server.trouble = self.server.trouble, []
        may = []
        for runner in self.runners:
            if runner.permission is None:
                continue
            try:
                runner.permission.check()
            except TrackerError:
                continue
            may.append(runner)
        self.server.trouble = trouble
        assert len(may) <= 1


TestMachines = Machines.TestCase
TestMachines.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
