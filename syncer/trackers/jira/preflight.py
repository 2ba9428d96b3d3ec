"""What speaks against writing to a project, found out by reading, before anything is written.

Half of what belongs together would be worse: so a field that the project demands, a screen that lacks one, a status
that isn't there or a permission that is missing is told with its remedy, and nothing is filed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from syncer.errors import TrackerError
from syncer.model import Removal, Status
from syncer.trackers.base import Refused
from syncer.trackers.http import AnswerError
from syncer.trackers.jira.metadata import form_of, unlisted
from syncer.trackers.jira.subjects import PERMISSIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from syncer.trackers.base import Draft, Update
    from syncer.trackers.jira.client import Client
    from syncer.trackers.jira.metadata import FieldMeta, Screen
    from syncer.trackers.jira.settings import JiraSettings

_OURS: Final = {"project", "issuetype", "summary", "description", "labels", "reporter"}
_NAMES: Final = {
    "CREATE_ISSUES": "Create Issues",
    "EDIT_ISSUES": "Edit Issues",
    "ASSIGN_ISSUES": "Assign Issues",
    "TRANSITION_ISSUES": "Transition Issues",
    "ADD_COMMENTS": "Add Comments",
}


def objections(
    client: Client,
    settings: JiraSettings,
    screen: Callable[[], Screen],
    drafts: Sequence[Draft],
    updates: Sequence[Update],
) -> Iterator[Refused]:
    """What the project and the settings have against these writes.

    Args:
        client: Sends the requests.
        settings: The tracker's settings.
        screen: What is asked for when an issue is filed; only who may file one is told that.
        drafts: Issues to be filed.
        updates: Changes to be made.

    Raises:
        TrackerError: The project can't be read.
    """
    lacking = list(_permissions(client, settings, drafts, updates))
    if lacking:
        yield from lacking
        return
    if drafts:
        yield from _screen(settings, screen(), drafts)
    if settings.statuses:
        yield from _statuses(client, settings)


def _permissions(
    client: Client, settings: JiraSettings, drafts: Sequence[Draft], updates: Sequence[Update]
) -> Iterator[Refused]:
    needed = set[str]()
    if drafts:
        needed.add("CREATE_ISSUES")
    if updates:
        needed.add("EDIT_ISSUES")
    if any(draft.owner for draft in drafts) or any(update.owner for update in updates):
        needed.add("ASSIGN_ISSUES")
    begun = any(draft.status is not Status.NOT_STARTED for draft in drafts)
    if begun or any(update.status is not None for update in updates):
        needed.add("TRANSITION_ISSUES")
    if any(map(_comes_with_comment, updates)):
        needed.add("ADD_COMMENTS")
    params = {"projectKey": settings.project}
    if client.deployment() == "cloud":
        params["permissions"] = ",".join(sorted(needed))
    held = client.get_object("/mypermissions", params).get("permissions") or {}
    lacking = [
        _NAMES[name] for name in sorted(needed) if not (held.get(name) or {}).get("havePermission")
    ]
    if lacking:
        yield Refused(
            f"the account lacks, in {settings.project}: {', '.join(lacking)}", PERMISSIONS
        )


def _comes_with_comment(update: Update) -> bool:
    """Whether it is said on the issue, too: that it is a duplicate, or that its row is gone."""
    gone = update.marker is not None and update.marker.state.removed is not Removal.NONE
    return gone or update.duplicate_of is not None


def _screen(settings: JiraSettings, screen: Screen, drafts: Sequence[Draft]) -> Iterator[Refused]:
    if not screen.type_id:
        yield Refused(
            f"{settings.project} has no issue type “{settings.issue_type}”",
            f"Set `issue_type` to one of: {', '.join(screen.types)}.",
        )
        return
    place = f"the screen on which a {settings.issue_type} is created in {settings.project}"
    configured = set[str]()
    for name, value in settings.fields.items():
        meta = screen.find(name)
        if meta is None:
            yield Refused(
                f"there is no field “{name}” on {place}",
                f"Put it there, or correct `fields`; there are: {_listed(screen)}.",
            )
        else:
            configured.add(meta.id)
            yield from _value(meta, value)
    if "labels" not in screen.fields:
        yield Refused(
            f"Labels are not on {place}, so that syncer could not find its issues again",
            "Put the field Labels on that screen.",
        )
    given = {
        "assignee": [draft.owner for draft in drafts],
        "duedate": [draft.due for draft in drafts],
        "priority": [draft.priority for draft in drafts],
    }
    for field_id, values in given.items():
        if any(values) and field_id not in screen.fields:
            yield Refused(
                f"rows have a value for “{field_id}”, which is not on {place}",
                "Put the field on that screen (the screens of the project are an administrator's to change).",
            )
    if settings.components:
        configured.add("components")
        yield from _components(settings, screen)
    if settings.parent:
        configured.add("parent")
        yield from _parent(settings, screen, place)
    yield from _priorities(settings, screen)
    for meta in screen.fields.values():
        filled = meta.id in given and all(given[meta.id])
        if meta.required and not (
            meta.filled or meta.id in _OURS or meta.id in configured or filled
        ):
            yield _demanded(settings, meta)


def _value(meta: FieldMeta, value: object) -> Iterator[Refused]:
    """Whether a field takes what it is set to."""
    try:
        form_of(meta, value, cloud=True, setting="fields")
    except TrackerError as error:
        yield Refused(error.message, error.remedy)
        return
    wrong = unlisted(meta, value)
    if wrong:
        yield Refused(
            f"the field “{meta.name}” ({meta.id}) can't be “{wrong[:50]}”",
            f"Correct “{meta.name}” in the tracker's `fields`; it takes one of {_some(meta.options)}.",
        )


def _parent(settings: JiraSettings, screen: Screen, place: str) -> Iterator[Refused]:
    if "parent" not in screen.fields:
        yield Refused(
            f"`parent` is {settings.parent}, and there is no field “parent” on {place}",
            "Put it there, or leave out `parent` (an epic of a Data Center is set in `fields`: Epic Link).",
        )


def _priorities(settings: JiraSettings, screen: Screen) -> Iterator[Refused]:
    options = screen.options("priority")
    known = {name.casefold() for name in options}
    for word, name in settings.priorities.items():
        if known and name.casefold() not in known:
            yield Refused(
                f"{settings.project} has no priority “{name}” (for {word})",
                f"Set `priorities` to some of: {_some(options)}.",
            )


def _some(options: Sequence[str]) -> str:
    return ", ".join(options[:20]) + (", …" if len(options) > 20 else "")


def _components(settings: JiraSettings, screen: Screen) -> Iterator[Refused]:
    known = {name.casefold() for name in screen.options("components")}
    wrong = [name for name in settings.components if name.casefold() not in known]
    if wrong:
        yield Refused(
            f"{settings.project} has no component “{wrong[0]}”",
            f"Set `components` to some of: {', '.join(screen.options('components')) or 'none'}.",
        )


def _demanded(settings: JiraSettings, meta: FieldMeta) -> Refused:
    options = f"; it takes one of {', '.join(meta.options[:20])}" if meta.options else ""
    return Refused(
        f"{settings.project} demands “{meta.name}” ({meta.id}) of a new {settings.issue_type}",
        f"Set it in the tracker's settings, `fields: {{{meta.name}: …}}`{options}.",
    )


def _statuses(client: Client, settings: JiraSettings) -> Iterator[Refused]:
    """Whether the statuses that the settings name are there."""
    try:
        types = client.get_list(f"/project/{quote(settings.project, safe='')}/statuses")
    except AnswerError as error:
        raise client.explained(error) from None
    known = {
        str(state.get("name", ""))
        for one in types
        if str(one.get("name", "")).casefold() == settings.issue_type.casefold()
        for state in one.get("statuses") or ()
    }
    folded = {name.casefold() for name in known}
    for status, names in settings.statuses.items():
        for name in names:
            if name.casefold() not in folded:
                yield Refused(
                    f"a {settings.issue_type} in {settings.project} has no status “{name}” (for {status})",
                    f"Set `statuses` to some of: {', '.join(sorted(known))}.",
                )


def _listed(screen: Screen) -> str:
    names = sorted(meta.name for meta in screen.fields.values() if meta.id not in _OURS)
    return ", ".join(names[:30])
