"""The log: a line or an object for each event, whoever logs, with nothing hostile and no secret in it."""

from __future__ import annotations

import io
import json
import logging
import re
import threading
import warnings
from typing import TYPE_CHECKING, Any

import pytest

from syncer.daemon.logs import Log, logging_to, repository
from syncer.errors import ConfigurationError, ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable

    from syncer.daemon.logs import Form

HIDDEN = "kept\"under'lock\\and key"
FORMS: tuple[Form, ...] = ("text", "json")

OWN = logging.getLogger("syncer.daemon.some")
FOREIGN = logging.getLogger("urllib3.connectionpool")


def written(log: Callable[[], object], form: Form = "text", *, verbose: int = 0) -> str:
    stream = io.StringIO()
    with logging_to(stream, Log(form, [HIDDEN]), verbose=verbose):
        log()
    return stream.getvalue()


def events(log: Callable[[], object]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written(log, "json").splitlines()]


def fail(message: str) -> None:
    try:
        int(message, base=99)
    except ValueError as error:
        OWN.error("it failed", exc_info=ValueError(message).with_traceback(error.__traceback__))


class TestText:
    def test_an_event_is_a_line(self) -> None:
        line = written(lambda: OWN.info("synced %d", 3))
        time = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
        assert re.fullmatch(rf"{time} INFO     -: synced 3\n", line)

    def test_it_says_which_repository_it_is_about(self) -> None:
        token = repository.set("shop")
        try:
            line = written(lambda: FOREIGN.warning("slow"))
        finally:
            repository.reset(token)
        assert line.endswith(" WARNING  shop: slow\n")

    def test_a_line_end_in_a_message_is_none_in_the_log(self) -> None:
        message = "a\r\n2025-11-23T12:00:00.000Z INFO     shop: forged\x1b[2K\u2028\u202e"
        text = written(lambda: OWN.info(message))
        assert text.count("\n") == 1
        assert len(text.splitlines()) == 1
        assert text.isascii()
        assert text.rstrip("\n").isprintable()

    def test_a_traceback_follows_in_lines_that_pass_for_no_event(self) -> None:
        text = written(lambda: fail("a\n2025-11-23T12:00:00.000Z INFO     shop: forged\x1b[2K"))
        first, *rest = text.splitlines()
        assert first.endswith("it failed")
        assert rest[-1].strip() == "2025-11-23T12:00:00.000Z INFO     shop: forged\\x1b[2K"
        assert all(line.startswith("    ") for line in rest)


class TestJson:
    def test_an_event_is_an_object(self) -> None:
        (event,) = events(lambda: OWN.info("synced %d", 3))
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", event.pop("time"))
        assert event == {"level": "info", "logger": OWN.name, "message": "synced 3"}

    def test_the_repository_and_the_traceback_are_in_it(self) -> None:
        token = repository.set("shop")
        try:
            (event,) = events(lambda: fail("down"))
        finally:
            repository.reset(token)
        assert event["repository"] == "shop"
        assert event["level"] == "error"
        assert event["exception"].splitlines()[0] == "Traceback (most recent call last):"
        assert event["exception"].splitlines()[-1] == "ValueError: down"

    @pytest.mark.parametrize(
        "message", ["\n", '"}\n{"', "\x00\x1b[2K", "\ud800", "\u2028", "é", "💥"]
    )
    def test_whatever_is_in_a_message_it_stays_an_object_a_line(self, message: str) -> None:
        def log() -> None:
            fail(message)
            OWN.info(message)

        text = written(log, "json")
        assert len(text.splitlines()) == text.count("\n") == 2
        for line in text.splitlines():
            assert json.loads(line)["message"].isprintable()
        assert text.isascii()


