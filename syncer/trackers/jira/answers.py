"""What is in an answer of Jira's: pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from syncer.trackers.answers import json_in, object_in
from syncer.trackers.base import Refused
from syncer.trackers.replies import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from syncer.trackers.replies import Reply

_NOBODY: Final = ("AUTHENTICATED_FAILED", "AUTHENTICATION_DENIED", "AUTHORISATION_FAILED")


@dataclass(frozen=True, slots=True)
class Rejected(Refused):
    """A refusal whose reasons Jira gives by fields.

    Attributes:
        fields: What is wrong, by the field's id; each in one line, fit for people's eyes.
        messages: What is wrong besides, likewise.
        status: The answer's status.
        data: The whole answer, for one that has more in it (a bulk request); it isn't fit for anybody's eyes.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    messages: tuple[str, ...] = ()
    status: int = 0
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)


class Fetched(NamedTuple):
    """Issues that were asked for by their keys.

    Attributes:
        issues: Those that there are, as Jira has them; one that has moved has its new key.
        errors: What Jira says about the others, by the key that was asked for.
    """

    issues: list[dict[str, Any]]
    errors: dict[str, str]


def is_nobody(reply: Reply) -> bool:
    """Whether Jira took a request for an anonymous one: it may answer it as if there were nothing to be seen."""
    user = reply.header("X-AUSERNAME") or ""
    if reply.header("X-AACCOUNTID") or user:
        return user == "anonymous"
    reason = (reply.header("X-Seraph-LoginReason") or "").upper()
    return any(word in reason for word in _NOBODY)


def data_in(reply: Reply) -> Any:
    """The JSON in an answer.

    Raises:
        UnreadableError: It is something else.
    """
    if reply.text.lstrip()[:1] == "<":
        raise UnreadableError(f"{reply.status} with a page of HTML, such as one to log in")
    return json_in(reply)


def written_in(reply: Reply, needs: tuple[str, ...]) -> dict[str, Any] | None:
    """What a write is answered with; ``None`` if that is a success without content.

    Raises:
        UnreadableError: Nobody can tell whether it is one.
    """
    if not needs and not reply.text.strip() and reply.status in {200, 201, 204}:
        if "html" in (reply.header("Content-Type") or "").lower():
            raise UnreadableError(f"{reply.status} with an empty page of HTML")
        return None
    return object_in(data_in(reply), needs)


def bulk_in(data: Any) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The issues of a bulk read, and what it says about those that it doesn't show.

    Raises:
        UnreadableError: It makes no sense.
    """
    page = object_in(data, ())
    return _issues_in(page), _errors_in(page)


def cloud_page(data: Any) -> tuple[list[dict[str, Any]], str]:
    """The issues on a page of Cloud's search, and the token of the next one; empty if it is the last one.

    Raises:
        UnreadableError: It is no such page.
    """
    page = object_in(data, ())
    token, last = page.get("nextPageToken"), page.get("isLast")
    if last is True:
        token = None
    elif token is None and last is False:
        raise UnreadableError("a list that goes on, and doesn't say where")
    if token is not None and not isinstance(token, str):
        raise UnreadableError("a token that is no text")
    return _issues_in(page), token or ""


def server_page(data: Any, start: int) -> tuple[list[dict[str, Any]], int]:
    """The issues on a page of Data Center's search, and how many there are altogether.

    Args:
        data: The page.
        start: Where it was to start.

    Raises:
        UnreadableError: It is no such page, or ends too early.
    """
    page = object_in(data, ("total",))
    issues, total = _issues_in(page), page["total"]
    if not isinstance(total, int):
        raise UnreadableError("a total that is no number")
    if page.get("startAt", start) != start:
        raise UnreadableError("another page than the one that was asked for")
    if not issues and start < total:
        raise UnreadableError("a list that ends before its end")
    return issues, total


def _issues_in(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    issues = data.get("issues")
    if not isinstance(issues, list):
        raise UnreadableError("without issues")
    for issue in issues:
        if not isinstance(issue, dict) or not isinstance(issue.get("key"), str):
            raise UnreadableError("an issue without a key")
    return issues


def _errors_in(data: Mapping[str, Any]) -> dict[str, str]:
    errors = data.get("issueErrors") or []
    if not isinstance(errors, list) or not all(isinstance(error, dict) for error in errors):
        raise UnreadableError("errors that are none")
    return {str(error.get("id")): str(error.get("errorMessage") or "") for error in errors}
