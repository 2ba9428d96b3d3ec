"""Operations on one issue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.jira import access, changing, metadata, rendering, values
from tests.support.jira.calls import Call, Reply
from tests.support.jira.records import IssueLink
from tests.support.jira.refusals import RefusalError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.jira.projects import Project
    from tests.support.jira.records import Issue, Transition

_NEEDED = {
    "assignee": "ASSIGN_ISSUES",
    "duedate": "SCHEDULE_ISSUES",
    "reporter": "MODIFY_REPORTER",
    "resolution": "RESOLVE_ISSUES",
}
"""What somebody has to be allowed to do for a field to be on a screen."""


def permitted(call: Call, home: Project, screen: tuple[str, ...]) -> tuple[str, ...]:
    """What of a screen whoever asks may set."""
    return tuple(key for key in screen if key not in _NEEDED or home.may(call.asker, _NEEDED[key]))


def get_issue(call: Call, id_or_key: str) -> Reply:
    found = access.issue(call, id_or_key)
    wanted = call.listed("fields") or ["*all"]
    return Reply(200, rendering.issue(call, found, wanted, call.listed("properties")))


def change_issue(call: Call, id_or_key: str) -> Reply:
    found = access.issue(call, id_or_key)
    home = access.home(call, found)
    _no_transition(call.body)
    access.needs(
        call, home, "EDIT_ISSUES", "You do not have permission to edit issues in this project."
    )
    screen = permitted(call, home, home.edit_screen)
    texts = _comment_texts(call)
    changed = changing.change(call.store, found, call.body, screen=screen, version=call.version)
    for text in texts:
        changing.comment(call.store, changed, call.user, text)
    if call.query.get("returnIssue") == "true":
        return Reply(200, rendering.issue(call, call.store.issues[found.id], ["*all"]))
    return Reply(204)


def _no_transition(body: Mapping[str, Any]) -> None:
    if "transition" in body or "historyMetadata" in body:
        raise NotImplementedError("the double takes no transition or history there")


def _comment_texts(call: Call) -> list[str]:
    """The comments that come with a change; read before anything is changed.

    Raises:
        RefusalError: One isn't taken.
    """
    try:
        return [
            values.text(operation["add"]["body"], call.version)
            for operation in call.body.get("update", {}).get("comment", ())
        ]
    except values.FieldError as error:
        raise RefusalError(400, errors={"comment": str(error)}) from error


def delete_issue(call: Call, id_or_key: str) -> Reply:
    found = access.issue(call, id_or_key)
    home = access.home(call, found)
    access.needs(
        call, home, "DELETE_ISSUES", "You do not have permission to delete issues in this project."
    )
    changing.delete(call.store, found)
    return Reply(204)


def assign(call: Call, id_or_key: str) -> Reply:
    found = access.issue(call, id_or_key)
    access.needs(
        call,
        access.home(call, found),
        "ASSIGN_ISSUES",
        "You do not have permission to assign issues.",
    )
    asked = {"fields": {"assignee": call.body or None}}
    changing.change(call.store, found, asked, screen=("assignee",), version=call.version)
    return Reply(204)


# Transitions


def list_transitions(call: Call, id_or_key: str) -> Reply:
    found = access.issue(call, id_or_key)
    ways = _ways(call, found)
    if "transitionId" in call.query:
        ways = [way for way in ways if way.id == call.query["transitionId"]]
    with_fields = "transitions.fields" in (call.listed("expand") or ())
    shown = [_transition(call, found, way, with_fields=with_fields) for way in ways]
    return Reply(200, {"expand": "transitions", "transitions": shown})


def _ways(call: Call, issue: Issue) -> list[Transition]:
    """The transitions of an issue that whoever asks may use."""
    home = access.home(call, issue)
    if not home.may(call.asker, "TRANSITION_ISSUES"):
        return []
    return changing.ways(home, issue)


def _transition(call: Call, issue: Issue, way: Transition, *, with_fields: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": way.id,
        "name": way.name,
        "to": rendering.status(call, way.to),
        "hasScreen": bool(way.screen),
        "isGlobal": way.sources is None,
        "isInitial": False,
        "isConditional": False,
    }
    if call.store.cloud:
        shown |= {"isAvailable": True, "looped": False}
    if with_fields:
        home = access.home(call, issue)
        screen = permitted(call, home, way.screen)
        fields = metadata.on_screen(call, home, screen, way.required)
        shown["fields"] = {field["fieldId"]: _as_metadata(call, field) for field in fields}
    return shown


def _as_metadata(call: Call, field: dict[str, Any]) -> dict[str, Any]:
    """A field of a transition's screen, which in the cloud goes by its key alone."""
    return {key: one for key, one in field.items() if key != "fieldId" or not call.store.cloud}


