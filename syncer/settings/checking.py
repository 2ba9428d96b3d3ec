"""Checks a configuration as a whole: every key, every tracker by its kind's own model, and what refers to what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, get_args

from pydantic import BaseModel, SecretStr, ValidationError

from syncer import trackers
from syncer.errors import ConfigurationError
from syncer.settings.faults import (
    Fault,
    configuration_error,
    did_you_mean,
    of_validation,
    secret,
    type_at,
)
from syncer.settings.keys import Keys
from syncer.settings.serving import served_faults

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from syncer.settings.faults import Key
    from syncer.settings.sources import Values

EMBEDDED: Final = "here"
"""The name of the embedded tracker that is there if no other is."""

_SECRET_NAME = re.compile(r"token|passw|secret|credential|(api|private)_?key", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Checked:
    """A configuration without faults; see ``Settings`` for the parts."""

    keys: Keys
    trackers: Mapping[str, BaseModel]
    tracker: str


def check(values: Values, *, in_ci: bool) -> Checked:
    """The configuration that these values make.

    Args:
        values: What all sources say.
        in_ci: Whether this is a build, whose files are thrown away when it ends.

    Raises:
        ConfigurationError: Something is wrong; lists all that is.
    """
    check = _Check(values)
    keys = check.keys()
    models = check.trackers()
    if not models and not check.faults:
        if in_ci:
            raise _no_tracker(
                "CI is set: issues would go to a database that is thrown away with the build"
            )
        if keys is not None and _pushes(keys):
            raise _no_tracker(
                "delivery pushes: everybody would get links to a database on this machine"
            )
        models = {EMBEDDED: trackers.load("local").settings_model()}
    check.references(set(models))
    if keys is not None:
        check.repositories(keys, list(models))
    if check.faults or keys is None:
        raise configuration_error(check.faults)
    return Checked(keys, models, keys.tracker or next(iter(models)))


def _pushes(keys: Keys) -> bool:
    return bool(keys.repositories) or (keys.delivery.mode != "files" and keys.delivery.push)


def _no_tracker(why: str) -> ConfigurationError:
    return ConfigurationError(
        f"there is no configuration that names a tracker, and {why}",
        remedy="Write a syncer.yaml that names a tracker, or set SYNCER_TRACKERS__… variables.",
    )


class _Check:
    """One check, and the faults that it has found so far, with their places."""

    def __init__(self, values: Values) -> None:
        self.faults = list(values.faults)
        self._values = values
        self._data = values.data

    def keys(self) -> Keys | None:
        """All keys but what is in trackers; ``None`` if one is faulty."""
        # Not left to pydantic, because pydantic-settings takes names with an underscore for its own.
        for name in [name for name in self._data if name not in Keys.model_fields]:
            self._note(Fault((name,), "unknown key", did_you_mean(name, Keys.model_fields)))
        known = {name: self._data[name] for name in self._data if name in Keys.model_fields}
        for key, place in self._values.in_file.items():
            if is_secret(type_at(Keys, key)) and _at(self._data, key) is not None:
                self._note(secret(key, "is a secret"), place)
        try:
            return Keys(**known)
        except ValidationError as error:
            for fault in of_validation(error, Keys):
                self._note(fault)
            return None

    def trackers(self) -> dict[str, BaseModel]:
        """The settings of each tracker by its name, without those that are faulty."""
        models: dict[str, BaseModel] = {}
        raw = self._data.get("trackers")
        for name, data in raw.items() if isinstance(raw, dict) else ():
            model = self._kind(name, data)
            if model is None:
                continue
            self._secrets(name, model)
            self._defaults(name, model, data)
            try:
                models[name] = model.model_validate(data)
            except ValidationError as error:
                for fault in of_validation(error, model, ("trackers", name)):
                    self._note(fault)
        self._alike(models)
        return models

    def _defaults(self, name: str, model: type[BaseModel], data: dict[str, Any]) -> None:
        """Take what a kind of tracker finds in the environment for keys that nobody has set."""
        find = getattr(model, "from_environment", None)
        if find is None:
            return
        for key, (value, variable) in find(data, self._values.environment).items():
            data[key] = value
            self._values.origins.note(("trackers", name, key), value, variable)

    def _alike(self, models: Mapping[str, BaseModel]) -> None:
        """Whether two names stand for one place, where each would meet the other's issues."""
        known: dict[tuple[type[BaseModel], str], str] = {}
        for name, model in models.items():
            other = known.setdefault((type(model), model.model_dump_json()), name)
            if other != name:
                self._note(
                    Fault(
                        ("trackers", name),
                        f"keeps its issues in the same place as `{other}`",
                        "Give it a place of its own (path), or leave one of the two out.",
                    )
                )

    def references(self, trackers: set[str]) -> None:
        """Whether every tracker that a key names is there."""
        raw = self._data.get("trackers")
        names = trackers | (set(raw) if isinstance(raw, dict) else set())
        for key, name in _references(self._data):
            if name not in names:
                self._note(Fault(key, f"there is no tracker `{name}`", did_you_mean(name, names)))
        if len(names) > 1 and "tracker" not in self._data:
            self._note(
                Fault(
                    ("tracker",),
                    "is missing, and there are several trackers",
                    f"Name the one for documents without a route: {', '.join(sorted(names))}.",
                )
            )
        alike: dict[str, str] = {}
        for name in sorted(names):
            other = alike.setdefault(name.replace("-", "_"), name)
            if other != name:
                self._note(
                    Fault(
                        ("trackers", name),
                        f"cannot be told from `{other}` in an environment variable",
                        "Give one of the two another name.",
                    )
                )

    def repositories(self, keys: Keys, trackers: Sequence[str]) -> None:
        """Whether the repositories that a daemon serves can be, side by side."""
        for fault in served_faults(keys, trackers):
            self._note(fault)

    def _kind(self, name: str, data: object) -> type[BaseModel] | None:
        """The model of a tracker's settings; ``None`` if its kind isn't known."""
        key = ("trackers", name, "kind")
        if not isinstance(data, dict):
            return None
        kind = data.get("kind")
        known = trackers.kinds()
        if not isinstance(kind, str):
            self._note(Fault(key, "is missing", f"Known kinds: {', '.join(sorted(known))}."))
            return None
        if kind not in known:
            self._note(Fault(key, f"there is no kind `{kind}`", did_you_mean(kind, known)))
            return None
        try:
            return trackers.load(kind).settings_model
        except ConfigurationError as error:
            self._note(Fault(key, error.message, error.remedy))
            return None

    def _secrets(self, name: str, model: type[BaseModel]) -> None:
        """Whether a secret of a tracker stands in the configuration file, overridden or not."""
        for field, info in model.model_fields.items():
            key = ("trackers", name, field)
            if key in self._values.in_file and is_secret(info.annotation):
                self._note(secret(key, "is a secret"), self._values.in_file[key])

    def _note(self, fault: Fault, place: str = "") -> None:
        key = fault.key
        if fault.message == "unknown key" and _SECRET_NAME.search(str(key[-1])):
            place = self._values.in_file.get(key, "")
            fault = secret(key, "is a secret") if place else fault
        if not any(key == known.key and key for _, known in self.faults):
            self.faults.append((place or self._values.origins.place(key), fault))


