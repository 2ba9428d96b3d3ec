"""The lease: one run at a time, whatever the clocks say and wherever an answer gets lost."""

from __future__ import annotations

import logging

import pytest

from syncer.delivery.lease import Lease
from syncer.errors import DeliveryError, TrackerError
from tests.support.leases import (
    HOLDER,
    LIFETIME,
    REF,
    Clock,
    Local,
    Memory,
    Real,
    Server,
    held,
    lease,
)
from tests.support.repositories import bare, cloned

LOST = "another run may be at work"


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def local(memory: Memory) -> Local:
    return Local(memory)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Real:
    folder = tmp_path_factory.mktemp("lease")
    there = bare(folder / "there.git", {"a.md": "a\n"})
    return Real(there, cloned(there, folder / "here"))


@pytest.fixture(params=["in memory", "in Git"])
def server(request: pytest.FixtureRequest) -> Server:
    """What holds for the one that most tests use holds for Git as well."""
    if request.param == "in memory":
        return Memory()
    real: Real = request.getfixturevalue("real")
    real.there.git("update-ref", "-d", REF)
    return real


class Stopped:
    """Somebody who was told to stop."""

    def check(self) -> None:
        raise TrackerError("told to stop", remedy="Come back later.")

    def wait(self, seconds: float) -> None:
        raise TrackerError(f"told to stop, with {seconds:.0f} s to wait", remedy="Come back later.")


def dead(server: Server, lifetime: float = LIFETIME) -> None:
    """A run had its turn, and does nothing any more."""
    server.put(f"state: held\nholder: {HOLDER}\nlifetime: {lifetime}\n")


