"""Where values come from: the configuration file, a folder with secrets, the environment; the later ones win."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic_settings import EnvSettingsSource

from syncer.settings.faults import Fault, Key, did_you_mean
from syncer.settings.keys import (
    CONFIG_VARIABLE,
    DELIMITER,
    PREFIX,
    SECRETS_VARIABLE,
    Keys,
    variable,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from pydantic.fields import FieldInfo

    from syncer.settings.yamlfile import YamlFile

_KUBERNETES = re.compile(r"syncer_(service_(host|port(_.+)?)|port(_\d+_(tcp|udp|sctp)(_.+)?)?)")
"""What Kubernetes sets in every container where a service is called ``syncer``."""

_OTHER_USES = {CONFIG_VARIABLE.lower(), SECRETS_VARIABLE.lower()}

_NAMED = ("trackers", "repositories")
"""Groups whose keys are names of people's choice."""

DEFAULT = "default"
"""The origin of a value that nobody set."""


@dataclass(frozen=True, slots=True)
class Origins:
    """Which source each value came from, as ``syncer.yaml:3`` or ``SYNCER_TRACKER``."""

    _by_key: dict[Key, str] = field(default_factory=dict)

    def of(self, key: Key) -> str:
        """Where exactly this value was set, or ``default``."""
        return self._by_key.get(key, DEFAULT)

    def place(self, key: Key) -> str:
        """Where to look for a value, or for what it is missing from; empty if nobody set anything like it."""
        around = (key[:length] for length in range(len(key), -1, -1))
        return next((self._by_key[part] for part in around if part in self._by_key), "")

    def note_file(self, places: dict[Key, str]) -> None:
        """Note where the keys of a configuration file stand."""
        self._by_key.update(places)

    def note(self, key: Key, value: object, origin: str) -> None:
        """Note that a value was set; a group of keys that was there before stays where it was."""
        if isinstance(value, dict):
            self._by_key.setdefault(key, origin)
            for name, inner in value.items():
                self.note((*key, name), inner, origin)
            return
        for known in [known for known in self._by_key if known[: len(key)] == key]:
            del self._by_key[known]
        self._by_key[key] = origin
        for number, inner in enumerate(value if isinstance(value, list) else ()):
            self.note((*key, number), inner, origin)


@dataclass(frozen=True, slots=True)
class Values:
    """All sources as one.

    Attributes:
        data: Keys and values, not yet checked.
        origins: Where each came from.
        in_file: Where each key stands in the configuration file, whether or not another source overrides it.
        faults: What is wrong with the sources themselves, with its place.
        environment: The environment, for kinds of trackers that know variables of their own.
    """

    data: dict[str, Any] = field(default_factory=dict)
    origins: Origins = field(default_factory=Origins)
    in_file: dict[Key, str] = field(default_factory=dict)
    faults: list[tuple[str, Fault]] = field(default_factory=list)
    environment: Mapping[str, str] = field(default_factory=dict)

    def default(self, section: str, name: str, value: object) -> None:
        """Set a key of a section that no source set."""
        keys = self.data.setdefault(section, {})
        if isinstance(keys, dict) and keys.get(name) is None:
            keys[name] = value


class _Variables(EnvSettingsSource):
    """Texts by the name of their environment variable.

    Args:
        variables: The texts.
        json: Whether a list or a group of keys may be given as JSON.
    """

    def __init__(self, variables: Mapping[str, str], *, json: bool) -> None:
        self._variables = variables
        self._json = json
        super().__init__(Keys)

    def _load_env_vars(self) -> dict[str, str | None]:
        prefix = PREFIX.lower()
        names = {name: name.lower() for name, value in self._variables.items() if value}
        return {
            lower: self._variables[name]
            for name, lower in sorted(names.items())
            if lower.startswith(prefix)
            and lower not in _OTHER_USES
            and not _KUBERNETES.fullmatch(lower)
        }

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:  # noqa: ARG002
        if self._json and isinstance(value, str) and value.lstrip().startswith(("[", "{")):
            try:
                return json.loads(value)
            except ValueError:
                return value  # which is then no list and no group of keys, and said to be none
        return value


def gather(
    file: YamlFile | None, file_name: str, secrets: Path | None, environment: Mapping[str, str]
) -> Values:
    """Merge what the configuration file, the folder with secrets and the environment say.

    Args:
        file: The configuration file's content, if there is one.
        file_name: How to call it.
        secrets: The folder with secrets, if there is one: files named like environment variables.
        environment: The environment.
    """
    values = Values(environment=environment)
    if file is not None:
        _merge(values.data, file.data)
        values.in_file.update({key: f"{file_name}:{line}" for key, line in file.lines.items()})
        values.origins.note_file(values.in_file)
        values.faults.extend((f"{file_name}:{line}", fault) for line, fault in file.faults)
    folded = {section: _folded(values.data.get(section)) for section in _NAMED}
    if secrets is not None:
        try:
            texts = read_secrets(secrets)
        except (OSError, UnicodeDecodeError) as error:
            fault = Fault(
                (), f"{error}.", "Name a folder that holds one text file for each secret."
            )
            values.faults.append((SECRETS_VARIABLE, fault))
        else:
            _add(values, _Variables(texts, json=False), folded, f" in {secrets}")
    _add(values, _Variables(environment, json=True), folded, "")
    return values


def read_secrets(folder: Path) -> dict[str, str]:
    """The contents of those files of a folder that are meant for syncer, by their names.

    Raises:
        OSError: The folder, or such a file, cannot be read.
        UnicodeDecodeError: Such a file isn't text.
    """
    return {
        file.name: file.read_text(encoding="utf-8").strip()
        for file in folder.iterdir()
        if file.name.lower().startswith(PREFIX.lower()) and file.is_file()
    }


def _folded(group: object) -> dict[str, str]:
    """The names in a group by what they are in a variable, which has no hyphen.

    ``SYNCER_TRACKERS__MY_SHOP__…`` is about the tracker ``my-shop``.
    """
    known: Iterable[str] = group if isinstance(group, dict) else ()
    return {name.replace("-", "_"): name for name in known}


def _add(values: Values, source: _Variables, folded: dict[str, dict[str, str]], where: str) -> None:
    found = source()
    for section, names in folded.items():
        group = found.get(section)
        if isinstance(group, dict):
            found[section] = {names.get(name, name): inner for name, inner in group.items()}
    for name in source.env_vars:
        key = _key(name, folded)
        value = _at(found, key)
        if value is None:
            known = [variable((field,)) for field in Keys.model_fields]
            fault = Fault((), "unknown setting", did_you_mean(name.upper(), known))
            values.faults.append((name.upper() + where, fault))
        else:
            values.origins.note(key, value, name.upper() + where)
    _merge(values.data, found)


def _key(name: str, folded: dict[str, dict[str, str]]) -> Key:
    key: list[str] = name.removeprefix(PREFIX.lower()).split(DELIMITER)
    if key[0] in folded and len(key) > 1:
        key[1] = folded[key[0]].get(key[1], key[1])
    return tuple(key)


def _at(values: object, key: Key) -> object:
    for part in key:
        if not isinstance(values, dict) or part not in values:
            return None
        values = values[part]
    return values


def _merge(into: dict[str, Any], values: dict[str, Any]) -> None:
    """Put values over others: groups of keys are merged, all else is replaced."""
    for key, value in values.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = value
