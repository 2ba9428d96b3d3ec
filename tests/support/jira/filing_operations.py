"""Operations that file issues, and those that say what it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.jira import access, changing, metadata, rendering
from tests.support.jira.calls import Call, Reply
from tests.support.jira.issue_operations import permitted
from tests.support.jira.refusals import RefusalError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.support.jira.projects import Project
    from tests.support.jira.records import Issue, Named


def create_issue(call: Call) -> Reply:
    return Reply(201, _created(call, _create(call, call.body)))


def create_issues(call: Call) -> Reply:
    """File several: each fails alone."""
    if not call.body.get("issueUpdates"):
        raise NotImplementedError("the double files at least one issue at once")
    issues, errors = [], []
    for number, content in enumerate(call.body["issueUpdates"]):
        try:
            issues.append(_created(call, _create(call, content)))
        except RefusalError as refusal:
            errors.append(
                {
                    "status": refusal.status,
                    "elementErrors": refusal.body,
                    "failedElementNumber": number,
                }
            )
    return Reply(201 if issues else 400, {"issues": issues, "errors": errors})


def _create(call: Call, content: Mapping[str, Any]) -> Issue:
    if call.asker is None and not call.store.cloud:
        # In the cloud it is the project that isn't there for nobody.
        raise RefusalError(
            401, "You are not authenticated. Authentication required to perform this operation."
        )
    if "transition" in content or "historyMetadata" in content:
        raise NotImplementedError("the double takes no transition or history there")
    fields = content.get("fields", {})
    home = _project(call, fields.get("project"))
    kind = _type(home, fields.get("issuetype"))
    screen = permitted(call, home, home.screen_for(kind))
    return changing.create(
        call.store, home, kind, call.user, content, screen=screen, version=call.version
    )


def _project(call: Call, raw: Any) -> Project:
    given = raw if isinstance(raw, dict) else {}
    found = call.store.project(str(given.get("id") or given.get("key") or ""))
    if found is None or not found.may(call.asker, "BROWSE_PROJECTS"):
        message = "valid project is required" if call.store.cloud else "project is required"
        raise RefusalError(400, errors={"project": message})
    if not found.may(call.asker, "CREATE_ISSUES"):
        raise RefusalError(403, "You do not have permission to create issues in this project.")
    return found


def _type(home: Project, raw: Any) -> Named:
    given = raw if isinstance(raw, dict) else {}
    for kind in home.types:
        if str(given.get("id", "")) == kind.id or (
            "id" not in given and given.get("name") == kind.name
        ):
            return kind
    raise RefusalError(400, errors={"issuetype": "Specify a valid issue type"})


def _created(call: Call, issue: Issue) -> dict[str, Any]:
    return {"id": issue.id, "key": issue.key, "self": call.urls.rest(f"/issue/{issue.id}")}


# What it takes


def list_issue_types(call: Call, id_or_key: str) -> Reply:
    home = _home(call, id_or_key)
    shown = [rendering.issue_type(call, home, kind) for kind in home.types]
    return _page(call, shown, "issueTypes")


def list_fields_to_file(call: Call, id_or_key: str, type_id: str) -> Reply:
    home = _home(call, id_or_key)
    kind = next((one for one in home.types if one.id == type_id), None)
    if kind is None:
        raise RefusalError(400 if call.store.cloud else 404, "Issue type does not exist.")
    required = {"summary", "issuetype", "project"} | home.required
    screen = permitted(call, home, home.screen_for(kind))
    return _page(call, metadata.on_screen(call, home, screen, required), "fields")


def _home(call: Call, id_or_key: str) -> Project:
    home = call.store.project(id_or_key)
    if home is None or not home.may(call.asker, "CREATE_ISSUES"):
        message = f"No project could be found with key '{id_or_key}'."
        raise RefusalError(400 if call.store.cloud else 404, message)
    return home


def _page(call: Call, things: Sequence[Any], name: str) -> Reply:
    """A part of a list, which is called differently in the cloud."""
    part = call.page(most=200)
    body: dict[str, Any] = {
        "startAt": part.start,
        "maxResults": part.stop - part.start,
        "total": len(things),
        name if call.store.cloud else "values": things[part],
    }
    if not call.store.cloud:
        body["isLast"] = part.stop >= len(things)
    return Reply(200, body)


def get_project(call: Call, id_or_key: str) -> Reply:
    return Reply(200, rendering.project(call, access.project(call, id_or_key)))


def list_statuses(call: Call, id_or_key: str) -> Reply:
    home = access.project(call, id_or_key)
    statuses = [rendering.status(call, one) for one in home.workflow.statuses]
    shown = [
        {
            "self": call.urls.rest(f"/issuetype/{kind.id}"),
            "id": kind.id,
            "name": kind.name,
            "subtask": kind.name in home.subtasks,
            "statuses": statuses,
        }
        for kind in home.types
    ]
    return Reply(200, shown)