class TestATurn:
    def test_it_is_had_and_given_back(self, server: Server, clock: Clock) -> None:
        values = set()
        for _ in range(2):
            with lease(server, clock).turn(None) as permission:
                assert held(server)
                permission.check()
                values.add(server.value)
            assert not held(server)
            values.add(server.value)
        assert clock.waits == []
        assert len(values) == 4, "no value comes twice"

    def test_it_says_who_is_at_work_on_one_line(self, memory: Memory, clock: Clock) -> None:
        mine = Lease(
            memory.remote(),
            ref=REF,
            lifetime=LIFETIME,
            patience=1,
            clock=clock,
            alone=Stopped(),
            holder="a\nstate: free\x1b[31m",
        )
        with mine.turn(None):
            assert "\nholder: a?state: free?[31m\n" in memory.text()
            assert held(memory)

    def test_who_says_nothing_of_itself_is_named_by_machine_and_process(
        self, memory: Memory, clock: Clock
    ) -> None:
        unnamed = Lease(
            memory.remote(), ref=REF, lifetime=9, patience=1, clock=clock, alone=Stopped()
        )
        with unnamed.turn(None):
            assert ", process " in memory.text()

    @pytest.mark.parametrize("error", [KeyboardInterrupt, TrackerError("it failed")])
    def test_it_is_given_back_where_the_run_fails(
        self, memory: Memory, clock: Clock, error: BaseException
    ) -> None:
        with pytest.raises((KeyboardInterrupt, TrackerError)), lease(memory, clock).turn(None):
            raise error
        assert not held(memory)

    def test_it_is_given_back_where_the_run_is_interrupted_while_it_takes_it(
        self, memory: Memory, clock: Clock
    ) -> None:
        local = Local(memory)

        def interrupted(what: str) -> None:
            if what == "pushed" and local.pushes == 1:
                raise KeyboardInterrupt

        local.cross = interrupted
        with pytest.raises(KeyboardInterrupt), lease(local, clock).turn(None):
            pytest.fail("it isn't had")
        assert memory.value
        assert not held(memory)

    def test_that_it_cannot_be_given_back_is_no_error(
        self,
        memory: Memory,
        local: Local,
        clock: Clock,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        caplog.set_level(logging.INFO)
        with lease(local, clock).turn(None):
            local.reachable = False
        assert held(memory)
        assert "it can't be given back: no route to host" in caplog.text

    def test_after_it_nothing_may_be_delivered(self, memory: Memory, clock: Clock) -> None:
        mine = lease(memory, clock)
        with mine.turn(None):
            mine.confirm()
        with pytest.raises(TrackerError, match=LOST):
            mine.confirm()


class TestWaitingForIt:
    def test_the_next_one_waits_until_it_is_free(
        self, server: Server, clock: Clock, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO)
        first = lease(server, Clock()).turn(None)
        first.__enter__()

        def ends(_: float) -> None:
            if len(clock.waits) == 3:
                first.__exit__(None, None, None)

        clock.during = ends
        with lease(server, clock).turn(None):
            assert held(server)
        assert len(clock.waits) == 3
        assert caplog.text.count(f"waiting for {HOLDER}") == 1

    def test_one_that_waits_too_long_is_told_for_whom(self, memory: Memory, clock: Clock) -> None:
        holder = Clock()
        with lease(memory, holder).turn(None) as permission:

            def works(seconds: float) -> None:
                holder.time += seconds
                permission.check()

            clock.during = works
            with (
                pytest.raises(DeliveryError, match=r"ci\.acme\.example has been working") as error,
                lease(memory, clock, patience=300).turn(None),
            ):
                pytest.fail("two at once")
        assert f"git push origin :{REF}" in error.value.remedy
        assert sum(clock.waits) == pytest.approx(300)

    def test_a_dead_one_is_followed_after_its_lifetime(self, server: Server, clock: Clock) -> None:
        dead(server)
        with lease(server, clock).turn(None) as permission:
            permission.check()
        assert sum(clock.waits) == pytest.approx(LIFETIME)

    def test_one_that_shows_itself_in_time_is_not(self, memory: Memory, clock: Clock) -> None:
        """What counts is when the ref was seen to have moved last, and not when the waiting began."""
        holder, values = Clock(), set()
        with lease(memory, holder).turn(None) as permission:

            def works(seconds: float) -> None:
                holder.time += seconds
                if sum(clock.waits) < 200:
                    permission.check()
                values.add(memory.value)

            clock.during = works
            with lease(memory, clock).turn(None):
                pass
        assert len(values) > 3
        assert sum(clock.waits) > 200 + LIFETIME * 2 / 3 - 15

    @pytest.mark.parametrize(("theirs", "ours"), [(400, 10), (10, 400)])
    def test_how_long_a_silent_one_may_be_is_its_own_to_say(
        self, memory: Memory, clock: Clock, theirs: float, ours: float
    ) -> None:
        dead(memory, theirs)
        with lease(memory, clock, lifetime=ours).turn(None):
            pass
        assert sum(clock.waits) == pytest.approx(theirs)

    @pytest.mark.parametrize(
        ("lifetime", "waited"),
        [
            ("", 60),
            ("lifetime: soon\n", 60),
            ("lifetime: nan\n", 60),
            ("lifetime: inf\n", 60),
            ("lifetime: -5\n", 1),
            ("lifetime: 1e99\n", 86_400),
        ],
    )
    def test_a_lifetime_that_makes_no_sense_is_bounded(
        self, memory: Memory, clock: Clock, lifetime: str, waited: float
    ) -> None:
        memory.put(f"state: held\n{lifetime}")
        with lease(memory, clock, patience=1e6, lifetime=60).turn(None):
            pass
        assert sum(clock.waits) == pytest.approx(waited)

    def test_nobody_relies_on_it_for_longer_than_it_is_waited_for(
        self, memory: Memory, clock: Clock
    ) -> None:
        with lease(memory, clock, lifetime=1e9).turn(None):
            assert "\nlifetime: 86400.000\n" in memory.text()

    @pytest.mark.parametrize(
        "text", ["", "Begin\n", "state: open\n", "state: held\n\nstate: no more\n"]
    )
    def test_what_is_no_lease_is_left_as_it_is(
        self, server: Server, clock: Clock, text: str
    ) -> None:
        before = server.put(text)
        with (
            pytest.raises(DeliveryError, match="is no lease, but something else") as error,
            lease(server, clock, patience=1e6).turn(None),
        ):
            pytest.fail("it was overwritten")
        assert server.value == before
        assert "delivery.lease.ref" in error.value.remedy

    def test_a_branch_is_left_as_it_is(self, real: Real, clock: Clock) -> None:
        """A commit with files, one with a parent: whatever their messages say, something would be lost."""
        tip = real.there.head("main")
        nothing = real.there.git("mktree", given=b"")
        held_ = "state: held\nlifetime: 1"
        for commit in (
            tip,
            real.there.git("commit-tree", f"{tip}^{{tree}}", "-m", held_),
            real.there.git("commit-tree", nothing, "-p", tip, "-m", held_),
            real.there.git("hash-object", "-w", "--stdin", given=held_.encode()),
        ):
            real.there.git("update-ref", REF, commit)
            with (
                pytest.raises(DeliveryError, match="is no lease"),
                lease(real, clock, patience=1e6).turn(None),
            ):
                pytest.fail("it was overwritten")
            assert real.value == commit
        assert clock.waits == []

    def test_one_that_moves_while_it_is_read_is_looked_at_again(
        self, memory: Memory, local: Local, clock: Clock
    ) -> None:
        first = memory.put("state: held\nlifetime: 5\n")

        def moves(what: str) -> None:
            if what == "asked" and memory.value == first:
                del memory.objects[first]
                memory.put("state: free\n")

        local.cross = moves
        with lease(local, clock).turn(None):
            assert held(memory)
        assert len(clock.waits) == 1

    def test_one_that_is_always_beaten_gives_up(self, local: Local, clock: Clock) -> None:
        """Others are faster each time; or the ref can't be seen, though it is there."""
        local.push = lambda *_, **__: False  # type: ignore[method-assign]
        with (
            pytest.raises(DeliveryError, match="another run has been working"),
            lease(local, clock, patience=100).turn(None),
        ):
            pytest.fail("it isn't had")
        assert sum(clock.waits) == pytest.approx(100)
        assert len(clock.waits) < 20

    def test_one_that_is_told_to_stop_waits_no_longer(self, memory: Memory, clock: Clock) -> None:
        dead(memory)
        with (
            pytest.raises(DeliveryError, match="told to stop, with 1 s to wait") as error,
            lease(memory, clock).turn(Stopped()),
        ):
            pytest.fail("two at once")
        assert error.value.remedy == "Come back later."

    def test_a_remote_that_takes_no_such_ref_is_told_with_the_remedy(
        self, local: Local, clock: Clock
    ) -> None:
        local.trouble = ["lost"]
        with (
            pytest.raises(DeliveryError, match="can't be had: the connection was reset") as error,
            lease(local, clock).turn(None),
        ):
            pytest.fail("it isn't had")
        assert "delivery.lease.enabled: false" in error.value.remedy
        assert "refs/heads/" in error.value.remedy
        assert local.pushes == 1, "what was refused isn't given back"

    def test_the_last_of_two_that_take_it_at_once_waits(
        self, memory: Memory, local: Local, clock: Clock
    ) -> None:
        first = True

        def other(what: str) -> None:
            nonlocal first
            if what == "pushing" and first:
                first = False
                dead(memory, 5)

        local.cross = other
        with lease(local, clock).turn(None):
            pass
        assert sum(clock.waits) >= 5


class TestHolding:
    def test_it_is_moved_on_while_it_is_used(self, local: Local, clock: Clock) -> None:
        with lease(local, clock).turn(None) as permission:
            first, pushes = local.server.value, local.pushes
            for _ in range(39):
                clock.time += 1
                permission.check()
            assert local.pushes == pushes
            clock.time += 1
            permission.check()
            assert local.server.value != first

    def test_one_that_was_taken_is_lost_for_good(self, server: Server, clock: Clock) -> None:
        with lease(server, clock).turn(None) as permission:
            clock.time += LIFETIME
            other = Clock()
            with lease(server, other).turn(None):
                theirs = server.value
                for _ in range(2):
                    with pytest.raises(TrackerError, match=LOST) as error:
                        permission.check()
                    with pytest.raises(TrackerError, match=LOST):
                        permission.wait(1)
                assert "next run" in error.value.remedy
                assert server.value == theirs
        assert not held(server)

    def test_one_that_was_lost_is_not_given_back(self, server: Server, clock: Clock) -> None:
        mine = lease(server, clock).turn(None)
        permission = mine.__enter__()
        clock.time += LIFETIME
        with lease(server, Clock()).turn(None):
            with pytest.raises(TrackerError):
                permission.check()
            mine.__exit__(None, None, None)
            assert held(server)

    def test_one_that_was_deleted_by_hand_is_lost(self, real: Real, clock: Clock) -> None:
        real.there.git("update-ref", "-d", REF)
        with lease(real, clock).turn(None) as permission:
            real.there.git("update-ref", "-d", REF)
            clock.time += LIFETIME / 2
            with pytest.raises(TrackerError, match=LOST):
                permission.check()
        assert real.value == ""

    def test_one_that_nobody_took_is_still_held_after_a_long_sleep(
        self, memory: Memory, clock: Clock
    ) -> None:
        with lease(memory, clock).turn(None) as permission:
            clock.time += 10 * LIFETIME
            permission.check()
            assert held(memory)

    def test_a_network_that_fails_is_put_up_with_until_it_gets_dangerous(
        self, local: Local, clock: Clock
    ) -> None:
        with lease(local, clock).turn(None) as permission:
            local.reachable = False
            clock.time += LIFETIME * 0.79
            permission.check()
            clock.time += LIFETIME * 0.02
            with pytest.raises(TrackerError, match="no route to host"):
                permission.check()
            local.reachable = True
            with pytest.raises(TrackerError, match=LOST):
                permission.check()

    def test_while_it_fails_not_every_write_waits_for_it(self, local: Local, clock: Clock) -> None:
        tried = []
        with lease(local, clock).turn(None) as permission:
            local.reachable = False
            local.cross = lambda what: tried.append(what) if what == "pushing" else None
            for _ in range(90):
                clock.time += 1
                permission.check()
            assert 1 < len(tried) <= 6
            local.reachable = True
            clock.time += 5
            permission.check()
            clock.time += LIFETIME / 2
            permission.check()

    @pytest.mark.parametrize("slow", [1, 2])
    def test_an_answer_that_takes_longer_than_it_is_good_for_says_nothing(
        self, local: Local, clock: Clock, slow: int
    ) -> None:
        """It was moved on at the beginning of a push that took two minutes. By now somebody else may have it."""
        with lease(local, clock).turn(None) as permission:
            local.cross = slowly = _Slow(clock, slow)
            clock.time += LIFETIME / 2
            permission.check()
            assert slowly.left == 0
            assert local.pushes == 2 + slow

    def test_one_whose_answers_are_always_late_is_lost(self, local: Local, clock: Clock) -> None:
        with lease(local, clock).turn(None) as permission:
            local.cross = _Slow(clock, 100)
            clock.time += LIFETIME / 2
            with pytest.raises(TrackerError, match="takes too long to answer"):
                permission.check()

    def test_what_counts_is_when_the_push_was_sent(self, local: Local, clock: Clock) -> None:
        local.cross = _Slow(clock, 1, seconds=LIFETIME * 0.5)
        with lease(local, clock).turn(None) as permission:
            local.reachable = False
            permission.check()
            clock.time += LIFETIME * 0.31
            with pytest.raises(TrackerError):
                permission.check()

    @pytest.mark.parametrize("trouble", [["unanswered"], ["lost", "unanswered"]])
    def test_what_was_moved_without_an_answer_is_found_to_be_its_own(
        self, local: Local, clock: Clock, trouble: list[str]
    ) -> None:
        with lease(local, clock).turn(None) as permission:
            for _ in range(4):
                local.trouble = list(trouble)
                for _ in trouble:
                    clock.time += LIFETIME * 0.35
                    permission.check()
        assert not held(local.server)

    def test_so_it_is_where_it_could_not_be_looked_at_either(
        self, local: Local, clock: Clock
    ) -> None:
        with lease(local, clock).turn(None) as permission:
            clock.time += LIFETIME / 2

            def fails(what: str) -> None:
                if what in ("pushed", "asking"):
                    raise DeliveryError("the connection was reset")

            local.cross = fails
            permission.check()
            local.cross = lambda _: None
            clock.time += LIFETIME / 4
            permission.check()
            assert held(local.server)
        assert not held(local.server)

    def test_the_outer_permission_counts_as_well(self, memory: Memory, clock: Clock) -> None:
        mine = lease(memory, clock)
        with mine.turn(Stopped()) as permission:
            with pytest.raises(TrackerError, match="told to stop"):
                permission.check()
            with pytest.raises(TrackerError, match="told to stop, with 10000 s"):
                permission.wait(10_000)
            mine.confirm()  # what was done may still be delivered
            assert held(memory)


class _Slow:
    """The next answers to pushes take their time."""

    def __init__(self, clock: Clock, left: int, seconds: float = LIFETIME) -> None:
        self.clock, self.left, self.seconds = clock, left, seconds

    def __call__(self, what: str) -> None:
        if what == "pushed" and self.left:
            self.left -= 1
            self.clock.time += self.seconds


class TestAWait:
    def test_a_short_one_keeps_it(self, memory: Memory, clock: Clock) -> None:
        clock.during = lambda _: None if held(memory) else pytest.fail("it was given up")
        with lease(memory, clock).turn(None) as permission:
            for _ in range(20):
                permission.wait(LIFETIME / 3)
                permission.check()
        assert len(clock.waits) == 20

    def test_nobody_takes_one_for_dead_that_waits_briefly(
        self, memory: Memory, clock: Clock
    ) -> None:
        other = Clock()

        def looks(seconds: float) -> None:
            other.time += seconds
            with pytest.raises(DeliveryError), lease(memory, other, patience=0).turn(None):
                pass

        clock.during = looks
        with lease(memory, clock).turn(None) as permission:
            for seconds in (55.0, 55.0, 30.0, 55.0):
                permission.wait(seconds)
            permission.check()

    def test_a_long_one_gives_it_up_and_takes_it_back(self, server: Server, clock: Clock) -> None:
        clock.during = lambda _: pytest.fail("it was kept") if held(server) else None
        with lease(server, clock).turn(None) as permission:
            permission.wait(3600)
            assert held(server)
            permission.check()
        assert not held(server)

    def test_where_somebody_was_at_work_meanwhile_it_is_not_taken_back(
        self, server: Server, clock: Clock
    ) -> None:
        def somebody(_: float) -> None:
            with lease(server, Clock()).turn(None):
                pass

        clock.during = somebody
        with lease(server, clock).turn(None) as permission:
            with pytest.raises(TrackerError, match=LOST):
                permission.wait(3600)
            with pytest.raises(TrackerError):
                permission.check()
        assert not held(server)

    @pytest.mark.parametrize("trouble", ["lost", "unanswered"])
    def test_one_that_cannot_be_given_up_is_gone_on_with_if_nobody_took_it(
        self, local: Local, clock: Clock, trouble: str
    ) -> None:
        with lease(local, clock).turn(None) as permission:
            local.trouble = [trouble]
            permission.wait(3600)
            permission.check()
            assert held(local.server)

    def test_one_that_cannot_be_given_up_is_lost_if_somebody_took_it(
        self, local: Local, clock: Clock
    ) -> None:
        def somebody(_: float) -> None:
            with lease(local.server, Clock()).turn(None):
                pass

        clock.during = somebody
        with lease(local, clock).turn(None) as permission:
            local.trouble = ["lost"]
            with pytest.raises(TrackerError, match=LOST):
                permission.wait(3600)

    def test_what_is_given_up_is_not_held_where_nothing_gets_through(
        self, local: Local, clock: Clock
    ) -> None:
        """The wait ends at once, because the run is told to stop. What it has done may be delivered if nobody came."""
        for reachable in (True, False):
            mine = lease(local, clock)
            with mine.turn(Stopped()) as permission:
                with pytest.raises(TrackerError, match="told to stop"):
                    permission.wait(3600)
                assert not held(local.server)
                local.reachable = reachable
                if reachable:
                    mine.confirm()
                    assert held(local.server)
                else:
                    with pytest.raises(TrackerError, match="no route to host"):
                        mine.confirm()

    def test_an_interrupt_is_passed_on_and_leaves_it_free(
        self, memory: Memory, clock: Clock
    ) -> None:
        def interrupted(_: float) -> None:
            raise KeyboardInterrupt

        clock.during = interrupted
        with pytest.raises(KeyboardInterrupt), lease(memory, clock).turn(None) as permission:
            permission.wait(3600)
        assert not held(memory)

    def test_an_interrupt_while_it_is_given_up_leaves_it_free(
        self, local: Local, clock: Clock
    ) -> None:
        def interrupted(what: str) -> None:
            if what == "pushing" and local.pushes == 1:
                local.pushes += 1
                raise KeyboardInterrupt

        with lease(local, clock).turn(None) as permission:
            local.cross = interrupted
            with pytest.raises(KeyboardInterrupt):
                permission.wait(3600)
        assert not held(local.server)


def used(real: Real, clock: Clock) -> None:
    """Somebody else's lease is read and taken, and moved on."""
    with lease(real, clock).turn(None) as permission:
        clock.time += LIFETIME / 2
        permission.check()


class TestWhatIsLeft:
    def test_nothing_is_left_in_the_clone(self, real: Real, clock: Clock) -> None:
        """Neither objects nor refs, whatever was made, seen and taken."""
        dead(real, 5)
        here = real.here
        before = here.git("for-each-ref"), here.git("count-objects", "-v")
        used(real, clock)
        assert (here.git("for-each-ref"), here.git("count-objects", "-v")) == before

    def test_a_clone_that_follows_all_refs_stays_whole(self, real: Real, clock: Clock) -> None:
        """In a mirror, Git brings the ref here up to date with each push: what it stands for must stay."""
        dead(real, 5)
        here = real.here
        here.git("config", "--add", "remote.origin.fetch", "+refs/*:refs/all/*")
        try:
            used(real, clock)
            here.git("fsck", "--strict")
            assert here.head("refs/all/syncer/lease") == real.value
        finally:
            here.git("config", "--unset", "remote.origin.fetch", "all")
            here.git("update-ref", "-d", "refs/all/syncer/lease")

    def test_no_hook_of_the_repository_is_asked(self, real: Real, clock: Clock) -> None:
        """It would be asked for each sign of life, and knows of branches at most."""
        real.there.git("update-ref", "-d", REF)
        hook = real.here.folder / ".git/hooks/pre-push"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text("#!/bin/sh\nexit 1\n")
        hook.chmod(0o755)
        try:
            with lease(real, clock).turn(None):
                assert held(real)
        finally:
            hook.unlink()
