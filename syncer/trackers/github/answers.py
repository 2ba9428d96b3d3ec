"""What is in an answer of GitHub's, or that it makes no sense: pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from syncer.trackers.replies import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from syncer.trackers.replies import Reply

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


def is_success(status: int) -> bool:
    """Whether a status says that it went well."""
    return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES


def json_in(reply: Reply) -> Any:
    """The JSON in an answer.

    Raises:
        UnreadableError: It is something else.
    """
    try:
        return json.loads(reply.text)
    except (ValueError, RecursionError):
        raise UnreadableError(f"{reply.status} with something that is no JSON") from None


def object_in(data: Any, needs: tuple[str, ...]) -> dict[str, Any]:
    """Data that have to be an object.

    Args:
        data: The data.
        needs: Keys that it must have, with something in them.

    Raises:
        UnreadableError: They are no such thing.
    """
    if not isinstance(data, dict):
        raise UnreadableError("not an object")
    missing = [name for name in needs if data.get(name) is None]
    if missing:
        raise UnreadableError(f"without {', '.join(missing)}")
    return data


def list_in(data: Any) -> list[dict[str, Any]]:
    """Data that have to be a list of objects.

    Raises:
        UnreadableError: They are no such thing.
    """
    if not isinstance(data, list) or not all(isinstance(entry, dict) for entry in data):
        raise UnreadableError("not a list of objects")
    return data


def next_page(link: str) -> str:
    """The address of the next page from a ``Link`` header (RFC 8288); empty if this is the last one.

    An address may have commas in it, so that the header can't be parted at them.
    """
    return next((address for address, rest in _LINK.findall(link) if _NEXT.search(rest)), "")
