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
        data: The whole answer, for one that has more in it (a bulk request); it isn't fit for anybody's eyes.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    messages: tuple[str, ...] = ()
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
    """Whether Jira took the request for an anonymous one: it may answer it as if there were nothing to be seen."""
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


def issues_in(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The issues on a page of them.

    Raises:
        UnreadableError: There are no issues that could be told from each other.
    """
    issues = data.get("issues")
    if not isinstance(issues, list):
        raise UnreadableError("without issues")
    for issue in issues:
        if not isinstance(issue, dict) or not isinstance(issue.get("key"), str):
            raise UnreadableError("an issue without a key")
    return issues


def errors_in(data: Mapping[str, Any]) -> dict[str, str]:
    """What a bulk read says about issues that it doesn't show.

    Raises:
        UnreadableError: It makes no sense.
    """
    errors = data.get("issueErrors") or []
    if not isinstance(errors, list) or not all(isinstance(error, dict) for error in errors):
        raise UnreadableError("errors that are none")
    return {str(error.get("id")): str(error.get("errorMessage") or "") for error in errors}
