"""Shows a configuration: what is in effect and why, and what there is to configure."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any, get_args

import yaml
from pydantic import BaseModel

from syncer import trackers
from syncer.settings.checking import is_secret
from syncer.settings.keys import TRACKER_NAME, Keys, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from syncer.settings import Settings
    from syncer.settings.faults import Key
    from syncer.settings.sources import Origins


def effective(settings: Settings) -> str:
    """All settings as YAML, each with where it comes from as a comment; secrets are hidden.

    Without the secrets, it is a configuration file that has the same effect.
    """
    data = settings.keys.model_dump(mode="json")
    data["tracker"] = settings.tracker
    data["trackers"] = {name: _visible(model) for name, model in settings.trackers.items()}
    head = [f"# root: {settings.root}", f"# file: {settings.file or 'none'}"]
    return "\n".join([*head, *_lines(data, (), settings.origins)]) + "\n"


def schema() -> dict[str, Any]:
    """The JSON Schema of the configuration file, for editors; with the trackers that are installed."""
    root = Keys.model_json_schema()
    for section in sections(Keys):
        described = root["$defs"].get(section.__name__, root)
        _hide_secrets(section, described)
        for field, info in section.model_fields.items():
            if isinstance(info.default, timedelta):
                described["properties"][field]["default"] = shown(info.default)
    variants = []
    for kind in sorted(trackers.kinds()):
        model = trackers.load(kind).settings_model
        variant = model.model_json_schema(ref_template="#/$defs/{model}")
        root["$defs"].update(variant.pop("$defs", {}))
        _hide_secrets(model, variant)
        variant["required"] = sorted(
            {*variant.get("required", ()), "kind"} & {*variant["properties"]}
        )
        root["$defs"][model.__name__] = variant
        variants.append({"$ref": f"#/$defs/{model.__name__}"})
    root["properties"]["trackers"] |= {
        "patternProperties": {TRACKER_NAME: {"oneOf": variants}},
        "additionalProperties": False,
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **root}


def sections(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """A model, and every model that is nested in it."""
    pending: list[Any] = [model]
    seen = set[type[BaseModel]]()
    while pending:
        one = pending.pop()
        if isinstance(one, type) and issubclass(one, BaseModel):
            if one in seen:
                continue
            seen.add(one)
            yield one
            pending.extend(info.annotation for info in one.model_fields.values())
        else:
            pending.extend(get_args(one))


def _hide_secrets(model: type[BaseModel], described: dict[str, Any]) -> None:
    """Take the keys out of a model's schema that are not read from the file."""
    for field, info in model.model_fields.items():
        if is_secret(info.annotation):
            del described["properties"][field]


def _visible(model: BaseModel) -> dict[str, Any]:
    """A tracker's settings as plain data; pydantic puts asterisks in a secret's place."""
    return model.model_dump(mode="json")


def _lines(values: dict[str, Any], key: Key, origins: Origins) -> Iterator[str]:
    indent = "  " * len(key)
    for name, value in values.items():
        inner = (*key, name)
        if isinstance(value, dict) and value:
            yield f"{indent}{_flow(name)}:"
            yield from _lines(value, inner, origins)
        else:
            yield f"{indent}{_flow(name)}: {_flow(value)}  # {origins.of(inner)}"


def _flow(value: object) -> str:
    """A value as YAML on one line."""
    text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=float("inf"))
    text = text.removesuffix("...\n").strip()
    return text if "\n" not in text else json.dumps(value)
