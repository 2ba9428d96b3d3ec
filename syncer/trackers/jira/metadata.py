"""What a project takes of a new issue: its types, the fields on the screen, what it demands, what can be chosen."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from syncer.errors import TrackerError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from syncer.trackers.jira.client import Client

_PAGE: Final = 200
_PAGES: Final = 50
_CASCADING: Final = "option-with-child"
_LEVELS: Final = 2
_OPTIONS: Final = {"option", _CASCADING}
_NAMED: Final = {"priority", "component", "version", "resolution", "group", "securitylevel"}
_CHOSEN: Final = _OPTIONS | _NAMED
"""Kinds of what is chosen from a list."""

_SAID: Final = {True: ("yes", "on", "y"), False: ("no", "off", "n")}
"""What a person has written, perhaps, where YAML says true or false."""


@dataclass(frozen=True, slots=True)
class FieldMeta:
    """A field on a screen.

    Attributes:
        id: Its id: ``duedate``, ``customfield_10010``.
        name: What people call it.
        required: Whether there has to be something in it.
        filled: Whether Jira fills it in by itself.
        kind: What it holds: ``string``, ``option``, ``user``, ``array`` and so on.
        items: What its entries are, for an array.
        options: The names of what can be chosen, if that is a list.
        below: Those below an option of a cascading list, by the option.
    """

    id: str
    name: str
    required: bool
    filled: bool
    kind: str
    items: str
    options: tuple[str, ...]
    below: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Screen:
    """What is asked for when an issue is filed.

    Attributes:
        types: Names of the project's issue types.
        type_id: Id of the configured one; empty if there is none of that name.
        fields: Its fields, by their ids.
    """

    types: tuple[str, ...]
    type_id: str = ""
    fields: Mapping[str, FieldMeta] = field(default_factory=dict)

    def find(self, name: str) -> FieldMeta | None:
        """The field with an id or a name."""
        if name in self.fields:
            return self.fields[name]
        named = [one for one in self.fields.values() if one.name.casefold() == name.casefold()]
        return named[0] if len(named) == 1 else None

    def options(self, field_id: str) -> tuple[str, ...]:
        """What can be chosen for a field."""
        found = self.fields.get(field_id)
        return found.options if found else ()


def read_screen(client: Client, project: str, issue_type: str) -> Screen:
    """What is asked for when an issue of this type is filed.

    Raises:
        TrackerError: It can't be read.
    """
    base = f"/issue/createmeta/{quote(project, safe='')}/issuetypes"
    types = _pages(client, base, "issueTypes")
    names = tuple(str(one.get("name", "")) for one in types)
    found = [one for one in types if str(one.get("name", "")).casefold() == issue_type.casefold()]
    if not found:
        return Screen(names)
    type_id = str(found[0]["id"])
    fields = [meta_of(one) for one in _pages(client, f"{base}/{quote(type_id, safe='')}", "fields")]
    return Screen(names, type_id, {one.id: one for one in fields})


def meta_of(data: Mapping[str, Any]) -> FieldMeta:
    """A field as metadata describe it."""
    schema = data.get("schema") or {}
    options = data.get("allowedValues") or ()
    return FieldMeta(
        id=str(data.get("fieldId") or data.get("key") or ""),
        name=str(data.get("name", "")),
        required=bool(data.get("required")),
        filled=bool(data.get("hasDefaultValue")),
        kind=str(schema.get("type", "string")),
        items=str(schema.get("items", "")),
        options=_names(options),
        below={
            name: _names(one.get("children") or ())
            for name, one in zip(_names(options), options, strict=True)
        },
    )


def _names(options: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(str(one.get("name") or one.get("value") or "") for one in options)


def form_of(meta: FieldMeta, value: Any, *, cloud: bool, setting: str = "transition_fields") -> Any:
    """A value of the settings in the form that Jira takes for a field.

    Args:
        meta: The field.
        value: Text, a number, a list, or an object that names how it is told: ``{"id": …}``.
        cloud: Whether accounts have ids.
        setting: Which setting it is from.

    Raises:
        TrackerError: The field takes something else.
    """
    try:
        if meta.kind == "array":
            listed = value if isinstance(value, list) else [value]
            return [_entry(meta, meta.items, one, cloud=cloud) for one in listed]
        return _entry(meta, meta.kind, value, cloud=cloud)
    except _UnfitError as error:
        raise TrackerError(
            f"the field “{meta.name}” ({meta.id}) takes {error}, and not “{str(value)[:50]}”",
            remedy=f"Correct “{meta.name}” in the tracker's `{setting}`.",
        ) from None


class _UnfitError(Exception):
    """A value that a field doesn't take; what it takes."""


