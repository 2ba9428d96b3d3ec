"""What there is, as the API shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from tests.support.jira import values

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from tests.support.jira.calls import Call
    from tests.support.jira.projects import Project
    from tests.support.jira.records import (
        Comment,
        Issue,
        Named,
        RemoteLink,
        Status,
        User,
    )

_CATEGORIES: Final = {
    "new": (2, "To Do", "blue-gray"),
    "indeterminate": (4, "In Progress", "yellow"),
    "done": (3, "Done", "green"),
}
_APART: Final = frozenset({"comment"})
"""Fields that aren't among those of a list unless they are asked for."""


def time(call: Call, moment: datetime) -> str:
    """A time, as the clock of whoever asks has it."""
    zone = ZoneInfo(call.asker.time_zone if call.asker else "UTC")
    return values.stamp(moment.astimezone(zone))


def user(call: Call, account: User) -> dict[str, Any]:
    """An account; its address, if its owner lets others see it."""
    shown: dict[str, Any] = {
        "displayName": account.display_name,
        "active": account.active,
        "timeZone": account.time_zone,
        "avatarUrls": {"48x48": f"{call.urls.site}/secure/useravatar?ownerId={account.key}"},
    }
    if call.store.cloud:
        shown |= {
            "self": call.urls.rest(f"/user?accountId={account.account_id}"),
            "accountId": account.account_id,
            "accountType": "atlassian",
        }
        if account.shows_email or account == call.asker:
            shown["emailAddress"] = account.email
        return shown
    return shown | {
        "self": call.urls.rest(f"/user?username={account.name}"),
        "key": account.key,
        "name": account.name,
        "emailAddress": account.email,
    }


def status(call: Call, one: Status) -> dict[str, Any]:
    """A status, and the category that it is in."""
    number, name, colour = _CATEGORIES[one.category]
    return {
        "self": call.urls.rest(f"/status/{one.id}"),
        "description": "",
        "iconUrl": f"{call.urls.site}/images/icons/status_generic.gif",
        "name": one.name,
        "id": one.id,
        "statusCategory": {
            "self": call.urls.rest(f"/statuscategory/{number}"),
            "id": number,
            "key": one.category,
            "colorName": colour,
            "name": name,
        },
    }


def named(call: Call, kind: str, one: Named) -> dict[str, Any]:
    """A priority, a resolution or a component."""
    return {"self": call.urls.rest(f"/{kind}/{one.id}"), "id": one.id, "name": one.name}


def option(call: Call, one: Named) -> dict[str, Any]:
    """One of the values of a field that is chosen from."""
    return {
        "self": call.urls.rest(f"/customFieldOption/{one.id}"),
        "value": one.name,
        "id": one.id,
    }


def issue_type(call: Call, home: Project, one: Named) -> dict[str, Any]:
    """A type of issues."""
    shown = {
        "self": call.urls.rest(f"/issuetype/{one.id}"),
        "id": one.id,
        "description": "",
        "iconUrl": f"{call.urls.site}/images/icons/issuetypes/task.png",
        "name": one.name,
        "subtask": one.name in home.subtasks,
    }
    return shown | ({"hierarchyLevel": 0} if call.store.cloud else {})


def project(call: Call, home: Project) -> dict[str, Any]:
    """A project."""
    shown = {
        "expand": "description,lead,issueTypes,url,projectKeys",
        "self": call.urls.rest(f"/project/{home.id}"),
        "id": home.id,
        "key": home.key,
        "name": home.name,
        "description": "",
        "lead": user(call, home.lead),
        "components": [named(call, "component", one) for one in home.components],
        "issueTypes": [issue_type(call, home, one) for one in home.types],
        "assigneeType": "PROJECT_LEAD" if home.default_assignee else "UNASSIGNED",
        "versions": [],
        "roles": {},
        "projectTypeKey": "software",
    }
    return shown | ({"simplified": False, "style": "classic"} if call.store.cloud else {})


def comment(call: Call, issue_id: str, one: Comment) -> dict[str, Any]:
    """A comment."""
    return {
        "self": call.urls.rest(f"/issue/{issue_id}/comment/{one.id}"),
        "id": one.id,
        "author": user(call, one.author),
        "updateAuthor": user(call, one.author),
        "body": values.shown_text(one.body, call.version),
        "created": time(call, one.created),
        "updated": time(call, one.updated),
    }


