"""What is in an answer, or that it makes no sense: pure, and the same for every service that answers in JSON."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from syncer.trackers.replies import UnreadableError

if TYPE_CHECKING:
    from syncer.trackers.replies import Reply

_NUMBER: Final = re.compile("[0-9]{1,11}")


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


def number_in(text: str | None) -> int | None:
    """The whole number that a header holds; ``None`` if it doesn't hold one that a moment could have."""
    return int(text) if text and _NUMBER.fullmatch(text) else None
