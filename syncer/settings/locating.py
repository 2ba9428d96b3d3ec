"""Finds the configuration, and the folder that documents are in where there is none.

The same documents have to get the same configuration and the same paths from whichever folder syncer is started,
because issues are known by them. So what is named on the command line counts more than where one happens to be.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from syncer.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FILE_NAME = "syncer.yaml"
"""What the configuration is called where it isn't named."""

OWN_FOLDER = ".syncer"
"""The folder beneath the root that the embedded tracker keeps its issues in by default."""

_REPOSITORY = ".git"
_MISSPELT = "syncer.yml"


def find_configuration(arguments: Sequence[Path], working: Path) -> Path | None:
    """The configuration file for these documents, if there is one.

    It is looked for from the first argument upward, then from the working directory upward; each time no further
    than the root of the repository.

    Raises:
        ConfigurationError: There is one under a name that is almost right.
    """
    starts = [_folder(arguments[0])] if arguments else []
    for start in [*starts, working.resolve()]:
        for folder in _up_to_repository(start):
            if (folder / FILE_NAME).is_file():
                return folder / FILE_NAME
            if (folder / _MISSPELT).is_file():
                raise ConfigurationError(
                    f"{folder / _MISSPELT} is not read", remedy=f"Rename it to {FILE_NAME}."
                )
    return None


def find_root(arguments: Sequence[Path], working: Path) -> Path:
    """The folder that paths of documents are relative to where there is no configuration file.

    The nearest folder, from what all arguments have in common upward, that is the root of a repository or has
    been used as root before. Failing that, the working directory if they lie in it, so that `syncer issues` finds
    what `syncer sync postmortems` filed; else the folder that they have in common.
    """
    working = working.resolve()
    start = working
    if arguments:
        start = Path(os.path.commonpath([_folder(argument) for argument in arguments]))
    for folder in _upwards(start):
        if (folder / _REPOSITORY).exists() or (folder / OWN_FOLDER).is_dir():
            return folder
    return working if start.is_relative_to(working) else start


def _folder(argument: Path) -> Path:
    """The folder that an argument is, or that it is in; it need not exist."""
    real = argument.resolve()
    return real if real.is_dir() else real.parent


def _upwards(start: Path) -> Iterator[Path]:
    yield start
    yield from start.parents


def _up_to_repository(start: Path) -> Iterator[Path]:
    for folder in _upwards(start):
        yield folder
        if (folder / _REPOSITORY).exists():
            return
