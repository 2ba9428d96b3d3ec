"""What fields there are, and what they take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tests.support.jira import rendering

if TYPE_CHECKING:
    from collections.abc import Collection

    from tests.support.jira.calls import Call
    from tests.support.jira.projects import Project
    from tests.support.jira.records import Field, Kind

_SHAPES: Final[dict[Kind, tuple[str, str | None, str]]] = {
    "string": ("string", None, "textfield"),
    "text": ("string", None, "textarea"),
    "user": ("user", None, "userpicker"),
    "labels": ("array", "string", "labels"),
    "priority": ("priority", None, ""),
    "option": ("option", None, "select"),
    "options": ("array", "option", "multiselect"),
    "number": ("number", None, "float"),
    "date": ("date", None, "datepicker"),
    "datetime": ("datetime", None, "datetime"),
    "components": ("array", "component", ""),
    "resolution": ("resolution", None, ""),
    "issuetype": ("issuetype", None, ""),
    "project": ("project", None, ""),
    "status": ("status", None, ""),
}
"""The type of a value, that of its elements, and what makes such a field."""

_CUSTOM: Final = "com.atlassian.jira.plugin.system.customfieldtypes:"


def schema(field: Field) -> dict[str, Any]:
    """What a field's values are like."""
    kind, items, maker = _SHAPES[field.kind]
    shape: dict[str, Any] = {"type": kind} | ({"items": items} if items else {})
    if not field.custom:
        return shape | {"system": field.id}
    number = int(field.id.removeprefix("customfield_"))
    return shape | {"custom": f"{_CUSTOM}{maker}", "customId": number}


def details(call: Call, field: Field) -> dict[str, Any]:
    """A field, as the list of all has it."""
    number = field.id.removeprefix("customfield_")
    names = [f"cf[{number}]", field.name] if field.custom else [field.id]
    shown = {
        "id": field.id,
        "name": field.name,
        "custom": field.custom,
        "orderable": True,
        "navigable": True,
        "searchable": True,
        "clauseNames": names,
        "schema": schema(field),
    }
    return shown | ({"key": field.id} if call.store.cloud else {})


def on_screen(
    call: Call, home: Project, screen: Collection[str], required: Collection[str]
) -> list[dict[str, Any]]:
    """The fields of a screen, with what they take."""
    return [_on_screen(call, home, call.store.fields[key], key in required) for key in screen]


def _on_screen(call: Call, home: Project, field: Field, required: bool) -> dict[str, Any]:  # noqa: FBT001
    several = field.kind in ("labels", "components", "options")
    shown: dict[str, Any] = {
        "required": required,
        "schema": schema(field),
        "name": field.name,
        "fieldId": field.id,
        "hasDefaultValue": field.id in home.defaults or field.kind == "priority",
        "operations": ["add", "set", "remove"] if several else ["set"],
    }
    if call.store.cloud:
        shown["key"] = field.id
    if field.kind == "user":
        shown["autoCompleteUrl"] = call.urls.rest("/user/assignable/search?project=&query=")
    allowed = _allowed(call, home, field)
    return shown if allowed is None else shown | {"allowedValues": allowed}


def _allowed(call: Call, home: Project, field: Field) -> list[dict[str, Any]] | None:
    """What there is to choose from; ``None`` where nothing is chosen."""
    if field.kind in ("option", "options"):
        return [rendering.option(call, one) for one in field.options]
    if field.kind == "issuetype":
        return [rendering.issue_type(call, home, one) for one in home.types]
    choices = {
        "priority": home.priorities,
        "components": home.components,
        "resolution": call.store.resolutions,
    }
    if field.kind not in choices:
        return None
    path = field.kind.removesuffix("s")
    return [rendering.named(call, path, one) for one in choices[field.kind]]
