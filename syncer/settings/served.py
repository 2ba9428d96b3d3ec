"""The settings for a repository that a daemon serves: the operator's, and what its own configuration may add.

The operator is who runs the daemon, and is trusted; whoever may push to a served repository is not. So its own file
sets which documents there are, routes to trackers that the operator allows it, and people; all else is refused.
"""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from pydantic import Field, ValidationError

from syncer.settings import DEFAULT_PATHS, Settings, serving, yamlfile
from syncer.settings.faults import Fault, configuration_error, did_you_mean, of_validation
from syncer.settings.keys import Documents, Keys, Name, Route, Section
from syncer.settings.sources import Origins

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from syncer.settings.faults import Key
    from syncer.settings.keys import Repository


class OwnKeys(Section):
    """What a served repository's own configuration may set."""

    documents: Documents = Documents()
    routes: tuple[Route, ...] = ()
    people: dict[Name, dict[Name, Name]] = Field(default_factory=dict)


_BOUNDS: Final = ("max_characters", "max_line")
"""What protects the daemon: a repository may ask for less, and not for more."""


def serve(settings: Settings, name: str, own: bytes | None, shown: str) -> Settings:
    """The settings for one of the repositories that a daemon serves.

    Args:
        settings: The operator's.
        name: What they call the repository.
        own: The bytes of its own configuration, as it is in the commit that is synced; ``None`` if it has none.
        shown: What to call that file in a fault, such as ``shop: syncer.yaml``.

    Returns:
        Settings that know only the trackers which the repository may use. Their root is the operator's, which paths
        of trackers start from; the documents are beneath ``prefix`` in the repository.

    Raises:
        ConfigurationError: Its own configuration is no good; lists all that is wrong with it.
    """
    repository = settings.keys.repositories[name]
    names = serving.allowed(repository, list(settings.trackers))
    file = yamlfile.parse(own) if own is not None else yamlfile.YamlFile()
    faults = [(f"{shown}:{line}", fault) for line, fault in file.faults]
    told = _own_keys(file.data, serving.documents(repository, settings.keys))
    if isinstance(told, OwnKeys):
        found = [*_unknown_trackers(told, names), *_other_scope(told, repository, settings.keys)]
    else:
        found = told
    faults += [(f"{shown}:{_line(file.lines, fault.key)}", fault) for fault in found]
    if faults or not isinstance(told, OwnKeys):
        raise configuration_error(faults)
    documents = _documents(told, serving.documents(repository, settings.keys))
    prefix = posixpath.normpath(
        posixpath.join(
            posixpath.dirname(repository.config) if own is not None else "",
            documents.root.as_posix(),
        )
    )
    if documents.root.is_absolute() or prefix.startswith("../") or prefix == "..":
        fault = Fault(("documents", "root"), "leaves the repository", "Name a folder within it.")
        raise configuration_error([(f"{shown}:{_line(file.lines, fault.key)}", fault)])
    keys = settings.keys.model_copy(
        update={
            "documents": documents,
            "routes": told.routes or _allowed_routes(settings.keys, names),
            "people": {**settings.keys.people, **told.people},
            "delivery": serving.delivery(repository, settings.keys),
            "repositories": {},
        }
    )
    return replace(
        settings,
        keys=keys,
        trackers={tracker: settings.trackers[tracker] for tracker in names},
        tracker=serving.default_tracker(repository, settings.keys, names),
        origins=Origins(),
        prefix="" if prefix == "." else prefix,
    )


def _own_keys(data: Mapping[str, Any], around: Documents) -> OwnKeys | list[Fault]:
    """What a repository's own file sets, over what the operator says of its documents; or what is wrong with it."""
    faults = []
    for key in data:
        if key in OwnKeys.model_fields:
            continue
        if key in Keys.model_fields:
            what = "is for whoever runs the daemon to set"
            remedy = (
                "Take it out, or have `repositories` name another file of yours for the daemon (`config`): "
                f"it may set {', '.join(OwnKeys.model_fields)}."
            )
        else:
            what, remedy = "unknown key", did_you_mean(key, OwnKeys.model_fields)
        faults.append(Fault((key,), what, remedy))
    known = {key: value for key, value in data.items() if key in OwnKeys.model_fields}
    if isinstance(known.get("documents"), dict):
        known["documents"] = {**around.model_dump(exclude_unset=True), **known["documents"]}
    try:
        told = OwnKeys(**known)
    except ValidationError as error:
        return [*faults, *of_validation(error, OwnKeys)]
    return faults or told


def _documents(told: OwnKeys, around: Documents) -> Documents:
    """Which documents there are. What isn't set in the repository is as the operator has it."""
    chosen = told.documents if "documents" in told.model_fields_set else around
    bounds = {name: min(getattr(chosen, name), getattr(around, name)) for name in _BOUNDS}
    paths = DEFAULT_PATHS if chosen.paths is None else chosen.paths
    return chosen.model_copy(update={"paths": paths, **bounds})


def _unknown_trackers(told: OwnKeys, names: tuple[str, ...]) -> Iterator[Fault]:
    named: list[tuple[Key, str]] = [
        (("routes", number, "tracker"), route.tracker) for number, route in enumerate(told.routes)
    ]
    for person, accounts in told.people.items():
        named += [(("people", person, tracker), tracker) for tracker in accounts]
    for key, tracker in named:
        if tracker not in names:
            what = f"there is no tracker `{tracker}` for this repository"
            yield Fault(key, what, did_you_mean(tracker, names))


def _other_scope(told: OwnKeys, repository: Repository, keys: Keys) -> Iterator[Fault]:
    """A scope that another repository has would give this one its issues."""
    meant = serving.documents(repository, keys).scope
    if "documents" in told.model_fields_set and told.documents.scope != meant:
        yield Fault(
            ("documents", "scope"),
            f"is `{told.documents.scope}`, and whoever runs the daemon has set `{meant}`",
            "Agree on one of the two.",
        )


def _allowed_routes(keys: Keys, names: tuple[str, ...]) -> tuple[Route, ...]:
    return tuple(route for route in keys.routes if route.tracker in names)


def _line(lines: Mapping[Key, int], key: Key) -> int:
    """The line of a key, or of what it is missing from."""
    around = (key[:length] for length in range(len(key), -1, -1))
    return next((lines[part] for part in around if part in lines), 1)