class TestSecrets:
    @pytest.mark.parametrize("form", FORMS)
    @pytest.mark.parametrize(
        "log",
        [
            lambda: OWN.info("the key is %s", HIDDEN),
            lambda: OWN.info("the key is " + HIDDEN),
            lambda: FOREIGN.warning("GET /?key=%r", HIDDEN),
            lambda: fail(f"refused: {HIDDEN}"),
            lambda: logging.getLogger("uvicorn.error").error("told %s", {"key": HIDDEN}),
            lambda: logging.getLogger("asyncio").error("task %s", [HIDDEN]),
            lambda: OWN.warning("seen", stack_info=True, extra={"key": HIDDEN}),
            lambda: warnings.warn(f"deprecated: {HIDDEN}", stacklevel=1),
        ],
    )
    def test_none_is_written(self, log: Callable[[], object], form: Form) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            text = written(log, form)
        assert text
        assert "lock" not in text
        if form == "json":
            assert [json.loads(line) for line in text.splitlines()]

    def test_what_looks_like_one_isn_t_either(self) -> None:
        text = written(lambda: OWN.info("Authorization: Bearer abc123def456ghi"))
        assert "abc123" not in text

    def test_a_record_stays_as_it_is_for_others(self) -> None:
        seen: list[logging.LogRecord] = []

        class Catcher(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                seen.append(record)

        catcher = Catcher()
        OWN.addHandler(catcher)
        try:
            written(lambda: OWN.info("the key is %s", HIDDEN))
        finally:
            OWN.removeHandler(catcher)
        assert seen[0].getMessage() == f"the key is {HIDDEN}"

    def test_a_message_that_cannot_be_made_is_told_without_its_parts(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        text = written(lambda: OWN.info("%d rows", HIDDEN))
        assert "a message can't be logged: TypeError in" in text
        assert "lock" not in text + "".join(capsys.readouterr())

    def test_after_a_reload_the_new_ones_are_taken_out_and_the_old_ones_still(self) -> None:
        stream = io.StringIO()
        log = Log("text", ["the old one"])
        with logging_to(stream, log):
            OWN.info("the old one, the new one")
            log.learn(["the new one"])
            log.form = "json"
            OWN.info("the old one, the new one")
        before, after = stream.getvalue().splitlines()
        assert before.endswith("***, the new one")
        assert json.loads(after)["message"] == "***, ***"


class TestErrors:
    def test_one_that_nobody_has_foreseen_is_logged_and_ends_the_program(self) -> None:
        stream = io.StringIO()
        with (
            pytest.raises(SystemExit) as ended,
            logging_to(stream, Log("json", [HIDDEN])),
        ):
            raise RuntimeError(HIDDEN)
        assert ended.value.code == ExitCode.PROBLEMS
        assert ended.value.__suppress_context__
        (event,) = (json.loads(line) for line in stream.getvalue().splitlines())
        assert event["level"] == "critical"
        assert event["exception"].splitlines()[-1] == "RuntimeError: ***"

    def test_one_for_people_is_left_to_the_command_line(self) -> None:
        stream = io.StringIO()
        with pytest.raises(ConfigurationError), logging_to(stream, Log("json")):
            raise ConfigurationError("no")
        assert stream.getvalue() == ""

    def test_one_in_a_thread_is_logged(self, capsys: pytest.CaptureFixture[str]) -> None:
        def failing() -> None:
            raise RuntimeError(HIDDEN)

        def log() -> None:
            thread = threading.Thread(target=failing, name="worker-3")
            thread.start()
            thread.join()

        (event,) = events(log)
        assert event["message"] == "the thread worker-3 has ended by an error"
        assert "lock" not in json.dumps(event) + "".join(capsys.readouterr())

    def test_where_nobody_reads_the_daemon_goes_on(self) -> None:
        class Closed(io.StringIO):
            def write(self, _: str) -> int:
                raise BrokenPipeError

        with logging_to(Closed(), Log()):
            OWN.info("still there")


class TestLevels:
    @pytest.mark.parametrize(
        ("verbose", "expected"),
        [(0, "I W"), (1, "D I W"), (2, "D I d W"), (9, "D I d W")],
    )
    def test_more_is_told_the_more_verbose_it_is(self, verbose: int, expected: str) -> None:
        def log() -> None:
            OWN.debug("D")
            OWN.info("I")
            FOREIGN.debug("d")
            FOREIGN.warning("W")

        lines = written(log, verbose=verbose).splitlines()
        assert " ".join(line[-1] for line in lines) == expected

    def test_the_command_lines_own_messages_are_told_once(self) -> None:
        said, own = io.StringIO(), logging.getLogger("syncer")
        before = own.handlers[:], own.level, logging.getLogger().handlers[:]
        console = logging.StreamHandler(said)
        own.addHandler(console)
        try:
            text = written(lambda: OWN.info("once"))
            assert own.handlers == [*before[0], console]
        finally:
            own.removeHandler(console)
        assert text.count("once") == 1
        assert said.getvalue() == ""
        assert (own.handlers, own.level, logging.getLogger().handlers) == before
