"""Lists: which issues they have, in which order, and how they are cut into pages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from tests.support.github.calls import Call
    from tests.support.github.records import Issue
    from tests.support.github.store import Repository

_PAGE: Final = 30
_NOT_MODELLED: Final = ("mentioned", "issue_field_values")

_ORDERS: Final[Mapping[str, Callable[[Issue], Any]]] = {
    "created": lambda issue: (issue.created, issue.number),
    "updated": lambda issue: (issue.updated, issue.number),
    "comments": lambda issue: (len(issue.comments), issue.number),
}


def issues(call: Call, home: Repository) -> list[Issue]:
    """The issues and pull requests that a request asks for, as they were when the list was made."""
    query = call.query
    if any(name in query for name in _NOT_MODELLED):
        raise NotImplementedError(f"the double can't filter by {_NOT_MODELLED}")
    found = [
        issue
        for issue in call.store.as_of(home, call.lag).values()
        if issue.number not in home.hidden
        and (home.has_issues or issue.pull_request)
        and all(_fits(issue, query))
    ]
    found.sort(
        key=_ORDERS[query.get("sort", "created")], reverse=query.get("direction", "desc") == "desc"
    )
    return found


def pulls(call: Call, home: Repository) -> list[Issue]:
    """The pull requests that a request asks for."""
    query = call.query
    state, base = query.get("state", "open"), query.get("base")
    owner, _, branch = query.get("head", "").rpartition(":")
    found = []
    for issue in call.store.as_of(home, call.lag).values():
        pull = issue.pull
        if pull is None or state not in ("all", issue.state) or base not in (None, pull.base):
            continue
        # A head without an owner is no filter at all.
        theirs = pull.of.partition("/")[0].lower()
        if owner and (owner.lower(), branch) != (theirs, pull.head):
            continue
        found.append(issue)
    order = _ORDERS[query.get("sort", "created")]
    descending = query.get("direction", "desc" if "sort" not in query else "asc") == "desc"
    return sorted(found, key=order, reverse=descending)


def _fits(issue: Issue, query: Mapping[str, str]) -> Iterable[bool]:
    state = query.get("state", "open")
    yield state in ("all", issue.state)
    has = {label.name.lower() for label in issue.labels}
    yield {name.strip().lower() for name in query.get("labels", "").split(",") if name} <= has
    if "since" in query:
        yield issue.updated >= datetime.fromisoformat(query["since"]).astimezone(UTC)
    if "creator" in query:
        yield issue.user.login.lower() == query["creator"].lower()
    given = {
        "assignee": [user.login.lower() for user in issue.assignees],
        "milestone": [str(issue.milestone)] if issue.milestone else [],
        "type": [issue.type.name.lower()] if issue.type else [],
    }
    for name, values in given.items():
        wanted = query.get(name, "").lower()
        if wanted:
            yield (
                wanted in values
                or (wanted == "*" and bool(values))
                or (wanted == "none" and not values)
            )


def page(
    call: Call, home: Repository, things: Sequence[Any]
) -> tuple[Sequence[Any], Mapping[str, str]]:
    """One page of a list, and the header that leads to the others."""
    size = int(call.query.get("per_page", _PAGE))
    number = int(call.query.get("page", 1))
    last = max(1, -(-len(things) // size))
    shown = things[(number - 1) * size : number * size]
    links = []
    if number < last:
        links = [("next", number + 1), ("last", last)]
    if number > 1:
        links = [("prev", number - 1), *links, ("first", 1)]
    base = _base(call, home)
    rendered = [
        f'<{base}?{urlencode({**call.query, "page": to})}>; rel="{name}"' for name, to in links
    ]
    return shown, {"Link": ", ".join(rendered)} if rendered else {}


def _base(call: Call, home: Repository) -> str:
    """Other pages are linked by the repository's id, which outlives its name."""
    rest = call.path.split("/", 4)[4:]
    return call.urls.numbered(home, f"/{rest[0]}" if rest else "")
