"""How issues change: the rules are here, whoever changes them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from tests.support.jira import values
from tests.support.jira.records import Comment, Issue, RemoteLink
from tests.support.jira.refusals import RefusalError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from tests.support.jira.projects import Project
    from tests.support.jira.records import Named, Status, Transition, User
    from tests.support.jira.store import Store

PROPERTY_LIMIT: Final = 32_768
_OF_THE_ISSUE: Final = frozenset({"project", "issuetype"})
_OPERATIONS: Final = {
    "labels": ("add", "set", "remove"),
    "components": ("add", "set", "remove"),
}


# What is asked for


def asked(
    store: Store,
    project: Project,
    old: Mapping[str, Any],
    content: Mapping[str, Any],
    screen: Collection[str],
    version: int,
) -> dict[str, Any]:
    """The values that a request is to set.

    Args:
        store: Where.
        project: Whose issue it is.
        old: The values that it has.
        content: What the request says in ``fields`` and ``update``.
        screen: The fields that may be set.
        version: Of the API.

    Raises:
        RefusalError: Some of them aren't taken; what speaks against each one.
    """
    fields = {
        key: raw for key, raw in content.get("fields", {}).items() if key not in _OF_THE_ISSUE
    }
    updates = {key: ops for key, ops in content.get("update", {}).items() if key != "comment"}
    taken: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for key in fields.keys() & updates.keys():
        errors[key] = f"Field '{key}' cannot be set in both 'fields' and 'update'."
    for key in [*fields, *updates]:
        field = store.fields.get(key)
        if field is None or key not in screen:
            errors[key] = (
                f"Field '{key}' cannot be set. It is not on the appropriate screen, or unknown."
            )
            continue
        try:
            if key in fields:
                taken[key] = values.parse(store, project, field, fields[key], version)
            else:
                taken[key] = _operated(store, project, key, old.get(key), updates[key], version)
        except values.FieldError as error:
            errors[key] = str(error)
    if errors:
        raise RefusalError(400, errors=errors)
    if taken.get("assignee", "") is None and not store.allows_unassigned:
        raise RefusalError(400, errors={"assignee": "Issues must be assigned."})
    return {key: value for key, value in taken.items() if key not in project.ignored}


def _operated(
    store: Store,
    project: Project,
    key: str,
    old: Any,
    operations: Sequence[Mapping[str, Any]],
    version: int,
) -> Any:
    """A value after some operations."""
    field = store.fields[key]
    known = _OPERATIONS.get(key, ("add", "set", "remove") if field.kind == "options" else ("set",))
    for operation in operations:
        for name, raw in operation.items():
            if name not in known:
                raise values.FieldError(f"Field '{key}' does not support operation '{name}'.")
            if name == "set":
                old = values.parse(store, project, field, raw, version)
                continue
            (one,) = values.parse(store, project, field, [raw], version)
            rest = tuple(each for each in old or () if each != one)
            old = (*rest, one) if name == "add" else rest
    return tuple(sorted(old)) if key == "labels" else old


def properties(content: Mapping[str, Any]) -> dict[str, Any]:
    """The entity properties that a request is to set.

    Raises:
        RefusalError: One is too long.
    """
    given = {one["key"]: one.get("value") for one in content.get("properties", ())}
    for key, value in given.items():
        fits(key, value)
    return given


def fits(key: str, value: Any) -> None:
    """Let no property past that is too long.

    Raises:
        RefusalError: It is.
    """
    if not 0 < len(key) <= 255:
        raise RefusalError(400, "The property key must be between 1 and 255 characters long.")
    if len(json.dumps(value, separators=(",", ":"), ensure_ascii=False)) > PROPERTY_LIMIT:
        raise RefusalError(
            400, f"The property value is too long. The maximum is {PROPERTY_LIMIT} characters."
        )


# What is done


def create(
    store: Store,
    project: Project,
    kind: Named,
    user: User,
    content: Mapping[str, Any],
    *,
    screen: Collection[str] | None = None,
    version: int = 2,
) -> Issue:
    """File an issue.

    Raises:
        RefusalError: Something that is asked for isn't taken, or something is missing.
    """
    screen = project.screen_for(kind) if screen is None else screen
    taken = asked(store, project, {}, content, screen, version)
    _require(store, project, kind, taken, content)
    given = properties(content)
    holds: dict[str, Any] = {
        "priority": project.priorities[0] if project.priorities else None,
        "assignee": project.default_assignee.name if project.default_assignee else None,
        "reporter": user.name,
        **project.defaults,
        **taken,
    }
    now = store.tick()
    project.last += 1
    return store.put(
        Issue(
            id=store.next_id(),
            key=f"{project.key}-{project.last}",
            project=project.key,
            type=kind,
            status=project.workflow.statuses[0],
            creator=user,
            created=now,
            updated=now,
            values=holds,
            properties=given,
        )
    )


def _require(
    store: Store,
    project: Project,
    kind: Named,
    taken: Mapping[str, Any],
    content: Mapping[str, Any],
) -> None:
    errors = {}
    if "summary" not in taken:
        errors["summary"] = "You must specify a summary of the issue."
    for key in project.required & set(project.screen_for(kind)):
        if not taken.get(key) and key not in project.defaults:
            errors[key] = f"{store.fields[key].name} is required."
    if kind.name in project.subtasks:
        errors["parent"] = "Issue type is a sub-task but parent issue key or id not specified."
    if errors:
        raise RefusalError(400, errors=errors)


def change(
    store: Store,
    issue: Issue,
    content: Mapping[str, Any],
    *,
    screen: Collection[str] | None = None,
    version: int = 2,
) -> Issue:
    """Change fields and properties of an issue.

    Raises:
        RefusalError: Something that is asked for isn't taken.
    """
    project = store.projects[issue.project]
    screen = project.edit_screen if screen is None else screen
    taken = asked(store, project, issue.values, content, screen, version)
    given = properties(content)
    return touch(
        store, issue, values={**issue.values, **taken}, properties={**issue.properties, **given}
    )


def ways(project: Project, issue: Issue) -> list[Transition]:
    """The transitions that an issue has now."""
    return [
        way
        for way in project.workflow.transitions
        if way.sources is None or issue.status.id in way.sources
    ]


def transition(
    store: Store,
    issue: Issue,
    way: Transition,
    content: Mapping[str, Any],
    *,
    screen: Collection[str] | None = None,
    version: int = 2,
) -> Issue:
    """Move an issue on, and set what is on the transition's screen.

    Raises:
        RefusalError: Something that is asked for isn't taken, or something is missing.
    """
    project = store.projects[issue.project]
    screen = way.screen if screen is None else screen
    taken = asked(store, project, issue.values, content, screen, version)
    missing = {
        key: f"{store.fields[key].name} is required."
        for key in way.required
        if not taken.get(key, issue.values.get(key))
    }
    if missing:
        raise RefusalError(400, errors=missing)
    given = properties(content)
    if way.resolution is not None and "resolution" not in taken:
        taken["resolution"] = resolution(store, way.resolution)
    return arrive(store, issue, way.to, {**issue.values, **taken}, given)


def arrive(
    store: Store,
    issue: Issue,
    status: Status,
    holds: Mapping[str, Any],
    given: Mapping[str, Any] | None = None,
) -> Issue:
    """Have an issue stand somewhere, with these values."""
    changed = touch(
        store,
        issue,
        status=status,
        values=holds,
        properties={**issue.properties, **(given or {})},
    )
    since = (issue.resolved or store.now) if holds.get("resolution") else None
    return store.put(replace(changed, resolved=since))


def resolution(store: Store, name: str) -> Named | None:
    """The resolution with this name."""
    return next((one for one in store.resolutions if one.name == name), None)


def touch(store: Store, issue: Issue, **changes: Any) -> Issue:
    """Change something on an issue, and when it was changed last."""
    return store.put(replace(store.issues[issue.id], updated=store.tick(), **changes))


def comment(store: Store, issue: Issue, user: User, text: str) -> Comment:
    """Comment on an issue."""
    made = Comment(store.next_id(), user, text, store.now, store.now)
    touch(store, issue, comments=(*store.issues[issue.id].comments, made))
    return made


def set_property(store: Store, issue: Issue, key: str, value: Any) -> bool:
    """Keep something at an issue; whether there was nothing. When the issue was changed last stays what it is.

    Raises:
        RefusalError: It is too long.
    """
    fits(key, value)
    store.put(replace(issue, properties={**issue.properties, key: value}))
    return key not in issue.properties


def delete_property(store: Store, issue: Issue, key: str) -> None:
    """Keep something no longer."""
    rest = {name: value for name, value in issue.properties.items() if name != key}
    store.put(replace(issue, properties=rest))


def link_elsewhere(
    store: Store, issue: Issue, content: Mapping[str, Any]
) -> tuple[RemoteLink, bool]:
    """Link an issue to somewhere else, or change the link with that id; whether it is new."""
    global_id = content.get("globalId") or ""
    for old in issue.remote_links:
        if global_id and old.global_id == global_id:
            changed = replace(old, content=content)
            links = tuple(changed if one.id == old.id else one for one in issue.remote_links)
            store.put(replace(issue, remote_links=links))
            return changed, False
    made = RemoteLink(int(store.next_id()), global_id, content)
    store.put(replace(issue, remote_links=(*issue.remote_links, made)))
    return made, True


def move(store: Store, issue: Issue, project: Project) -> Issue:
    """Move an issue to another project: it keeps its id, and its old key leads to it."""
    project.last += 1
    status = issue.status
    if status not in project.workflow.statuses:
        status = project.workflow.statuses[0]
    kind = next((one for one in project.types if one.name == issue.type.name), project.types[0])
    store.moved[issue.key] = issue.id
    return touch(
        store,
        issue,
        key=f"{project.key}-{project.last}",
        project=project.key,
        type=kind,
        status=status,
    )


def delete(store: Store, issue: Issue) -> None:
    """Delete an issue for good."""
    store.links = [one for one in store.links if issue.id not in (one.inward, one.outward)]
    store.remove(issue)
