"""The reference of the configuration's keys, from their JSON Schema."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from syncer import trackers
from syncer.settings.checking import is_secret
from syncer.settings.keys import Keys, variable
from syncer.settings.showing import schema, sections

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic import BaseModel

_MEANING_OF_KIND: Final = "Which kind of tracker it is."
_WORDS: Final = {"boolean": "`true` or `false`", "string": "text", "integer": "whole number"}

_MODELS: Final = {model.__name__: model for model in sections(Keys)}


def reference() -> str:
    """All keys as Markdown: a table for each group of keys, with headings of the third level."""
    whole = schema()
    definitions: dict[str, Any] = whole["$defs"]
    parts = ["### Keys at the top level", _table(whole, ())]
    for name, described in whole["properties"].items():
        for key, group in _groups((name,), described, definitions):
            parts += [f"### `{_shown(key)}`", _lead(key, group), _table(group, key)]
            parts += _secrets(_MODELS[group["title"]], key)
        if name == "trackers":
            (variants,) = (one["oneOf"] for one in described["patternProperties"].values())
            for variant in variants:
                model = definitions[variant["$ref"].rpartition("/")[2]]
                kind = model["properties"]["kind"]["const"]
                parts.append(f"### `trackers`, kind `{kind}`")
                parts.append(_table(model, ("trackers", "name")))
                parts += _secrets(trackers.load(kind).settings_model, ("trackers", "name"))
    return "\n\n".join(parts) + "\n"


def documented() -> Iterator[str]:
    """Every key that has a row in a table, with dots between its levels."""
    whole = schema()
    for name, described in whole["properties"].items():
        if "$ref" not in described:
            yield name
        for key, group in _groups((name,), described, whole["$defs"]):
            for inner, value in group["properties"].items():
                if not _is_group(value):
                    yield f"{_shown(key)}.{inner}"


def _groups(
    key: tuple[str | int, ...], described: Mapping[str, Any], definitions: Mapping[str, Any]
) -> Iterator[tuple[tuple[str | int, ...], Mapping[str, Any]]]:
    """The groups of keys under a key, each with its own; one that stands for another group has no table of its own."""
    if "$ref" in described:
        group = definitions[described["$ref"].rpartition("/")[2]]
        yield key, group
        for name, inner in group["properties"].items():
            if _is_group(inner):
                yield from _groups((*key, name), inner, definitions)
    elif "$ref" in described.get("items", {}):
        yield from _groups((*key, 0), described["items"], definitions)
    else:
        for inner in described.get("patternProperties", {}).values():
            if "$ref" in inner:
                yield from _groups((*key, "name"), inner, definitions)


def _is_group(described: Mapping[str, Any]) -> bool:
    return "$ref" in described


def _shown(key: tuple[str | int, ...]) -> str:
    return ".".join("NAME" if part == "name" else str(part) for part in key if part != 0)


def _lead(key: tuple[str | int, ...], group: Mapping[str, Any]) -> str:
    description: str = group["description"]
    if key[-1] == 0:
        return f"A list. Each entry: {_lower(description)}"
    return f"By name. Each: {_lower(description)}" if key[-1] == "name" else description


def _table(group: Mapping[str, Any], above: tuple[str | int, ...]) -> str:
    rows = [
        "| Key, environment variable | Value | Default | Meaning |",
        "| --- | --- | --- | --- |",
    ]
    for name, described in group["properties"].items():
        if _is_group(described):
            continue
        key = (*above, name)
        shown = _shown(above)
        names = [f"`{shown}.{name}`" if shown else f"`{name}`"]
        if variable(key):
            names.append(f"`{variable(key)}`")
        meaning = described.get("description") or _MEANING_OF_KIND
        cells = ["<br>".join(names), _kind(described), _default(name, described, group)]
        rows.append("| " + " | ".join([*cells, " ".join(meaning.split())]) + " |")
    return "\n".join(rows)


def _secrets(model: type[BaseModel], above: tuple[str | int, ...]) -> list[str]:
    """The keys of a group that never stand in a file, if it has any."""
    rows = [
        f"| `{variable((*above, name))}` | {' '.join((info.description or '').split())} |"
        for name, info in model.model_fields.items()
        if is_secret(info.annotation)
    ]
    if not rows:
        return []
    head = "Secrets come from the environment, or from the folder that `SYNCER_SECRETS_DIR` names:"
    return [head, "\n".join(["| Environment variable | Meaning |", "| --- | --- |", *rows])]


def _default(name: str, described: Mapping[str, Any], group: Mapping[str, Any]) -> str:
    if name in group.get("required", ()):
        return "required"
    value = described.get("default")
    if value in (None, [], {}, ""):
        return "see there" if "Default:" in described["description"] else "none"
    return f"`{value if isinstance(value, str) else json.dumps(value)}`"


def _kind(described: Mapping[str, Any]) -> str:
    """What a key takes, in words."""
    if "$ref" in described:
        return "group of keys"
    if "const" in described:
        return f"`{described['const']}`"
    if "enum" in described:
        return _choice([f"`{one}`" for one in described["enum"]])
    if "anyOf" in described:
        # A text may stand for a list of one; the list is what matters.
        return [_kind(one) for one in described["anyOf"] if one.get("type") != "null"][-1]
    kind = described["type"]
    if kind == "array":
        return f"list of {_plural(_kind(described['items']))}"
    if kind == "object":
        return _mapping(described)
    if kind == "string":
        return {"date": "date", "path": "path"}.get(described.get("format", ""), "text")
    if kind == "number":
        return f"number from {described['minimum']} to {described['maximum']}"
    least = described.get("minimum", described.get("exclusiveMinimum", -1) + 1)
    return f"{_WORDS[kind]}, {least} or more" if kind == "integer" else _WORDS[kind]


def _mapping(described: Mapping[str, Any]) -> str:
    inner = described.get("additionalProperties")
    if not isinstance(inner, dict):
        return "groups of keys, by name"
    names = described.get("propertyNames", {}).get("enum")
    if names is None:
        if inner.get("type") == "object":
            return "groups of keys, by name"
        return "text, by name" if inner.get("type") == "string" else "values, by name"
    return f"{_kind(inner)} under {_choice([f'`{one}`' for one in names])}"


def _choice(kinds: list[str]) -> str:
    return " or ".join(filter(None, [", ".join(kinds[:-1]), kinds[-1]]))


def _plural(kind: str) -> str:
    return {"text": "texts", "group of keys": "groups of keys"}[kind]


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]
