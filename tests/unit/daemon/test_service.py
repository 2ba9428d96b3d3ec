"""Several repositories at once, each one sync at a time: with syncs that begin and end when the test says so."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

from syncer.daemon.schedule import QUIET, Timetable
from syncer.daemon.status import Ended, Result
from tests.support.syncs import DONE, FAILED, PATIENCE, Bench


class TestSchedule:
    def test_as_many_are_synced_at_once_as_may_be_and_the_others_wait_for_their_turn(self) -> None:
        bench = Bench("a", "b", "c", parallel=2)
        assert bench.turn() == ["a", "b"]
        assert bench.service.status().repositories["c"].state == "queued"
        bench.end("a")
        assert bench.turn() == ["b", "c"]
        bench.end("b")
        bench.end("c")
        assert bench.turn() == []
        assert bench.log.count("a began") == bench.log.count("c began") == 1

    def test_each_is_synced_again_when_it_is_time(self) -> None:
        bench = Bench("a")
        bench.turn()
        bench.end("a")
        assert bench.next_in("a") == 900
        assert bench.turn(899) == []
        assert bench.turn(1) == ["a"]
        bench.end("a")

    def test_it_says_how_long_there_is_nothing_to_do(self) -> None:
        bench = Bench("a")
        bench.turn()
        bench.end("a")
        bench.seconds += 897
        assert bench.service.look() == 3

    def test_one_that_fails_is_left_alone_and_holds_up_no_other(self) -> None:
        bench = Bench("bad", "good", parallel=2)
        for pause in (60, 120, 240, 480):
            bench.turn()
            bench.end("bad", FAILED)
            if "good began" not in bench.log:
                bench.end("good")
            assert bench.next_in("bad") == pause
            bench.seconds += pause
        assert bench.service.status().repositories["bad"].failures == 4
        assert bench.turn() == ["bad", "good"]
        bench.end("bad")
        bench.end("good")
        assert bench.next_in("bad") == 900

    def test_those_that_fail_leave_a_worker_to_the_others(self) -> None:
        bench = Bench("a", "b", "c", "d", parallel=3)
        assert bench.turn() == ["a", "b", "c"]
        for name in "abc":
            bench.end(name, FAILED)
        bench.turn()
        bench.end("d")
        assert bench.turn(60) == ["a", "b"]
        assert bench.turn(900) == ["a", "b", "d"]
        for name in "abd":
            bench.end(name)

    def test_where_there_is_one_worker_those_that_fail_come_last(self) -> None:
        bench = Bench("a", "b", parallel=1)
        bench.turn()
        bench.end("a", FAILED)
        bench.turn()
        bench.end("b")
        assert bench.turn(2000) == ["b"]
        bench.end("b")
        assert bench.turn() == ["a"]
        bench.end("a")

    def test_an_error_that_nobody_foresaw_is_a_failure_like_any_other(self) -> None:
        bench = Bench("a")
        bench.turn()
        bench.end("a", RuntimeError("boom"))
        status = bench.service.status().repositories["a"]
        assert (status.last_result, status.failures) == (Result.CRASHED, 1)
        assert bench.turn(60) == ["a"]
        bench.end("a")


class TestRequests:
    def test_a_thousand_requests_cost_one_sync(self) -> None:
        bench = Bench("a")
        bench.turn()
        bench.end("a")
        assert all(bench.service.request("a") for _ in range(1000))
        assert bench.next_in("a") == QUIET
        assert bench.turn(QUIET) == ["a"]
        bench.end("a")
        assert bench.next_in("a") == 900
        assert bench.log.count("a began") == 2

    def test_requests_while_it_is_synced_make_one_more_after_it(self) -> None:
        bench = Bench("a")
        bench.turn()
        for _ in range(3):
            assert bench.service.request("a")
        assert bench.turn(600) == ["a"]
        assert bench.log.count("a began") == 1
        bench.end("a")
        assert bench.turn(QUIET) == ["a"]
        bench.end("a")
        assert bench.turn(QUIET) == []

    def test_there_has_to_be_such_a_repository(self) -> None:
        assert not Bench("a").service.request("b")

    def test_nothing_is_taken_once_it_is_told_to_stop(self) -> None:
        bench = Bench("a")
        bench.service.end()
        assert not bench.service.request("a")


class TestOtherSettings:
    def test_repositories_come_and_go(self) -> None:
        bench = Bench("a", "b")
        bench.turn()
        bench.end("a")
        bench.end("b")
        bench.serve("b", "c")
        assert bench.service.names() == ("b", "c")
        assert bench.turn() == ["c"]
        bench.end("c")
        assert [line for line in bench.log if "closed" in line] == ["b closed", "a closed"] or [
            line for line in bench.log if "closed" in line
        ] == ["a closed", "b closed"]

    def test_one_that_is_as_it_was_keeps_its_time(self) -> None:
        bench = Bench("a")
        bench.turn()
        bench.end("a")
        bench.serve("a", settings=1)
        assert bench.next_in("a") == 900

    def test_one_that_has_changed_is_synced_at_once_by_the_new_settings(self) -> None:
        bench = Bench("a")
        for _ in range(3):
            bench.turn(5000)
            bench.end("a", FAILED)
        bench.serve("a", settings=2)
        assert bench.turn() == ["a"]
        bench.end("a", FAILED)
        assert bench.next_in("a") == 60
        hourly = Timetable(timedelta(hours=1), timedelta(0), timedelta(hours=1))
        bench.serve("a", settings=2, table=hourly)
        bench.turn()
        bench.end("a")
        assert bench.next_in("a") == 3600

    def test_a_sync_that_goes_on_ends_as_it_began(self) -> None:
        bench = Bench("a", "b")
        bench.turn()
        before = bench.hands
        bench.serve("a", settings=2)
        assert bench.service.names() == ("a",)
        assert bench.turn() == ["a"]
        assert "a closed" not in bench.log
        for name in "ab":
            before[name].began()
            before[name].end()
            bench.settle(name)
        assert bench.turn() == ["a"]
        bench.end("a")
        assert list(bench.service.status().repositories) == ["a"]
        assert (bench.log.count("a closed"), bench.log.count("b closed")) == (1, 1)

    def test_several_reloads_during_one_sync_leave_the_last_one(self) -> None:
        bench = Bench("a")
        bench.turn()
        first = bench.hands["a"]
        bench.serve("a", settings=2)
        bench.serve()
        assert bench.service.names() == ()
        bench.serve("a", settings=3)
        assert bench.service.names() == ("a",)
        first.began()
        first.end()
        bench.settle("a")
        assert bench.turn() == ["a"]
        bench.end("a")

    def test_more_workers_are_put_to_use(self) -> None:
        bench = Bench("a", "b", parallel=1)
        assert bench.turn() == ["a"]
        before = bench.hands["a"]
        bench.serve("a", "b", parallel=2)
        assert bench.turn() == ["a", "b"]
        bench.end("b")
        before.began()
        before.end()
        bench.settle("a")


class TestTheEnd:
    def run(self, bench: Bench) -> tuple[Thread, dict[str, Ended | None]]:
        results: dict[str, Ended | None] = {}
        thread = Thread(target=lambda: results.update(bench.service.run()))
        thread.start()
        return thread, results

    def test_told_to_stop_it_waits_for_what_goes_on_and_begins_nothing(self) -> None:
        bench = Bench("a", "b", parallel=1)
        thread, results = self.run(bench)
        bench.hands["a"].began()
        bench.service.end()
        assert bench.service.stop.is_set()
        assert bench.service.status().stopping
        bench.hands["a"].end()
        thread.join(PATIENCE)
        assert results == {"a": DONE, "b": None}
        assert "b began" not in bench.log
        assert sorted(bench.log[-2:]) == ["a closed", "b closed"]

    def test_once_is_one_sync_of_each_whatever_comes_of_it(self) -> None:
        bench = Bench("a", "b", "c", parallel=2, once=True)
        for name in "abc":
            bench.hands[name].end(FAILED if name == "b" else DONE)
        thread, results = self.run(bench)
        thread.join(PATIENCE)
        assert results == {"a": DONE, "b": FAILED, "c": DONE}
        assert sum("began" in line for line in bench.log) == 3

    def test_once_without_repositories_is_over_at_once(self) -> None:
        assert Bench(once=True).service.run() == {}
