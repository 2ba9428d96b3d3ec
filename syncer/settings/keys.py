"""Every key of the configuration: its type, its default, and what it is for.

The text under a key is its description in the JSON Schema.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    NonNegativeInt,
    PositiveInt,
    StringConstraints,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from syncer.documents.patterns import check
from syncer.model import Column

PREFIX = "SYNCER_"
"""How the names of environment variables begin that set a key."""

DELIMITER = "__"
"""What stands between the levels of a key in the name of its environment variable."""

CONFIG_VARIABLE = "SYNCER_CONFIG"
"""The environment variable that names the configuration file."""

SECRETS_VARIABLE = "SYNCER_SECRETS_DIR"
"""The environment variable that names the folder with secrets."""

TRACKER_NAME = "^[a-z0-9][a-z0-9_-]{0,30}$"
"""What a tracker may be called; with letters of one case, because environment variables have one."""

_NAMEABLE = re.compile(r"[a-z0-9_-]+")


def variable(key: tuple[str | int, ...]) -> str:
    """The environment variable that sets a key; empty if none can, because of characters or a list."""
    parts = [part for part in key if isinstance(part, str) and _NAMEABLE.fullmatch(part)]
    if len(parts) != len(key):
        return ""
    return PREFIX + DELIMITER.join(parts).upper().replace("-", "_")


def _one_or_more(value: object) -> object:
    """Takes a single text for a list of one, because that is how one is given in the environment."""
    return [value] if isinstance(value, str) else value


def _calendar_date(value: object) -> object:
    """Refuses a number, which would be taken for the seconds since 1970."""
    if isinstance(value, date | str) or value is None:
        return value
    raise ValueError("is no date; write it as year, month and day, such as 2025-06-30")


def _folder(value: Path) -> Path:
    if "\0" in str(value):
        raise ValueError("has a NUL character, which no path has; take it out")
    return value


def _pattern(value: object) -> object:
    return check(value) if isinstance(value, str) else value


def _exclusion(value: object) -> object:
    """A slash at the end is how people say that they mean a folder; here a folder is meant anyway."""
    return check(value.rstrip("/")) if isinstance(value, str) else value


Texts = Annotated[
    tuple[Annotated[str, StringConstraints(min_length=1)], ...],
    BeforeValidator(_one_or_more, json_schema_input_type=str | list[str]),
]
Pattern = Annotated[str, BeforeValidator(_pattern, json_schema_input_type=str)]
Patterns = Annotated[
    tuple[Pattern, ...], BeforeValidator(_one_or_more, json_schema_input_type=str | list[str])
]
Exclusion = Annotated[str, BeforeValidator(_exclusion, json_schema_input_type=str)]
Exclusions = Annotated[
    tuple[Exclusion, ...], BeforeValidator(_one_or_more, json_schema_input_type=str | list[str])
]
Date = Annotated[date, BeforeValidator(_calendar_date, json_schema_input_type=date)]
Name = Annotated[str, StringConstraints(min_length=1)]
TrackerName = Annotated[str, StringConstraints(pattern=TRACKER_NAME)]
Policy = Literal["document", "tracker", "report"]
StatusKey = Literal["not_started", "in_progress", "blocked", "done", "wont_do"]
Metadatum = Literal["id", "title", "date", "duration", "severity", "status"]
Share = Annotated[float, Field(ge=0, le=1)]
Placeholder = Literal["any", "action", "owner"]


class Section(BaseModel):
    """A group of keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Documents(Section):
    """Which documents are read, and how."""

    root: Annotated[Path, AfterValidator(_folder)] = Path()
    """Folder that all paths of documents are relative to, itself relative to the configuration file's folder."""
    paths: Patterns | None = None
    """Patterns of the documents, relative to the root. Default: `postmortems/**/*.md`; without a configuration file,
    all Markdown files beneath the paths that are named on the command line."""
    exclude: Exclusions = ()
    """Patterns of what to leave out; one that matches a folder leaves out all that is in it."""
    since: Date | None = None
    """Rows of documents dated before this day are not filed. Rows that are linked already stay in sync."""
    file_finished: bool = False
    """Whether a row that is already finished when it is first seen is filed, too."""
    add_columns: bool = True
    """Whether a table without a Status column gets one. It always gets an Issue column where it has none."""
    max_characters: PositiveInt = 1_000_000
    """Longer documents are refused."""
    max_line: PositiveInt = 20_000
    """Documents with a longer line are refused; in characters."""


