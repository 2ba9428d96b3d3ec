"""What is in an answer of GitHub's, or that it makes no sense: pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_LINK: Final = re.compile(r"<([^<>]*)>([^<]*)")
_NEXT: Final = re.compile(
    r';\s*rel\s*=\s*(?:next(?=[\s;,]|\Z)|"(?:[^"]*\s)?next(?:\s[^"]*)?")', re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Got:
    """What a read was answered with.

    Attributes:
        data: The JSON; ``None`` if nothing has changed since the answer with the tag that was sent.
        headers: The headers, by names in small letters.
    """

    data: Any
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def etag(self) -> str:
        """The answer's tag; empty if it has none."""
        return self.headers.get("etag", "")


def next_page(link: str) -> str:
    """The address of the next page from a ``Link`` header (RFC 8288); empty if this is the last one.

    An address may have commas in it, so that the header can't be parted at them.
    """
    return next((address for address, rest in _LINK.findall(link) if _NEXT.search(rest)), "")