def remote_link(call: Call, issue_id: str, link: RemoteLink) -> dict[str, Any]:
    """A link to somewhere else."""
    return {
        **link.content,
        "id": link.id,
        "self": call.urls.rest(f"/issue/{issue_id}/remotelink/{link.id}"),
    }


# Issues


def issue(
    call: Call,
    one: Issue,
    wanted: Sequence[str],
    properties: Sequence[str] | None = None,
) -> dict[str, Any]:
    """An issue.

    Args:
        call: Who asks.
        one: Which.
        wanted: Names of fields, ``*all`` or ``*navigable``; with a minus for those that are left out.
        properties: Which properties are shown; ``*all`` for all; ``None`` for no word of them.
    """
    if list(wanted) == ["id"]:
        shown: dict[str, Any] = {"id": one.id}
    else:
        shown = {
            "expand": "renderedFields,names,schema,operations,editmeta,changelog",
            "id": one.id,
            "self": call.urls.rest(f"/issue/{one.id}"),
            "key": one.key,
            "fields": _chosen(_fields(call, one), wanted),
        }
    if properties is not None:
        shown["properties"] = {
            key: value
            for key, value in one.properties.items()
            if key in properties or "*all" in properties
        }
    return shown


def _chosen(fields: Mapping[str, Any], wanted: Collection[str]) -> dict[str, Any]:
    out = {name[1:] for name in wanted if name.startswith("-")}
    asked = {name for name in wanted if not name.startswith("-")}
    every = "*all" in asked or (not asked and bool(out))
    return {
        name: value
        for name, value in fields.items()
        if name not in out
        and (every or name in asked or ("*navigable" in asked and name not in _APART))
    }


def _fields(call: Call, one: Issue) -> dict[str, Any]:
    home = call.store.projects[one.project]
    fields: dict[str, Any] = {
        "issuetype": issue_type(call, home, one.type),
        "project": {
            "self": call.urls.rest(f"/project/{home.id}"),
            "id": home.id,
            "key": home.key,
            "name": home.name,
        },
        "status": status(call, one.status),
        "creator": user(call, call.store.users[one.creator.name]),
        "created": time(call, one.created),
        "updated": time(call, one.updated),
        "resolutiondate": time(call, one.resolved) if one.resolved else None,
        "issuelinks": _links(call, one),
        "comment": {
            "comments": [comment(call, one.id, each) for each in one.comments],
            "maxResults": len(one.comments),
            "total": len(one.comments),
            "startAt": 0,
        },
    }
    for key, field in call.store.fields.items():
        if key not in fields and (not field.custom or key in _custom(home) or key in one.values):
            fields[key] = value(call, key, one.values.get(key))
    return fields


def _custom(home: Project) -> set[str]:
    return {*home.create_screen, *home.edit_screen, *(k for s in home.screens.values() for k in s)}


def value(call: Call, key: str, held: Any) -> Any:
    """What a field holds."""
    kind = call.store.fields[key].kind
    if held is None:
        return [] if kind in ("labels", "components") else None
    if kind == "user":
        return user(call, call.store.users[held])
    if kind == "labels":
        return list(held)
    if kind == "components":
        return [named(call, "component", one) for one in held]
    if kind in ("priority", "resolution"):
        return named(call, kind, held)
    if kind == "option":
        return option(call, held)
    if kind == "options":
        return [option(call, one) for one in held]
    return values.shown_text(held, call.version) if kind == "text" else held


def _links(call: Call, one: Issue) -> list[dict[str, Any]]:
    shown = []
    for link in call.store.links:
        inward, outward = call.store.link_types[link.kind]
        ends = {
            link.inward: ("outwardIssue", link.outward),
            link.outward: ("inwardIssue", link.inward),
        }
        if one.id not in ends:
            continue
        name, other_id = ends[one.id]
        other = call.store.issues[other_id]
        shown.append(
            {
                "id": link.id,
                "self": call.urls.rest(f"/issueLink/{link.id}"),
                "type": {"id": "1", "name": link.kind, "inward": inward, "outward": outward},
                name: {
                    "id": other.id,
                    "key": other.key,
                    "self": call.urls.rest(f"/issue/{other.id}"),
                    "fields": {
                        "summary": other.values["summary"],
                        "status": status(call, other.status),
                    },
                },
            }
        )
    return shown
