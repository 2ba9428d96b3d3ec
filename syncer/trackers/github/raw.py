"""An issue as GitHub has it, read from an answer of either of its interfaces, with nothing made up."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from syncer.trackers.replies import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NEEDED: Final = ("id", "number", "title", "state", "labels", "created_at", "updated_at", "html_url")
"""What every issue of the REST interface has."""

FRAGMENT: Final = """fragment Seen on Issue {
  databaseId: fullDatabaseId number title body state stateReason(enableDuplicate: true)
  createdAt updatedAt url locked
  assignees(first: 20) { nodes { login } }
  labels(first: 100) { nodes { name } }
  milestone { number title dueOn }
  comments { totalCount }
  repository { nameWithOwner }
}"""
"""The same in GraphQL."""


@dataclass(frozen=True, slots=True)
class Milestone:
    """A milestone; ``due`` is ``YYYY-MM-DD`` or empty."""

    number: int
    title: str
    due: str


@dataclass(frozen=True, slots=True)
class Raw:
    """An issue, or a pull request, as it was seen.

    Attributes:
        number: Its number.
        id: GitHub's own id of it.
        title: Its title.
        body: Its whole text, hidden lines and all.
        state: ``open`` or ``closed``.
        reason: Why: ``completed``, ``not_planned``, ``duplicate``, ``reopened``, or empty.
        labels: Names of its labels.
        assignees: Logins of its assignees, in GitHub's order.
        milestone: Its milestone.
        created: When it was filed.
        updated: When it was changed last.
        url: Address of its page.
        comments: How many comments it has.
        is_pull: Whether it is a pull request.
        type: Name of its type, or empty.
        values: Values of the organisation's issue fields, by the field's id: text, a number, or names of options.
    """

    number: int
    id: int
    title: str
    body: str
    state: str
    reason: str
    labels: tuple[str, ...]
    assignees: tuple[str, ...]
    milestone: Milestone | None
    created: datetime
    updated: datetime
    url: str
    comments: int
    is_pull: bool = False
    type: str = ""
    values: Mapping[int, Any] = field(default_factory=dict)

    def has_label(self, name: str) -> bool:
        """Whether it has a label; labels are the same in any case."""
        return any(label.casefold() == name.casefold() for label in self.labels)


def from_rest(data: Mapping[str, Any]) -> Raw:
    """An issue of the REST interface.

    Raises:
        UnreadableError: It isn't one.
    """
    try:
        return Raw(
            number=_integer(data["number"]),
            id=_integer(data["id"]),
            title=_text(data["title"]),
            body=_text(data.get("body") or ""),
            state=_text(data["state"]).lower(),
            reason=_text(data.get("state_reason") or "").lower(),
            labels=tuple(_name(label) for label in data["labels"]),
            assignees=tuple(_text(user["login"]) for user in data.get("assignees") or ()),
            milestone=_milestone(data.get("milestone"), "due_on"),
            created=_moment(data["created_at"]),
            updated=_moment(data["updated_at"]),
            url=_text(data["html_url"]),
            comments=_integer(data.get("comments", 0)),
            is_pull=data.get("pull_request") is not None,
            type=_text((data.get("type") or {}).get("name", "")),
            values=dict(_values(data.get("issue_field_values") or ())),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableError(f"an issue has no {error}") from error


def from_graphql(data: Mapping[str, Any]) -> Raw:
    """An issue of the GraphQL interface, asked for with ``FRAGMENT``.

    Raises:
        UnreadableError: It isn't one.
    """
    try:
        return Raw(
            number=_integer(data["number"]),
            id=int(data["databaseId"]),
            title=_text(data["title"]),
            body=_text(data["body"] or ""),
            state=_text(data["state"]).lower(),
            reason=_text(data["stateReason"] or "").lower(),
            labels=tuple(_text(label["name"]) for label in data["labels"]["nodes"]),
            assignees=tuple(_text(user["login"]) for user in data["assignees"]["nodes"]),
            milestone=_milestone(data["milestone"], "dueOn"),
            created=_moment(data["createdAt"]),
            updated=_moment(data["updatedAt"]),
            url=_text(data["url"]),
            comments=_integer(data["comments"]["totalCount"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableError(f"an issue has no {error}") from error


def _milestone(data: Mapping[str, Any] | None, due: str) -> Milestone | None:
    if data is None:
        return None
    day = _text(data[due] or "")[:10]
    return Milestone(_integer(data["number"]), _text(data["title"]), day)


def _values(data: Iterable[Mapping[str, Any]]) -> Iterable[tuple[int, Any]]:
    for one in data:
        value = one.get("value")
        if one.get("single_select_option"):
            value = _text(one["single_select_option"]["name"])
        elif one.get("multi_select_options"):
            value = [_text(option["name"]) for option in one["multi_select_options"]]
        if value is not None:
            yield _integer(one["issue_field_id"]), value


def _name(label: str | Mapping[str, Any]) -> str:
    return label if isinstance(label, str) else _text(label["name"])


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"text in {value!r:.50}")
    return value


def _integer(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"number in {value!r:.50}")
    return value


def _moment(value: object) -> datetime:
    return datetime.fromisoformat(_text(value)).astimezone(UTC)
