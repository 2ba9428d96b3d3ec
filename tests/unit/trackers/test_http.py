"""What is sent again, how long is waited, and what is said in the end."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from syncer.errors import InternalError, TrackerError
from syncer.trackers.base import Refused, Unknown
from syncer.trackers.http import AnswerError, Http, Patience
from syncer.trackers.pace import Budget, Pace
from syncer.trackers.redaction import Redactor
from syncer.trackers.replies import Reply, ReplyError, UnreadableError
from tests.support.clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable

LIMITED = ReplyError(Reply(429, {"Retry-After": "7"}))
LIMITED_SOMEHOW = ReplyError(Reply(403, text="secondary rate limit"))
BROKEN = ReplyError(Reply(502))
UNREACHABLE = ConnectionRefusedError("nobody there")
DROPPED = ConnectionResetError("by peer")
MISSING = ReplyError(Reply(404, text='{"message": "Not Found"}'))


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def http(clock: FakeClock) -> Http:
    return Http("GitHub", Redactor(["hunter2"]), timing=clock.timing())


def failing(*errors: Exception) -> Callable[[], str]:
    """A request that fails like this, one error after the other, and then succeeds."""
    left = list(errors)

    def request() -> str:
        if left:
            raise left.pop(0)
        return "done"

    return request


class TestReads:
    @pytest.mark.parametrize(
        "error", [LIMITED, BROKEN, UNREACHABLE, DROPPED, TimeoutError(), UnreadableError()]
    )
    def test_a_read_is_repeated(self, http: Http, error: Exception) -> None:
        assert http.read(failing(error, error)) == "done"
        assert (http.spent.reads, http.spent.writes, http.spent.repeats) == (3, 0, 2)

    def test_waits_double_up_to_a_bound(self, http: Http, clock: FakeClock) -> None:
        http.patience = Patience(attempts=7, longest=5)
        assert http.read(failing(*[BROKEN] * 6)) == "done"
        assert clock.waits == [0.5, 1, 2, 2.5, 2.5, 2.5]
        assert http.spent.waited == sum(clock.waits)

    def test_waits_are_spread(self, http: Http, clock: FakeClock) -> None:
        clock.chance = 0.5
        assert http.read(failing(BROKEN)) == "done"
        assert clock.waits == [0.75]

    def test_what_is_asked_for_is_waited_and_never_less(self, http: Http, clock: FakeClock) -> None:
        assert http.read(failing(LIMITED)) == "done"
        clock.chance = 0.5
        assert http.read(failing(LIMITED)) == "done"
        assert clock.waits == [7, 7.85]

    def test_a_limit_that_says_nothing_takes_a_minute_and_more(
        self, http: Http, clock: FakeClock
    ) -> None:
        assert http.read(failing(LIMITED_SOMEHOW, LIMITED_SOMEHOW)) == "done"
        assert clock.waits == [60, 120]

    def test_attempts_are_bounded(self, http: Http, clock: FakeClock) -> None:
        with pytest.raises(TrackerError, match="GitHub: 502 Bad Gateway") as caught:
            http.read(failing(*[BROKEN] * 5))
        assert len(clock.waits) == 4
        assert caught.value.remedy
        assert not isinstance(caught.value, AnswerError)

    def test_a_wait_that_is_too_long_is_not_begun(self, http: Http, clock: FakeClock) -> None:
        error = ReplyError(Reply(429, {"Retry-After": "3600"}))
        with pytest.raises(TrackerError, match="for another 3600 s"):
            http.read(failing(error))
        assert clock.waits == []

    def test_all_waits_have_one_budget(self, http: Http, clock: FakeClock) -> None:
        http.patience = Patience(total=15)
        assert http.read(failing(LIMITED)) == "done"
        assert http.read(failing(LIMITED)) == "done"
        with pytest.raises(TrackerError, match="rate limit"):
            http.read(failing(LIMITED))
        assert clock.waits == [7, 7]
        http.refresh()
        assert http.read(failing(LIMITED)) == "done"

    def test_a_no_is_an_answer(self, http: Http, clock: FakeClock) -> None:
        with pytest.raises(AnswerError, match="Not Found") as caught:
            http.read(failing(MISSING))
        assert caught.value.reply is MISSING.reply
        assert (clock.waits, http.spent.calls) == ([], 1)

    def test_requests_have_a_bound(self, http: Http) -> None:
        http.patience = Patience(calls=3)
        assert http.read(failing(BROKEN, BROKEN)) == "done"
        with pytest.raises(TrackerError, match="asked 3 times"):
            http.read(failing())

    @pytest.mark.parametrize("error", [InternalError("a bug"), KeyError("x"), ValueError("x")])
    def test_a_bug_is_left_alone(self, http: Http, error: Exception) -> None:
        with pytest.raises(type(error)) as caught:
            http.read(failing(error))
        assert caught.value is error
        assert http.spent.calls == 1

    def test_an_interrupt_is_left_alone(self, http: Http) -> None:
        def request() -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            http.read(request)


class TestWrites:
    @pytest.mark.parametrize("error", [LIMITED, LIMITED_SOMEHOW, UNREACHABLE])
    def test_a_write_that_was_not_carried_out_is_sent_again(
        self, http: Http, error: Exception
    ) -> None:
        assert http.write(failing(error, error)) == "done"
        assert (http.spent.writes, http.spent.reads) == (3, 0)

    @pytest.mark.parametrize(
        "error",
        [
            *(BROKEN, DROPPED, TimeoutError(), UnreadableError("x"), ReplyError(Reply(408))),
            ReplyError(Reply(503, {"Retry-After": "1"})),
        ],
    )
    def test_a_write_whose_outcome_is_unknown_is_sent_once(
        self, http: Http, clock: FakeClock, error: Exception
    ) -> None:
        answer = http.write(failing(error))
        assert isinstance(answer, Unknown)
        assert answer.reason
        assert (http.spent.writes, clock.waits) == (1, [])

    def test_a_write_that_was_limited_and_then_lost_is_unknown(self, http: Http) -> None:
        assert isinstance(http.write(failing(LIMITED, DROPPED)), Unknown)
        assert http.spent.writes == 2

    @pytest.mark.parametrize("status", [301, 307, 400, 401, 403, 404, 410, 422])
    def test_a_no_refuses_the_write(self, http: Http, status: int) -> None:
        answer = http.write(failing(ReplyError(Reply(status))))
        assert isinstance(answer, Refused)
        assert str(status) in answer.reason
        assert http.spent.writes == 1

    def test_a_tracker_explains_what_it_knows(self, http: Http) -> None:
        http.explain = lambda reply: (
            Refused("issues are off", "ask hunter2") if reply.status == 410 else None
        )
        assert http.write(failing(ReplyError(Reply(410)))) == Refused("issues are off", "ask ***")
        assert isinstance(http.write(failing(MISSING)), Refused)

    def test_a_limit_that_lasts_is_the_tracker_s_failure_and_not_the_write_s(
        self, http: Http
    ) -> None:
        with pytest.raises(TrackerError, match="for another 3600 s") as caught:
            http.write(failing(ReplyError(Reply(429, {"Retry-After": "3600"}))))
        assert "when the limit is reset" in caught.value.remedy
        assert http.spent.writes == 1

    def test_what_can_t_be_reached_is_no_refusal(self, http: Http) -> None:
        with pytest.raises(TrackerError, match="can't be reached") as caught:
            http.write(failing(*[UNREACHABLE] * 5))
        assert "address" in caught.value.remedy

    def test_writes_keep_the_pace_and_reads_don_t(self, http: Http, clock: FakeClock) -> None:
        http.pace = Pace(1.0, [Budget(3, 60)])
        for _ in range(4):
            http.write(failing())
            http.read(failing())
        assert clock.waits == [1, 1, 58]
        assert http.spent.waited == 0, "keeping a pace uses up no patience"

    def test_a_write_that_is_sent_again_keeps_the_pace_too(
        self, http: Http, clock: FakeClock
    ) -> None:
        http.pace = Pace(10.0)
        assert http.write(failing(LIMITED)) == "done"
        assert clock.waits == [7, 3]


class TestHowLong:
    """A failure says when it makes sense to come back, if the service has said it."""

    def test_a_limit_that_outlasts_the_patience_says_how_long(self, http: Http) -> None:
        asked = ReplyError(Reply(429, {"Retry-After": "3000"}))
        for send in (http.read, http.write):
            with pytest.raises(TrackerError) as caught:
                send(failing(asked))
            assert caught.value.wait == 3000

    def test_a_limit_without_a_time_is_left_alone_for_a_while(self, http: Http) -> None:
        http.patience = Patience(attempts=1, limited=60.0)
        with pytest.raises(TrackerError) as caught:
            http.read(failing(ReplyError(Reply(429))))
        assert caught.value.wait == 60

    @pytest.mark.parametrize("error", [BROKEN, UNREACHABLE, MISSING])
    def test_nothing_else_says_anything(self, http: Http, error: Exception) -> None:
        http.patience = Patience(attempts=1)
        with pytest.raises(TrackerError) as caught:
            http.read(failing(error))
        assert caught.value.wait is None


class TestSecrets:
    REPLY = ReplyError(Reply(418, text="hunter2 and ghp_0123456789abcdefABCDEF " + "x" * 1000))

    def test_no_error_names_them(self, http: Http) -> None:
        with pytest.raises(AnswerError) as caught:
            http.read(failing(self.REPLY))
        assert "hunter2" not in str(caught.value)
        assert "ghp_" not in str(caught.value)
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None

    def test_no_refusal_and_no_doubt_names_them(self, http: Http) -> None:
        refused = http.write(failing(self.REPLY))
        lost = http.write(failing(ConnectionResetError("https://hunter2@x.example?token=abc")))
        assert isinstance(refused, Refused)
        assert isinstance(lost, Unknown)
        assert "hunter2" not in refused.reason + lost.reason
        assert "abc" not in refused.reason.replace("abcdef", "") + lost.reason

    def test_no_log_names_them(self, http: Http, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.DEBUG):
            http.read(failing(ConnectionResetError("hunter2")))
        assert "trying again in" in caplog.text
        assert "hunter2" not in caplog.text

    def test_half_a_secret_is_not_shown_either(self, http: Http) -> None:
        for before in range(250, 310):
            answer = http.write(failing(ReplyError(Reply(400, text="x" * before + "hunter2"))))
            assert isinstance(answer, Refused)
            assert "hun" not in answer.reason
            assert len(answer.reason) < 400