def do_transition(call: Call, id_or_key: str) -> Reply:
    found = access.issue(call, id_or_key)
    number = str(call.body.get("transition", {}).get("id", ""))
    if not number:
        raise RefusalError(400, "Missing 'transition' identifier")
    if not number.isdecimal():
        raise RefusalError(400, "'transition' identifier must be an integer")
    way = next((one for one in _ways(call, found) if one.id == number), None)
    if way is None:
        raise RefusalError(400, _not_now(call, found, number))
    screen = permitted(call, access.home(call, found), way.screen)
    # A transition without a screen takes no comment, and doesn't say so.
    texts = _comment_texts(call) if way.screen else []
    moved = changing.transition(
        call.store, found, way, call.body, screen=screen, version=call.version
    )
    for text in texts:
        changing.comment(call.store, moved, call.user, text)
    return Reply(204)


def _not_now(call: Call, issue: Issue, number: str) -> str:
    """Why an issue can't be moved that way."""
    for way in access.home(call, issue).workflow.transitions:
        if way.id == number:
            return (
                f"It seems that you have tried to perform a workflow operation ({way.name}) that is not valid for the "
                f"current state of this issue ({issue.key}). The likely cause is that somebody has changed the issue "
                "recently, please look at the issue history for details."
            )
    return f"Transition id '{number}' is not valid for this issue."


# What stands at an issue


def list_comments(call: Call, id_or_key: str) -> Reply:
    found = access.issue(call, id_or_key)
    part = call.page(most=5000)
    shown = found.comments[part]
    body = {
        "startAt": part.start,
        "maxResults": part.stop - part.start,
        "total": len(found.comments),
        "comments": [rendering.comment(call, found.id, one) for one in shown],
    }
    return Reply(200, body)


def add_comment(call: Call, id_or_key: str) -> Reply:
    found = access.issue(call, id_or_key)
    home = access.home(call, found)
    if not home.may(call.asker, "ADD_COMMENTS"):
        who = call.user.display_name
        raise RefusalError(400, f"{who}, you do not have the permission to comment on this issue.")
    try:
        text = values.text(call.body.get("body", ""), call.version)
    except values.FieldError as error:
        raise RefusalError(400, errors={"comment": str(error)}) from error
    if not text.strip():
        raise RefusalError(400, errors={"comment": "Comment body can not be empty!"})
    made = changing.comment(call.store, found, call.user, text)
    return Reply(201, rendering.comment(call, found.id, made))


def get_property(call: Call, id_or_key: str, key: str) -> Reply:
    found = access.issue(call, id_or_key)
    if key not in found.properties:
        raise RefusalError(404, f"The property with key '{key}' does not exist.")
    return Reply(200, {"key": key, "value": found.properties[key]})


def set_property(call: Call, id_or_key: str, key: str) -> Reply:
    found = access.issue(call, id_or_key)
    _needs_edit(call, found)
    new = changing.set_property(call.store, found, key, call.body)
    return Reply(201 if new else 200)


def delete_property(call: Call, id_or_key: str, key: str) -> Reply:
    found = access.issue(call, id_or_key)
    _needs_edit(call, found)
    if key not in found.properties:
        raise RefusalError(404, f"The property with key '{key}' does not exist.")
    changing.delete_property(call.store, found, key)
    return Reply(204)


def _needs_edit(call: Call, issue: Issue) -> None:
    message = "You do not have permission to edit issues in this project."
    access.needs(call, access.home(call, issue), "EDIT_ISSUES", message)


def list_remote_links(call: Call, id_or_key: str) -> Reply:
    found = access.issue(call, id_or_key)
    shown = [rendering.remote_link(call, found.id, link) for link in found.remote_links]
    return Reply(200, shown)


def add_remote_link(call: Call, id_or_key: str) -> Reply:
    found = access.issue(call, id_or_key)
    message = "You do not have permission to link issues in this project."
    access.needs(call, access.home(call, found), "LINK_ISSUES", message)
    if len(call.body.get("globalId", "")) > 255:
        raise RefusalError(400, errors={"globalId": "'globalId' must be at most 255 characters."})
    link, new = changing.link_elsewhere(call.store, found, call.body)
    shown = rendering.remote_link(call, found.id, link)
    return Reply(201 if new else 200, {"id": link.id, "self": shown["self"]})


def link_issues(call: Call) -> Reply:
    kind = call.body["type"].get("name", "")
    ends = [call.body[name] for name in ("inwardIssue", "outwardIssue")]
    inward, outward = (access.issue(call, str(end.get("id") or end.get("key"))) for end in ends)
    if kind not in call.store.link_types:
        raise RefusalError(404, f"No issue link type with name '{kind}' found.")
    message = "No Link Issue Permission for issue"
    access.needs(call, access.home(call, inward), "LINK_ISSUES", message, status=404)
    link = IssueLink(call.store.next_id(), kind, inward.id, outward.id)
    call.store.links.append(link)
    for end in (inward, outward):
        changing.touch(call.store, end)
    return Reply(201)
