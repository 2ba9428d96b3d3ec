"""Whether a webhook is from somebody who knows the secret, and whether it has been here before.

GitHub ("Validating webhook deliveries") and Jira ("Secure admin webhooks", WebSub) sign alike: ``sha256=`` and the
hexadecimal HMAC-SHA256 of the body as it was sent. Nothing but the body is signed.
"""

from __future__ import annotations

import hmac
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

REMEMBERED: Final = 10_000
"""How many bodies are remembered."""

FOR: Final = 3600.0
"""How long, in seconds."""


def signature(secret: str, body: bytes) -> str:
    """What a body is signed with, as it stands in the header."""
    return "sha256=" + hmac.new(secret.encode(), body, "sha256").hexdigest()


def agrees(expected: str, given: str) -> bool:
    """Whether a signature is the expected one.

    It takes as long whatever was given, nothing included, so that how long it takes says nothing.
    """
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))


class Memory:
    """Remembers bodies by their signatures for a while, so that nobody gains by sending one again.

    The id of a delivery, which is in a header, would be a worse sign: it isn't signed, so whoever sends a body again
    can give it another one.

    Args:
        elapsed: Seconds on a clock that never goes back.
        size: How many are remembered; the oldest are forgotten first.
        lifetime: How long, in seconds.
    """

    def __init__(
        self, elapsed: Callable[[], float], size: int = REMEMBERED, lifetime: float = FOR
    ) -> None:
        self._elapsed = elapsed
        self._size = size
        self._lifetime = lifetime
        self._seen: OrderedDict[str, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._seen)

    def is_new(self, signed: str) -> bool:
        """Whether this signature is not remembered; from now on it is."""
        now = self._elapsed()
        while self._seen and now - next(iter(self._seen.values())) >= self._lifetime:
            self._seen.popitem(last=False)
        if signed in self._seen:
            return False
        self._seen[signed] = now
        if len(self._seen) > self._size:
            self._seen.popitem(last=False)
        return True