def _references(data: Mapping[str, Any]) -> Iterator[tuple[Key, str]]:
    """Each name of a tracker that a key refers to; what has the wrong type is reported elsewhere."""
    if isinstance(data.get("tracker"), str):
        yield ("tracker",), data["tracker"]
    routes, people = data.get("routes"), data.get("people")
    for number, route in enumerate(routes if isinstance(routes, list) else ()):
        if isinstance(route, dict) and isinstance(route.get("tracker"), str):
            yield ("routes", number, "tracker"), route["tracker"]
    served = data.get("repositories")
    for name, one in served.items() if isinstance(served, dict) else ():
        if not isinstance(one, dict):
            continue
        if isinstance(one.get("tracker"), str):
            yield ("repositories", name, "tracker"), one["tracker"]
        for number, allowed in enumerate(_listed(one.get("trackers"))):
            yield ("repositories", name, "trackers", number), allowed
    for name, accounts in people.items() if isinstance(people, dict) else ():
        for tracker in accounts if isinstance(accounts, dict) else ():
            yield ("people", name, tracker), tracker


def _listed(value: object) -> list[str]:
    """The texts of a list, or the one that stands for a list of one."""
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, str)]


def _at(values: Any, key: Key) -> Any:
    """The value under a key, ``None`` if there is none."""
    for part in key:
        if not isinstance(values, dict | list):
            return None
        try:
            values = values[part]  # type: ignore[index]  # a list has numbers, and the rest is a miss
        except (LookupError, TypeError):
            return None
    return values


def is_secret(annotation: Any) -> bool:
    """Whether a field of this type holds a secret."""
    return annotation is SecretStr or any(is_secret(inner) for inner in get_args(annotation))
