"""The configuration: where it is, what it says, what is wrong with it. The only reader of the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from syncer.core.limits import Limits
from syncer.core.reconciling.fields import Policies
from syncer.core.reconciling.people import People
from syncer.documents import Folder
from syncer.documents.patterns import Patterns
from syncer.errors import ConfigurationError
from syncer.settings import yamlfile
from syncer.settings.checking import check
from syncer.settings.keys import CONFIG_VARIABLE, SECRETS_VARIABLE, Delivery, Documents, Keys
from syncer.settings.locating import find_configuration, find_root
from syncer.settings.processes import git_environment, github_environment
from syncer.settings.secrets import known_secrets
from syncer.settings.sources import Origins, gather

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic import BaseModel

    from syncer.core.reconciling.removed import OnRemoved

DEFAULT_PATHS: Final = ("postmortems/**/*.md",)
"""Where documents are if a configuration file doesn't say."""

_BYTES_PER_CHARACTER = 4
_NO = {"", "0", "false"}


@dataclass(frozen=True)
class Settings:
    """A configuration that is valid as a whole.

    Attributes:
        root: The folder that paths of documents are relative to; a real path.
        file: The configuration file, if there is one.
        keys: The keys as they were checked, without the trackers.
        trackers: The settings of each tracker by its name, as its kind's own model.
        tracker: The name of the tracker for documents without a route.
        origins: Where each value came from.
        git_environment: The environment for Git and what it starts.
        github_environment: What the environment says of GitHub, for those who aren't trackers.
        prefix: Of a repository that a daemon serves: where in it the root is; empty for its top.
        secrets: All that is secret in it, and in the environment.
    """

    root: Path
    file: Path | None
    keys: Keys
    trackers: Mapping[str, BaseModel]
    tracker: str
    origins: Origins
    git_environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    github_environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    prefix: str = ""
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @property
    def documents(self) -> Documents:
        """Which documents are read, and how."""
        return self.keys.documents

    @property
    def policies(self) -> Policies:
        """Who wins a conflict."""
        return Policies(**self.keys.policies.model_dump())

    @property
    def limits(self) -> Limits:
        """How much one run may write."""
        return Limits(**self.keys.limits.model_dump())

    @property
    def on_removed(self) -> OnRemoved:
        """What happens to the issue of a row that is gone."""
        return self.keys.on_removed

    @property
    def people(self) -> People:
        """Owners and their accounts."""
        return People(self.keys.people)

    @property
    def labels(self) -> tuple[str, ...]:
        """Labels of new issues."""
        return self.keys.issue.labels

    @property
    def delivery(self) -> Delivery:
        """How changed documents are delivered."""
        return self.keys.delivery

    @property
    def vocabulary(self) -> dict[str, Any]:
        """What the configuration adds to the vocabularies, for ``syncer.vocabularies.load``."""
        return self.keys.vocabulary.model_dump(exclude_defaults=True)

    @cached_property
    def _routes(self) -> tuple[tuple[Patterns, str], ...]:
        return tuple((Patterns((route.path,)), route.tracker) for route in self.keys.routes)

    def tracker_of(self, path: str) -> str:
        """The name of the tracker for a document: its first route's, else the default one."""
        return next((name for route, name in self._routes if route.match(path)), self.tracker)

    @property
    def max_bytes(self) -> int:
        """Larger files are refused before they are read."""
        return self.documents.max_characters * _BYTES_PER_CHARACTER

    def check_paths(self, only: Sequence[object]) -> None:
        """Whether it is known which documents there are.

        Args:
            only: What was named on the command line.

        Raises:
            ConfigurationError: There is neither a configuration that says so, nor was one named.
        """
        if self.documents.paths is None and not only:
            raise ConfigurationError(
                "there is no configuration that says which documents to read",
                remedy="Name files or folders (`syncer sync postmortems`), or write a syncer.yaml.",
            )

    def folder(self, only: Sequence[Path] = ()) -> Folder:
        """The documents.

        Args:
            only: What was named on the command line; everything if nothing was.

        Raises:
            ConfigurationError: There is neither a configuration that says which documents there are, nor
                was one named.
        """
        self.check_paths(only)
        return Folder(
            self.root,
            self.documents.paths,
            self.documents.exclude,
            only=only,
            max_bytes=self.max_bytes,
        )


def load_settings(
    *,
    config: Path | None = None,
    arguments: Sequence[Path] = (),
    working: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Settings:
    """The configuration for a run.

    Args:
        config: The file that ``--config`` names.
        arguments: Files and folders that the command line names.
        working: The working directory, unless it is the process's own.
        environment: The environment, unless it is the process's own.

    Raises:
        ConfigurationError: Something is wrong with it; all that is, is listed.
    """
    working = Path.cwd() if working is None else working
    environment = os.environ if environment is None else environment
    named = [working / argument for argument in arguments]
    path = _configuration(config, named, working, environment)
    file = None if path is None else _read(path)
    name = "" if path is None else _shown(path, working)
    secrets = environment.get(SECRETS_VARIABLE)
    values = gather(file, name, working / secrets if secrets else None, environment)
    if file is not None:
        values.default("documents", "paths", list(DEFAULT_PATHS))
    checked = check(values, in_ci=environment.get("CI", "").lower() not in _NO)
    base = find_root(named, working) if path is None else path.parent
    root = (base / checked.keys.documents.root).resolve()
    if not root.is_dir():
        where = values.origins.place(("documents", "root"))
        raise ConfigurationError(
            f"{where}: documents.root: {root} is no folder",
            remedy="Name the folder that documents are in, relative to the configuration file.",
        )
    return Settings(
        root,
        path,
        checked.keys,
        checked.trackers,
        checked.tracker,
        values.origins,
        git_environment(environment),
        github_environment(environment),
        secrets=known_secrets((checked.keys, *checked.trackers.values()), environment),
    )


def declines_color(environment: Mapping[str, str] | None = None) -> bool:
    """Whether the environment asks for output without colours (https://no-color.org)."""
    return bool((os.environ if environment is None else environment).get("NO_COLOR"))


def _configuration(
    config: Path | None, arguments: Sequence[Path], working: Path, environment: Mapping[str, str]
) -> Path | None:
    """The configuration file: the one that is named, or the one that is found."""
    named = environment.get(CONFIG_VARIABLE)
    if config is None and not named:
        return find_configuration(arguments, working)
    path = working / (config or Path(named or ""))
    if not path.is_file():
        by = "--config" if config else CONFIG_VARIABLE
        raise ConfigurationError(
            f"{by}: {path} is no file", remedy="Name the configuration file, such as syncer.yaml."
        )
    return path.resolve()


def _read(path: Path) -> yamlfile.YamlFile:
    try:
        return yamlfile.read(path)
    except OSError as error:
        raise ConfigurationError(
            f"{path} cannot be read: {error.strerror}", remedy="Give the right to read it."
        ) from error


def _shown(path: Path, working: Path) -> str:
    """A path as one would write it from the working directory, if it lies there."""
    real = working.resolve()
    return str(path.relative_to(real) if path.is_relative_to(real) else path)