def unlisted(meta: FieldMeta, value: Any) -> str:
    """The first value of the settings that can't be chosen for a field; empty if there is none, or nobody can tell."""
    if not meta.options or (meta.items or meta.kind) not in _CHOSEN:
        return ""
    if meta.kind == _CASCADING and isinstance(value, list) and len(value) == _LEVELS:
        parent, child = (_spelled(meta.options, one) for one in value)
        below = meta.below.get(parent, ())
        if parent in meta.options:
            return "" if not below or _spelled(below, child) in below else f"{parent}, {child}"
        return parent
    known = {name.casefold() for name in meta.options}
    for one in value if isinstance(value, list) else [value]:
        # What is told by its id isn't known by its name.
        told = (one.get("value") or one.get("name")) if isinstance(one, dict) else one
        if told is not None and _spelled(meta.options, told).casefold() not in known:
            return str(told)
    return ""


def _spelled(options: Sequence[str], value: Any) -> str:
    """What is chosen, as Jira spells it; what YAML takes for true or false is called otherwise there."""
    known = {name.casefold(): name for name in options}
    found = known.get(str(value).casefold())
    if found is None and isinstance(value, bool):
        meant = [known[word] for word in _SAID[value] if word in known]
        found = meant[0] if len(meant) == 1 else None
    return str(value) if found is None else found


def _entry(meta: FieldMeta, kind: str, value: Any, *, cloud: bool) -> Any:
    if isinstance(value, dict):
        if "user" in value:
            return {"accountId" if cloud else "name": value["user"]}
        return dict(value)
    if kind == _CASCADING and isinstance(value, list):
        return _cascade(meta, value)
    if isinstance(value, list):
        raise _UnfitError("one value")
    if kind in ("date", "datetime"):
        return _moment(kind, str(value))
    if kind == "user":
        return {"accountId" if cloud else "name": str(value)}
    if kind in _OPTIONS:
        return {"value": _spelled(meta.options, value)}
    if kind in _NAMED:
        return {"name": _spelled(meta.options, value)}
    return _number(value) if kind == "number" else str(value)


def _cascade(meta: FieldMeta, value: list[Any]) -> dict[str, Any]:
    """An option, and the one below it."""
    if len(value) != _LEVELS or any(isinstance(one, dict) for one in value):
        raise _UnfitError("an option, or a list of an option and the one below it")
    parent = _spelled(meta.options, value[0])
    child = _spelled(meta.below.get(parent, ()), value[1])
    return {"value": parent, "child": {"value": child}}


def _moment(kind: str, text: str) -> str:
    """A day, or a time as Jira reads it: with milliseconds, and an offset without a colon."""
    try:
        if kind == "date":
            return date.fromisoformat(text).isoformat()
        time = datetime.fromisoformat(text)
    except ValueError:
        example = "2026-01-31" if kind == "date" else "2026-01-31T10:00:00+01:00"
        raise _UnfitError(f"a {kind} such as {example}") from None
    time = time if time.tzinfo else time.replace(tzinfo=UTC)
    return f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03d}{time:%z}"


def _number(value: Any) -> int | float:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        # JSON has no such number.
        raise _UnfitError("a number")
    return number


def _pages(client: Client, path: str, name: str) -> list[dict[str, Any]]:
    """All entries of a list that Cloud and Data Center name differently."""
    found: list[dict[str, Any]] = []
    for _ in range(_PAGES):
        page = client.get_object(path, {"startAt": len(found), "maxResults": _PAGE})
        entries: Sequence[Any] = page.get(name) or page.get("values") or ()
        found += [one for one in entries if isinstance(one, dict)]
        if not entries or page.get("isLast") or len(found) >= int(page.get("total") or 0):
            return found
    raise TrackerError("Jira's list of fields has no end", remedy="Run syncer again later.")