class Route(Section):
    """Sends the documents that match a pattern to a tracker."""

    path: Pattern
    """Pattern of the documents, relative to the root."""
    tracker: Name
    """Name of the tracker that their action items are filed in."""


class PolicyKeys(Section):
    """Who wins when both sides changed a field to different values; `report` writes neither."""

    action: Policy = "document"
    """For the action's text. Unless this is `tracker`, a rename in the tracker is noted and left alone."""
    owner: Policy = "document"
    """For the owner."""
    due: Policy = "document"
    """For the due date."""
    status: Policy = "tracker"
    """For the status."""
    priority: Policy = "document"
    """For the priority."""


class LimitKeys(Section):
    """How much one run may write unless it is told --force."""

    creates: NonNegativeInt = 50
    """Most issues that one run files."""
    updates: Share = 0.5
    """Largest share of the linked issues that one run changes, from 0 to 1."""
    updates_minimum: NonNegativeInt = 20
    """Number of issues that one run may change however large their share is."""
    closures: Share = 0.25
    """Largest share of the linked issues that one run closes, from 0 to 1."""
    closures_minimum: NonNegativeInt = 10
    """Number of issues that one run may close however large their share is."""
    emptied: Share = 0.5
    """Largest share of a document's rows that may be gone from it, from 0 to 1. Counted are rows with an open issue,
    and only where the run would file, comment on or close issues for that document."""
    emptied_minimum: NonNegativeInt = 3
    """Number of rows that may be gone from a document however large their share is."""
    vanished: Share = 0.5
    """Largest share of the documents that may be gone while issues of theirs are open, from 0 to 1. Only a run that
    looks through all that syncer has filed knows that: one with rows to be filed, or with issues that are new."""
    vanished_minimum: NonNegativeInt = 5
    """Number of documents that may be gone however large their share is."""


class VocabularyKeys(Section):
    """Words that your documents use, in addition to those that syncer knows."""

    headings: Texts = ()
    """Headings of the section with the action items."""
    columns: dict[Column, Texts] = {}
    """Headers of columns, by the column's use."""
    statuses: dict[StatusKey, Texts] = {}
    """Words for a status, by its meaning."""
    symbols: dict[StatusKey, Texts] = {}
    """Emoji and other signs that mean a status by themselves."""
    metadata: dict[Metadatum, Texts] = {}
    """Labels of the incident's facts at the top of a document."""
    placeholders: dict[Placeholder, Texts] = {}
    """What stands in a cell of a blank form: in any cell, in an action, in an owner."""


class IssueKeys(Section):
    """What issues are like when they are filed."""

    labels: Texts = ("post-mortem",)
    """Labels that a new issue gets. Labels are never removed."""


class Delivery(Section):
    """How documents that were changed are delivered."""

    mode: Literal["files"] = "files"
    """`files`: the documents are changed where they are."""


class Keys(BaseSettings):
    """The configuration of syncer."""

    model_config = SettingsConfigDict(
        title="Configuration of syncer",
        extra="forbid",
        frozen=True,
        use_attribute_docstrings=True,
        env_prefix=PREFIX,
        env_nested_delimiter=DELIMITER,
    )

    documents: Documents = Documents()
    tracker: Name | None = None
    """Name of the tracker for documents without a route. Default: the only one there is."""
    trackers: dict[TrackerName, dict[str, Any]] = {}
    """Trackers by name. Default: one embedded tracker, called `here`."""
    routes: tuple[Route, ...] = ()
    """Which documents go to which tracker; the first route that matches counts."""
    people: dict[Name, dict[Name, Name]] = {}
    """For each name that documents use for an owner: the account, by tracker."""
    policies: PolicyKeys = PolicyKeys()
    on_removed: Literal["report", "comment", "close"] = "report"
    """What happens to the open issue of a row that is gone from its document: `report`, you are told; `comment`, the
    issue is told, once; `close`, it is closed as Won't Do, with a comment. Where anything speaks against the latter
    two, they come to `report`."""
    limits: LimitKeys = LimitKeys()
    vocabulary: VocabularyKeys = VocabularyKeys()
    issue: IssueKeys = IssueKeys()
    delivery: Delivery = Delivery()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  the names are pydantic-settings' own
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what it is given: ``sources.py`` merges the sources, to know which one a value came from."""
        return (init_settings,)
