"""Which issues a query finds."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from operator import eq, ge, gt, le, lt
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from tests.support.jira import access, jql
from tests.support.jira.refusals import RefusalError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from tests.support.jira.calls import Call
    from tests.support.jira.records import Issue

_KEYS: Final = frozenset({"key", "issuekey", "issue", "id"})
_KEY: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]+-[0-9]+")
_TIMES: Final = {
    "created": "created",
    "createddate": "created",
    "updated": "updated",
    "updateddate": "updated",
}
_OTHERS: Final = (
    "assignee attachments category comment component creator description due duedate environment "
    "fixversion level lastviewed parent priority reporter resolution resolutiondate resolved status "
    "statuscategory summary text type issuetype voter votes watcher watchers worklogdate"
)
_NOT_MODELLED: Final = frozenset(_OTHERS.split())
"""Fields that Jira knows and the double can't search by."""

_COMPARE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "=": eq,
    ">": gt,
    ">=": ge,
    "<": lt,
    "<=": le,
}
_FORMATS: Final = ("%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M", "%Y/%m/%d", "%Y-%m-%d")
_AGO: Final = re.compile(r"-(\d+)([wdhm])")
_UNITS: Final = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}


def find(
    call: Call, text: str, reconciled: Iterable[str] = (), *, validated: bool = True
) -> list[Issue]:
    """The issues that a query finds, in its order.

    Args:
        call: Who asks, and how old the index is.
        text: The query.
        reconciled: Ids of issues that are looked at as they are now.
        validated: Whether the query fails that names an unknown issue; else it finds nothing there.

    Raises:
        RefusalError: It names what there isn't.
        QueryError: It isn't understood.
    """
    query = jql.parse(text)
    if call.store.cloud and not query.clauses:
        raise RefusalError(
            400,
            "Unbounded JQL queries are not allowed here. Please add a search restriction to your query.",
        )
    problems: list[str] = []
    unknown = problems if validated and call.store.refuses_unknown_keys else []
    tests = [
        _by_key(call, clause, problems, unknown)
        if clause.field in _KEYS
        else _test(call, clause, problems)
        for clause in query.clauses
    ]
    orders = [_order(field, problems) for field, _ in query.order]
    if problems:
        raise RefusalError(400, *problems)
    indexed = dict(call.store.as_of(call.lag))
    for number in reconciled:
        indexed.pop(number, None)
        if number in call.store.issues:
            indexed[number] = call.store.issues[number]
    found = [
        issue
        for issue in indexed.values()
        if issue.id in call.store.issues
        and access.sees(call, issue)
        and all(test(issue) for test in tests)
    ]
    # Without an order Jira promises none; the newest come first.
    found.sort(key=lambda issue: (issue.created, int(issue.id)), reverse=not query.order)
    for key, (_, backwards) in reversed(list(zip(orders, query.order, strict=True))):
        found.sort(key=key, reverse=backwards)
    return found


def shown(call: Call, found: Issue) -> Issue:
    """An issue as the index has it: what isn't searched for isn't kept there, and comes as it is now."""
    now = call.store.issues[found.id]
    return replace(found, properties=now.properties)


def _never(issue: Issue) -> bool:
    del issue
    return False


def _order(field: str, problems: list[str]) -> Callable[[Issue], Any]:
    if field in _KEYS:
        return lambda issue: (issue.project, issue.number)
    if field in _TIMES:
        attribute = _TIMES[field]
        return lambda issue: getattr(issue, attribute)
    if field in _NOT_MODELLED:
        raise jql.QueryError(f"the double can't sort by {field}")
    problems.append(f"Not able to sort using field '{field}'.")
    return lambda issue: issue.key


def _test(call: Call, clause: jql.Clause, problems: list[str]) -> Callable[[Issue], bool]:
    if clause.field == "project":
        return _in_project(call, clause, problems)
    if clause.field == "labels":
        return _labelled(clause, problems)
    if clause.field in _TIMES:
        return _by_time(call, clause, problems)
    if clause.field in _NOT_MODELLED or clause.field in {
        field.name.lower() for field in call.store.fields.values()
    }:
        raise jql.QueryError(f"the double can't search by {clause.field}")
    problems.append(
        f"Field '{clause.field}' does not exist or you do not have permission to view it."
    )
    return _never


def _one_of(clause: jql.Clause, problems: list[str]) -> bool:
    """Whether a clause asks for one of several values; nothing else can be asked of most fields."""
    if clause.sign in ("=", "in"):
        return True
    problems.append(f"The operator '{clause.sign}' is not supported by the '{clause.field}' field.")
    return False


def _in_project(call: Call, clause: jql.Clause, problems: list[str]) -> Callable[[Issue], bool]:
    keys = set()
    for value in clause.values if _one_of(clause, problems) else ():
        project = next(
            (
                one
                for one in call.store.projects.values()
                if value.lower() in (one.key.lower(), one.name.lower(), one.id)
            ),
            None,
        )
        if project is None or not project.may(call.asker, "BROWSE_PROJECTS"):
            problems.append(f"The value '{value}' does not exist for the field 'project'.")
        else:
            keys.add(project.key)
    return lambda issue: issue.project in keys


def _labelled(clause: jql.Clause, problems: list[str]) -> Callable[[Issue], bool]:
    _one_of(clause, problems)
    wanted = {value.lower() for value in clause.values}
    return lambda issue: not wanted.isdisjoint(label.lower() for label in issue.labels)


def _by_key(
    call: Call, clause: jql.Clause, problems: list[str], unknown: list[str]
) -> Callable[[Issue], bool]:
    named = []
    for value in clause.values:
        issue = call.store.issue(value)
        if issue is not None and access.sees(call, issue):
            named.append(issue)
        elif value.isdecimal():
            unknown.append(f"A value with ID '{value}' does not exist for field '{clause.field}'.")
        elif _KEY.fullmatch(value):
            unknown.append(
                f"An issue with key '{value}' does not exist for field '{clause.field}'."
            )
        else:
            problems.append(f"The issue key '{value}' for field '{clause.field}' is invalid.")
    if clause.sign in ("=", "in"):
        return _among({issue.id for issue in named})
    return _beyond(named, _COMPARE[clause.sign])


def _among(ids: set[str]) -> Callable[[Issue], bool]:
    return lambda issue: issue.id in ids


def _beyond(named: Sequence[Issue], compare: Callable[[Any, Any], bool]) -> Callable[[Issue], bool]:
    """Keys and ids are compared by number within the project of the issue that is named."""
    if not named:
        return _never
    (bound,) = named
    return lambda issue: issue.project == bound.project and compare(issue.number, bound.number)


def _by_time(call: Call, clause: jql.Clause, problems: list[str]) -> Callable[[Issue], bool]:
    if clause.sign in ("=", "in"):
        raise jql.QueryError(f"the double can't search for one point in time: {clause}")
    bound = _time(call, clause.values[0])
    if bound is None:
        problems.append(
            f"Date value '{clause.values[0]}' for field '{clause.field}' is invalid. Valid formats "
            "include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period "
            "format e.g. '-5d', '4w 2d'."
        )
        return _never
    compare = _COMPARE[clause.sign]
    attribute = _TIMES[clause.field]
    return lambda issue: compare(getattr(issue, attribute), bound)


def _time(call: Call, text: str) -> datetime | None:
    """A time as somebody writes it whose clock is in their own time zone."""
    ago = _AGO.fullmatch(text)
    if ago:
        return call.store.now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    zone = ZoneInfo(call.user.time_zone)
    for form in _FORMATS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=zone)
        except ValueError:
            continue
    return None
