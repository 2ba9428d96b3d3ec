"""Operations that find issues, and read many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tests.support.jira import access, rendering, searching
from tests.support.jira.calls import Call, Reply
from tests.support.jira.refusals import RefusalError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_GONE: Final = (
    "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration guideline "
    "is available at https://developer.atlassian.com/changelog/#CHANGE-2046"
)
_MOST_WITH_FIELDS: Final = 100
_MOST_KEYS: Final = 5000
_MOST_ON_A_SERVER: Final = 1000


def search(call: Call) -> Reply:
    """The search of Data Center, which the cloud has no longer."""
    if call.store.cloud:
        raise RefusalError(410, _GONE)
    asked = call.body if call.method == "POST" else call.query
    fields = _listed(asked.get("fields")) or ["*navigable"]
    start = int(asked.get("startAt", 0))
    size = min(int(asked.get("maxResults", 50)), _MOST_ON_A_SERVER)
    validated = str(asked.get("validateQuery", True)).lower() not in ("false", "none", "warn")
    found = searching.find(call, asked.get("jql", ""), validated=validated)
    body = {
        "expand": "names,schema",
        "startAt": start,
        "maxResults": size,
        "total": len(found),
        "issues": [
            rendering.issue(call, searching.shown(call, one), fields)
            for one in found[start : start + size]
        ],
    }
    return Reply(200, body)


def search_with_tokens(call: Call) -> Reply:
    """The search of the cloud."""
    asked = call.body if call.method == "POST" else call.query
    fields = _listed(asked.get("fields")) or ["id"]
    properties = _listed(asked.get("properties"))
    reconciled = _listed(asked.get("reconcileIssues")) or []
    if len(properties or ()) > 5:
        raise RefusalError(400, "The number of properties must not exceed 5.")
    if len(reconciled) > 50:
        raise RefusalError(400, "The number of issues to reconcile must not exceed 50.")
    jql = asked.get("jql", "")
    rest = _rest(call, jql, asked.get("nextPageToken"), reconciled)
    most = _MOST_KEYS if set(fields) <= {"id", "key"} and not properties else _MOST_WITH_FIELDS
    size = min(int(asked.get("maxResults", 50)), most)
    shown = [call.store.issues[one] for one in rest[:size] if one in call.store.issues]
    fresh = set(reconciled)
    index = call.store.as_of(call.lag)
    body: dict[str, Any] = {
        "issues": [
            rendering.issue(
                call,
                one if one.id in fresh else searching.shown(call, index.get(one.id, one)),
                fields,
                properties,
            )
            for one in shown
        ],
        "isLast": len(rest) <= size,
    }
    if rest[size:]:
        body["nextPageToken"] = call.cursors.give(jql, rest[size:])
    return Reply(200, body)


def _rest(call: Call, jql: str, token: str | None, reconciled: Sequence[str]) -> Sequence[str]:
    """Ids of the issues that a page and those after it have."""
    if token:
        cursor = call.cursors.of(token)
        if cursor is None or cursor.jql != jql:
            raise RefusalError(400, "The provided next page token is invalid or expired.")
        return cursor.rest
    return [issue.id for issue in searching.find(call, jql, reconciled)]


def _listed(asked: Any) -> list[str] | None:
    """Several values: of a body a list, of a parameter a text with commas."""
    if asked is None:
        return None
    several = asked.split(",") if isinstance(asked, str) else asked
    return [str(one).strip() for one in several if str(one).strip()]


def read_many(call: Call) -> Reply:
    """Those that aren't there or can't be seen are left out without a word."""
    asked: Mapping[str, Any] = call.body
    found: dict[int, Any] = {}
    errors = []
    for id_or_key in asked["issueIdsOrKeys"]:
        issue = call.store.issue(id_or_key)
        if issue is None or not access.sees(call, issue):
            continue
        if issue.id in call.store.unfetchable:
            message = call.store.unfetchable[issue.id]
            errors.append({"id": issue.id, "errorMessage": message})
            continue
        fields = asked.get("fields") or ["*navigable"]
        found[int(issue.id)] = rendering.issue(call, issue, fields, asked.get("properties"))
    return Reply(200, {"issues": [found[key] for key in sorted(found)], "issueErrors": errors})
