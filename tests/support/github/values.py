"""What of the values that an issue is to have is taken, and as what."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from tests.support.github.refusals import RefusalError, invalid

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tests.support.github.records import IssueField, IssueType, User, Value
    from tests.support.github.store import Repository, Store

TITLE_LIMIT: Final = 256
BODY_LIMIT: Final = 65_536
ASSIGNEE_LIMIT: Final = 10


def may_push(repository: Repository, user: User) -> bool:
    """Whether somebody may set what isn't text."""
    return repository.role(user.login) in ("write", "admin")


def others(store: Store, repository: Repository, content: Mapping[str, Any]) -> dict[str, Any]:
    """The values of what is neither text nor state nor a label."""
    asked: dict[str, Any] = {}
    if "assignees" in content or "assignee" in content:
        logins = content.get("assignees", [content.get("assignee")])
        asked["assignees"] = _assignees(store, repository, [_login(one) for one in logins if one])
    if "milestone" in content:
        asked["milestone"] = _milestone(repository, content["milestone"])
    if "type" in content:
        asked["type"] = _type(store, repository, content["type"])
    if "issue_field_values" in content:
        asked["fields"] = _fields(store, repository, content["issue_field_values"])
    return asked


def _login(assignee: str | Mapping[str, Any]) -> str:
    return assignee if isinstance(assignee, str) else str(assignee["login"])


def _assignees(store: Store, repository: Repository, logins: Sequence[str]) -> tuple[User, ...]:
    """Those who are too many are dropped without a word; whoever can't be assigned see ``Store``."""
    known = {user.login.lower(): user for user in repository.assignable}
    found: dict[str, User] = {}
    for login in logins:
        if login.lower() in known:
            found[login.lower()] = known[login.lower()]
        elif store.refuses_unassignable:
            raise invalid("Issue", "assignees", "invalid", value=login)
    return tuple(found.values())[:ASSIGNEE_LIMIT]


def _milestone(repository: Repository, number: Any) -> int | None:
    if number is None or number == "":
        return None
    if not str(number).isdecimal() or int(number) not in repository.milestones:
        raise invalid("Issue", "milestone", "invalid", value=str(number))
    return int(number)


def _type(store: Store, repository: Repository, asked: Any) -> IssueType | None:
    name = asked.get("value") if isinstance(asked, dict) else asked
    if not name:
        return None
    for one in store.organisation_of(repository).types:
        if one.name.lower() == name.lower():
            return one
    raise invalid("Issue", "type", "invalid", value=name)


def _fields(
    store: Store, repository: Repository, asked: Iterable[Mapping[str, Any]]
) -> dict[int, Value]:
    """The values of fields: these and no others. An option goes by its name."""
    known = {field.id: field for field in store.organisation_of(repository).fields}
    taken: dict[int, Value] = {}
    for one in asked:
        field = known.get(one["field_id"])
        if field is None:
            raise invalid("Issue", "issue_field_values", "invalid", "Issue field does not exist")
        taken[field.id] = _field_value(field, one["value"])
    return taken


def _field_value(field: IssueField, value: Any) -> Value:
    names = {option.name.lower(): option.name for option in field.options}
    if field.data_type in ("single_select", "multi_select"):
        asked = [value] if field.data_type == "single_select" else value
        chosen = [names.get(str(one).lower()) for one in asked]
        if None in chosen:
            raise invalid(
                "Issue",
                "issue_field_values",
                "invalid",
                f"Issue field option with name {value} does not exist",
            )
        options = tuple(str(one) for one in chosen)
        return options[0] if field.data_type == "single_select" else options
    if field.data_type == "number":
        if not isinstance(value, int | float):
            raise invalid("Issue", "issue_field_values", "invalid", "Value is not a number")
        return float(value)
    if field.data_type == "date" and not re.fullmatch(r"\d{4}-\d\d-\d\d", str(value)):
        raise invalid("Issue", "issue_field_values", "invalid", "Value is not a date")
    return str(value)


# Texts and states


def title(asked: str | int) -> str:
    """A title, without what can't be stored."""
    text = str(asked).replace("\0", "")
    if not text.strip():
        raise invalid("Issue", "title", "missing_field")
    if len(text) > TITLE_LIMIT:
        raise _too_long("Issue", "title", TITLE_LIMIT)
    return text


def body(resource: str, asked: str | None) -> str | None:
    """A text, without what can't be stored."""
    if asked is None:
        return None
    text = asked.replace("\0", "")
    if len(text) > BODY_LIMIT:
        raise _too_long(resource, "body", BODY_LIMIT)
    return text


def _too_long(resource: str, field: str, limit: int) -> RefusalError:
    return invalid(
        resource, field, "custom", f"{field} is too long (maximum is {limit} characters)"
    )


def state(store: Store, user: User, content: Mapping[str, Any]) -> dict[str, Any]:
    """A state that an issue didn't have; only now the reason counts."""
    reason = content.get("state_reason")
    if content["state"] == "open":
        return {
            "state": "open",
            "state_reason": "reopened",
            "closed": None,
            "closed_by": None,
            "duplicate_of": None,
        }
    if reason == "reopened":
        raise invalid("Issue", "state_reason", "invalid", value=reason)
    original = content.get("duplicate_issue_id")
    if reason == "duplicate" and original is not None:
        every = (issue for one in store.repositories.values() for issue in one.issues.values())
        if all(issue.id != original for issue in every):
            raise invalid("Issue", "duplicate_issue_id", "invalid")
    return {
        "state": "closed",
        "state_reason": reason or "completed",
        "closed": store.now,
        "closed_by": user,
        "duplicate_of": original if reason == "duplicate" else None,
    }
