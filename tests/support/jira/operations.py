"""Which operation a request asks for, and those that are about the whole of Jira."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tests.support.doubles.table import Table
from tests.support.jira import (
    filing_operations,
    issue_operations,
    metadata,
    people_operations,
    rendering,
    search_operations,
)
from tests.support.jira.calls import Call, Reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.jira.records import Named


def answer(call: Call) -> Reply:
    """Carry out a request.

    Raises:
        RefusalError: It is refused.
        QueryError: It has a query that isn't understood.
        NotImplementedError: The double doesn't know that operation.
    """
    return _OPERATIONS.answer(call.method, call.path, call)


def get_server_info(call: Call) -> Reply:
    cloud = call.store.cloud
    body = {
        "baseUrl": call.urls.site,
        "version": "1001.0.0-SNAPSHOT" if cloud else "9.12.5",
        "versionNumbers": [1001, 0, 0] if cloud else [9, 12, 5],
        "deploymentType": "Cloud" if cloud else "Server",
        "buildNumber": 100_200 if cloud else 9_120_005,
        "buildDate": "2025-11-01T00:00:00.000+0000",
        "serverTime": rendering.time(call, call.store.now),
        "scmInfo": "0000000000000000000000000000000000000000",
        "serverTitle": "Jira",
    }
    return Reply(200, body)


def list_fields(call: Call) -> Reply:
    return Reply(200, [metadata.details(call, one) for one in call.store.fields.values()])


def list_priorities(call: Call) -> Reply:
    return Reply(200, [_priority(call, one) for one in call.store.priorities])


def search_priorities(call: Call) -> Reply:
    """Those of some projects, or all."""
    homes = [call.store.project(one) for one in call.listed("projectId") or ()]
    named = (call.query.get("priorityName") or "").lower()
    found = [
        one
        for one in call.store.priorities
        if (not homes or any(home and one in home.priorities for home in homes))
        and named in one.name.lower()
    ]
    part = call.page(most=50)
    body = {
        "startAt": part.start,
        "maxResults": part.stop - part.start,
        "total": len(found),
        "isLast": part.stop >= len(found),
        "values": [_priority(call, one) for one in found[part]],
    }
    return Reply(200, body)


def _priority(call: Call, one: Named) -> dict[str, Any]:
    return {
        **rendering.named(call, "priority", one),
        "statusColor": "#ffffff",
        "description": "",
        "iconUrl": f"{call.urls.site}/images/icons/priorities/{one.name.lower()}.svg",
    }


def list_labels(call: Call) -> Reply:
    labels = sorted({label for issue in call.store.issues.values() for label in issue.labels})
    part = call.page(most=1000, default=1000)
    body = {
        "startAt": part.start,
        "maxResults": part.stop - part.start,
        "total": len(labels),
        "isLast": part.stop >= len(labels),
        "values": labels[part],
    }
    return Reply(200, body)


def _table() -> Table:
    issue = "/issue/([^/]+)"
    meta = "/issue/createmeta/([^/]+)/issuetypes"
    filing, its, people, finding = (
        filing_operations,
        issue_operations,
        people_operations,
        search_operations,
    )
    operations: list[tuple[str, str, Callable[..., Reply]]] = [
        ("GET", "/serverInfo", get_server_info),
        ("GET", "/field", list_fields),
        ("GET", "/priority", list_priorities),
        ("GET", "/priority/search", search_priorities),
        ("GET", "/label", list_labels),
        ("GET", "/myself", people.get_myself),
        ("GET", "/mypermissions", people.my_permissions),
        ("GET", "/user/search", people.search_users),
        ("GET", "/user/assignable/search", people.search_assignable),
        ("GET", "/project/([^/]+)", filing.get_project),
        ("GET", "/project/([^/]+)/statuses", filing.list_statuses),
        ("GET", meta, filing.list_issue_types),
        ("GET", f"{meta}/([^/]+)", filing.list_fields_to_file),
        ("POST", "/issue", filing.create_issue),
        ("POST", "/issue/bulk", filing.create_issues),
        ("POST", "/issue/bulkfetch", finding.read_many),
        ("GET", "/search", finding.search),
        ("POST", "/search", finding.search),
        ("GET", "/search/jql", finding.search_with_tokens),
        ("POST", "/search/jql", finding.search_with_tokens),
        ("POST", "/issueLink", its.link_issues),
        ("GET", issue, its.get_issue),
        ("PUT", issue, its.change_issue),
        ("DELETE", issue, its.delete_issue),
        ("PUT", f"{issue}/assignee", its.assign),
        ("GET", f"{issue}/transitions", its.list_transitions),
        ("POST", f"{issue}/transitions", its.do_transition),
        ("GET", f"{issue}/comment", its.list_comments),
        ("POST", f"{issue}/comment", its.add_comment),
        ("GET", f"{issue}/properties/([^/]+)", its.get_property),
        ("PUT", f"{issue}/properties/([^/]+)", its.set_property),
        ("DELETE", f"{issue}/properties/([^/]+)", its.delete_property),
        ("GET", f"{issue}/remotelink", its.list_remote_links),
        ("POST", f"{issue}/remotelink", its.add_remote_link),
    ]
    return Table(operations)


_OPERATIONS: Final = _table()
