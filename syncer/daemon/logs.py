"""The daemon's log: a line or an object for each event, whichever library it is from, and no secret in any of them.

Everything passes one handler. It takes out secrets before it escapes anything, because an escaped secret is none that
could be recognised, and it leaves the records themselves alone.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Literal, TextIO

from syncer.errors import ExitCode, SyncerError
from syncer.render.safe import safe, safe_lines
from syncer.trackers.redaction import Redactor

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Form = Literal["text", "json"]

repository: Final[ContextVar[str]] = ContextVar("repository", default="")
"""The name of the repository that this thread is at work on; empty if it is none."""

_LOG: Final = logging.getLogger(__name__)

_LONGEST: Final = 100_000
"""What is longer is cut, in characters, before secrets are looked for; much less is shown."""

_LEVELS: Final = (
    (logging.INFO, logging.WARNING),
    (logging.DEBUG, logging.WARNING),
    (logging.DEBUG, logging.DEBUG),
)
"""By how verbose it is to be: the least level of syncer's own messages, and of those of libraries."""


@contextmanager
def logging_to(stream: TextIO, log: Log, *, verbose: int = 0) -> Iterator[None]:
    """Write everything that is logged, warned of or raised in a thread to a stream; at the end all is as it was.

    An error that nobody has foreseen is logged, too: Python's own word on it could have a secret in it.

    Args:
        stream: Where to.
        log: How; it may be changed meanwhile.
        verbose: How much: 0, 1 or 2.

    Raises:
        SystemExit: There was such an error.
    """
    handler = _Handler(stream)
    handler.setFormatter(log)
    root, own = logging.getLogger(), logging.getLogger("syncer")
    loggers = [(logger, logger.handlers[:], logger.level) for logger in (root, own)]
    hook = threading.excepthook
    # The command line may have given its own messages a handler, for people (--verbose): this is in its place.
    root.handlers[:], own.handlers[:] = [handler], []
    own_level, root_level = _LEVELS[min(verbose, len(_LEVELS) - 1)]
    own.setLevel(own_level)
    root.setLevel(root_level)
    logging.captureWarnings(capture=True)
    threading.excepthook = _thread_failed
    try:
        yield
    except SyncerError:
        raise
    except Exception:  # noqa: BLE001 - whatever it is, it is told, and it ends the program
        _LOG.critical(
            "the daemon has ended by an error of its own, please report it", exc_info=True
        )
        raise SystemExit(ExitCode.PROBLEMS) from None
    finally:
        threading.excepthook = hook
        logging.captureWarnings(capture=False)
        for logger, handlers, level in loggers:
            logger.handlers[:] = handlers
            logger.setLevel(level)


def _thread_failed(failed: threading.ExceptHookArgs) -> None:
    if failed.exc_value is None or isinstance(failed.exc_value, SystemExit):
        return
    name = failed.thread.name if failed.thread else "unknown"
    error = (failed.exc_type, failed.exc_value, failed.exc_traceback)
    _LOG.critical("the thread %s has ended by an error", name, exc_info=error)


class _Handler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - its name in logging
        """Say that a message can't be written down. Python would print its parts as they are, secrets included."""
        error = sys.exception()
        if isinstance(error, OSError):
            return  # nobody reads the log any more, so nobody can be told
        said = "a message can't be logged: %s in %s, line %d"
        parts = (type(error).__name__, record.pathname, record.lineno)
        told = logging.LogRecord(record.name, logging.ERROR, "", 0, said, parts, None)
        self.stream.write(self.format(told) + self.terminator)
        self.flush()


class Log(logging.Formatter):
    """How events are written down: what is told of each, in which form, without secrets and control characters.

    Args:
        form: ``text``, a line for each event, or ``json``, an object a line.
        secrets: What is secret, besides what looks like it.
    """

    def __init__(self, form: Form = "text", secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self.form = form
        self._secrets: tuple[str, ...] = ()
        self.learn(secrets)

    def learn(self, secrets: Iterable[str]) -> None:
        """Take out these from now on, too. What was secret before stays so: what uses it may be still at work."""
        self._secrets = tuple(dict.fromkeys([*secrets, *self._secrets]))
        self._redact = Redactor(self._secrets)

    def format(self, record: logging.LogRecord) -> str:
        """An event, written down."""
        return self._object(record) if self.form == "json" else self._lines(record)

    def _lines(self, record: logging.LogRecord) -> str:
        name = safe(repository.get()) or "-"
        line = f"{_time(record)} {record.levelname:<8} {name}: {self._message(record)}"
        # Further lines are indented, so that none of them passes for an event.
        return "\n    ".join([line, *self._exception(record).splitlines()])

    def _object(self, record: logging.LogRecord) -> str:
        event = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": safe(record.name),
            "repository": safe(repository.get()),
            "message": self._message(record),
            "exception": self._exception(record),
        }
        return json.dumps({key: value for key, value in event.items() if value})

    def _message(self, record: logging.LogRecord) -> str:
        return safe(self._redact(record.getMessage()[:_LONGEST]))

    def _exception(self, record: logging.LogRecord) -> str:
        """The traceback, in lines; empty if there is none."""
        parts = [self.formatException(record.exc_info)] if record.exc_info else []
        parts += [self.formatStack(record.stack_info)] if record.stack_info else []
        # The end says what it was.
        return safe_lines(self._redact("\n".join(parts)[-_LONGEST:]), _LONGEST)


def _time(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
