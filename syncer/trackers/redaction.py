"""Keeps secrets out of what people read: error texts, reasons, logs.

Two nets: what is known to be a secret is taken out in every form in which a client sends it, and what looks like one is
taken out, too, because services hand back tokens of their own.
"""

from __future__ import annotations

import logging
import re
from base64 import b64encode
from collections import deque
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

STARS: Final = "***"
"""What stands in the place of a secret."""

SHORTEST: Final = 4
"""A known secret that is shorter is none: its letters are in every other word."""

_LEARNT: Final = 50
"""How many of the secrets are kept that came to be known on the way."""

_NAMES: Final = r"(?:token|secret|password|passwd|pwd|api_?key|jwt|signature|sig|credential)"
_LOOKS_LIKE_ONE: Final = (
    # Headers, as http.client, urllib3 and PyGithub print them: to the end of the line or of the quoted text.
    (
        r"\b((?:proxy-)?authorization|(?:set-)?cookie|x-api-key|private-token)(\W{1,4})[^\r\n\"']+",
        r"\1\2",
    ),
    # Something with a digit, so that “a basic understanding” isn't one.
    (r"\b(bearer|basic|token)(\s+)(?=\S*\d)[\w.~+/=:-]{12,}", r"\1\2"),
    # Between the scheme and the host of an address.
    (r"\b([a-z][a-z0-9+.-]{1,20}://)[^/\s?#\"'<>]*(?=@)", r"\1"),
    (rf"([?&;][\w.-]{{0,40}}{_NAMES}[\w.-]{{0,40}}=)[^&#;\s\"'<>]+", r"\1"),
    (rf"([\"'][\w.-]{{0,40}}{_NAMES}[\"']\s*:\s*[\"'])[^\"']+", r"\1"),
    # GitHub's and Atlassian's tokens, signed web tokens, private keys.
    (r"\b()(?:gh[pousr]_|github_pat_|AT(?:ATT|CTT|BBT|STT)3?)[\w=.-]{16,}", ""),
    (r"\b()eyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?", ""),
    (r"()-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*-----)?", ""),
)
_PATTERNS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), kept + STARS) for pattern, kept in _LOOKS_LIKE_ONE
)


class Redactor:
    """Takes secrets out of a text.

    Args:
        secrets: What is known to be secret: tokens, passwords, and for basic authentication ``user:password``.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = tuple(secrets)
        self._learnt: deque[str] = deque(maxlen=_LEARNT)
        self._known = _compiled(self._secrets)

    def learn(self, *secrets: str) -> None:
        """Take out these, too: a token that was made on the way.

        The latest are kept: in a process that runs for months, those that expired long ago would pile up.
        """
        self._learnt.extend(secret for secret in secrets if secret not in self._learnt)
        self._known = _compiled((*self._secrets, *self._learnt))

    def __call__(self, text: str) -> str:
        """The text with ``***`` for every secret in it."""
        if self._known is not None:
            text = self._known.sub(STARS, text)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text


class RedactingFilter(logging.Filter):
    """Takes secrets out of what is logged: added to a handler, it sees the records of client libraries, too."""

    def __init__(self, redact: Redactor) -> None:
        super().__init__()
        self._redact = redact

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact a record; none is dropped."""
        record.msg = self._redact(record.getMessage())
        record.args = None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = self._redact(record.exc_text)
        return True


def _compiled(secrets: Iterable[str]) -> re.Pattern[str] | None:
    forms = {form for secret in secrets if len(secret) >= SHORTEST for form in _forms(secret)}
    # The longest first: a shorter one may be a part of it.
    known = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
    return re.compile(known) if known else None


def _forms(secret: str) -> Iterator[str]:
    """A secret as it may be met: as it is, in an address, in a header, in a printed Python string."""
    yield secret
    yield quote(secret, safe="")
    yield quote_plus(secret)
    yield b64encode(secret.encode("utf-8", "surrogatepass")).decode()
    yield repr(secret)[1:-1]
