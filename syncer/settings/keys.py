"""Every key of the configuration: its type, its default, and what it is for.

The text under a key is its description in the JSON Schema.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    NonNegativeInt,
    PlainSerializer,
    PositiveInt,
    SecretStr,
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

_SCOPE = r"^([A-Za-z0-9][A-Za-z0-9._-]{0,60}(/[A-Za-z0-9][A-Za-z0-9._-]{0,100})?)?$"
SHORTEST_SECRET = 16
"""How many characters a secret has at least that signs something."""

_DURATION = re.compile(r"(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?")
_BRANCH = re.compile(r"[A-Za-z0-9_][^\x00-\x20\x7f~^:?*\[\\]*")
_NOT_IN_A_BRANCH = re.compile(r"\.\.|@\{|//|/\.|\.lock(?:/|\Z)|[/.]\Z")
_SCP_ADDRESS = re.compile(r"(?:[\w.-]+@)?[A-Za-z0-9][A-Za-z0-9.-]*:(?!:|//)\S+")
_AUTHOR = re.compile(r"[^<>\x00-\x1f]*[^<>\x00-\x20] <[^<>@\x00-\x20]+@[^<>@\x00-\x20]+>")
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


def _duration(value: object) -> object:
    """Takes ``1h30m`` and the like; a bare number would leave open what it counts."""
    if isinstance(value, timedelta):
        return value
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if not found or not value:
        raise ValueError("is no duration; write it with its units, such as 90s, 15m or 1h30m")
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def shown(value: timedelta) -> str:
    """A duration as it is written in a configuration: ``1h30m``."""
    minutes, seconds = divmod(round(value.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "m"), (seconds, "s"))
    return "".join(f"{number}{unit}" for number, unit in parts if number) or "0s"


def _cron(value: str) -> str:
    from cronsim import CronSim, CronSimError

    if len(value.split()) != 5:
        raise ValueError("is no schedule; write five fields as in crontab, such as `*/15 * * * *`")
    try:
        CronSim(value, datetime(2000, 1, 1, tzinfo=UTC))
    except CronSimError as error:
        raise ValueError(
            f"is no schedule ({error}); write five fields as in crontab, such as `*/15 * * * *`"
        ) from None
    return value


def _positive(value: timedelta) -> timedelta:
    if not timedelta(seconds=1) <= value <= timedelta(days=366):
        raise ValueError("is no duration from a second to a year")
    return value


def _own_file(value: str) -> str:
    parts = value.split("/")
    if "\0" in value or not parts[-1] or any(part in {"", ".", "..", ".git"} for part in parts):
        raise ValueError("is no path of a file in the repository; write one such as syncer.yaml")
    return value


def _clone_url(value: str) -> str:
    """Takes what Git reaches over HTTPS, SSH or in the file system, and nothing that would run a program."""
    if not value.isprintable() or value != value.strip() or value.startswith("-"):
        raise ValueError("is no address of a repository; write one as `git clone` takes it")
    if value.startswith("/") or _SCP_ADDRESS.fullmatch(value):
        return value
    try:
        parts = urlsplit(value)
        host, user, password = parts.hostname or "", parts.username, parts.password
        parts.port  # noqa: B018 - raises for one that is none
    except ValueError:
        raise ValueError(
            "is no address of a repository; write one as `git clone` takes it"
        ) from None
    here = parts.scheme == "http" and host in {"localhost", "127.0.0.1", "::1"}
    if parts.scheme not in {"https", "ssh", "file"} and not here:
        raise ValueError("is reached in no safe way; write one that begins with https:// or ssh://")
    if password is not None or (user is not None and parts.scheme != "ssh"):
        raise ValueError(
            "has a user or password in it, which everybody reads who sees it; take it out, replace it, and give the "
            f"token as {PREFIX}DELIVERY__TOKEN, or leave it to Git's credential helper"
        )
    if (
        not parts.path.strip("/")
        or (not host and parts.scheme != "file")
        or parts.query
        or parts.fragment
    ):
        raise ValueError("is no address of a repository; write one as `git clone` takes it")
    return value


def _branch(value: str) -> str:
    """Refuses what Git doesn't take for a branch (git-check-ref-format), and what it would take for an option."""
    if not _BRANCH.fullmatch(value) or _NOT_IN_A_BRANCH.search(value) or value == "@":
        raise ValueError("is no name of a branch; write one such as main")
    return value


def _address(value: str) -> str:
    host, colon, port = value.rpartition(":")
    if value and not (colon and host and port.isascii() and port.isdigit() and int(port) < 65536):
        raise ValueError("is no address to listen at; write host and port, such as 0.0.0.0:8080")
    return value


def _signing(value: SecretStr) -> SecretStr:
    """Refuses what can be guessed: whoever has one signed body can try out secrets without anybody's noticing."""
    if len(value.get_secret_value()) < SHORTEST_SECRET:
        raise ValueError(
            f"has fewer than {SHORTEST_SECRET} characters; make one with `openssl rand -hex 32`"
        )
    return value


def _author(value: str) -> str:
    if not _AUTHOR.fullmatch(value):
        raise ValueError("is no author; write name and address, such as Ops Bot <ops@acme.example>")
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
Line = Annotated[
    str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")
]
TrailerName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,60}$")]
BranchName = Annotated[str, AfterValidator(_branch)]
Author = Annotated[str, AfterValidator(_author)]
SigningSecret = Annotated[SecretStr, AfterValidator(_signing)]
Cron = Annotated[str, AfterValidator(_cron)]
Duration = Annotated[
    timedelta,
    BeforeValidator(_duration, json_schema_input_type=str),
    AfterValidator(_positive),
    PlainSerializer(shown, return_type=str, when_used="json"),
]
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
    scope: Annotated[str, StringConstraints(pattern=_SCOPE)] = ""
    """What tells these documents from those of other repositories that file in the same place, such as `acme/shop`;
    without one they would take each other's issues for those of documents that are gone. Once it is set, it stays."""
    link: Annotated[str, StringConstraints(pattern=r'^(https?://[^\s<>"]+)?$')] = ""
    """What the documents' addresses begin with, such as `https://github.com/acme/shop/blob/{revision}/`: an issue's
    text links to its document. `{revision}` stands for the commit that it was filed from, or for `HEAD` where the
    documents are files. In the GitHub Action, it is known by itself."""
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


class PullRequestKeys(Section):
    """What the pull request is like that changes wait in (`delivery.mode: pull-request`)."""

    branch: BranchName = "syncer/action-items"
    """Name of its branch, which is syncer's own."""
    title: Line = "Update action items"
    """Its title."""
    labels: Texts = ()
    """Labels that it gets when it is opened."""
    reviewers: Texts = ()
    """Whose review is asked for when it is opened: logins, and teams as `acme/sre`."""
    draft: bool = False
    """Whether it is opened as a draft."""


class LeaseKeys(Section):
    """Keeps runs apart that would work on one repository at the same time, on whatever machines."""

    enabled: bool = True
    """Whether a run waits for others. It counts only where delivery pushes."""
    ref: Annotated[str, StringConstraints(pattern=r"^refs/[a-z0-9][a-z0-9/_-]*[a-z0-9]$")] = (
        "refs/syncer/lease"
    )
    """The ref in the repository that says who is at work. It is no branch, and starts no workflow."""
    lifetime: Duration = timedelta(minutes=2)
    """A run that hasn't shown itself for so long counts as dead. From a second to a day."""
    wait: Duration = timedelta(minutes=10)
    """How long a run waits for another one before it gives up."""


class Delivery(Section):
    """How documents that were changed are delivered."""

    mode: Literal["files", "commit", "pull-request"] = "files"
    """`files`: the documents are changed where they are; `commit`: they are committed and pushed to the branch;
    `pull-request`: they wait in a pull request, one at a time."""
    remote: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][\w.-]*$")] = "origin"
    """Git's name of the repository that is pushed to."""
    branch: BranchName | None = None
    """The branch that documents are read from and delivered to. Default: the one that is checked out, else the
    remote's default branch."""
    push: bool = True
    """For `commit`: whether the commit is pushed. If not, it is made on the branch that is checked out."""
    author: Author | None = None
    """Who commits, `Name <address>`. Default: whom Git is configured for, else syncer itself."""
    message: Line = "Update action items"
    """First line of the commit's message; what was done follows."""
    trailers: dict[TrailerName, Line] = {}
    """Lines at the end of the commit's message, `Name: value`."""
    attempts: Annotated[int, Field(ge=1, le=20)] = 5
    """How often a run starts at most because the branch has moved meanwhile."""
    repository: str | None = None
    """For `pull-request`: the repository on GitHub, `owner/name`. Default: the one that the remote's address names."""
    url: str | None = None
    """GitHub's address for it, of its pages or of its API. Default: the remote's host."""
    token: SecretStr | None = None
    """What pushes, and opens the pull request. Default: that of a GitHub tracker on the same host, else
    `GITHUB_TOKEN` or `GH_TOKEN`, else whatever Git is configured for."""
    pull_request: PullRequestKeys = PullRequestKeys()
    lease: LeaseKeys = LeaseKeys()


class Repository(Section):
    """A repository that a daemon serves: it clones it, keeps it fresh, and syncs its documents."""

    url: Annotated[str, AfterValidator(_clone_url)]
    """Its address, as Git takes it, without a user or password."""
    branch: BranchName | None = None
    """The branch that documents are read from and delivered to. Default: its default branch."""
    config: Annotated[str, AfterValidator(_own_file)] = "syncer.yaml"
    """Path of its own configuration in it, which may set documents, routes and people; it need not be there."""
    tracker: Name | None = None
    """Name of the tracker for its documents without a route. Default: `tracker`."""
    trackers: Texts = ()
    """Names of the trackers that its documents may be routed to. Default: all."""
    documents: Documents | None = None
    """Which of its documents are read, in the place of `documents`, unless its own configuration says so."""
    delivery: Delivery | None = None
    """How its documents are delivered, in the place of `delivery`."""
    every: Duration | None = None
    """How often it is synced, in the place of `daemon.every`."""
    cron: Cron | None = None
    """When it is synced, in the place of `daemon.cron`."""


class WebhookKeys(Section):
    """What may tell a daemon that there is something to sync. Without a secret, nothing is taken."""

    github_secret: SigningSecret | None = None
    """The secret of GitHub's webhooks, which signs them; 16 characters or more."""
    jira_secret: SigningSecret | None = None
    """The secret of Jira's webhooks, which signs them; 16 characters or more."""
    max_bytes: PositiveInt = 2_000_000
    """Larger requests are refused."""


class DaemonKeys(Section):
    """How `syncer daemon` works."""

    every: Duration = timedelta(minutes=15)
    """How often each repository is synced: `15m`, `1h30m`, `90s`."""
    cron: Cron | None = None
    """When each repository is synced, in the place of `every`: five fields as in crontab, in UTC."""
    jitter: Duration = timedelta(minutes=1)
    """Each sync begins up to so much later, by chance, so that not all begin at once."""
    parallel: Annotated[int, Field(ge=1, le=64)] = 4
    """How many repositories are synced at the same time."""
    longest_pause: Duration = timedelta(hours=1)
    """A repository whose tracker or remote fails is left alone for longer and longer, up to this."""
    grace: Duration = timedelta(seconds=25)
    """How long the daemon takes at most to end once it is told to."""
    folder: Annotated[Path, AfterValidator(_folder)] = Path(".syncer/clones")
    """Where repositories are cloned to, relative to the configuration file's folder. It may be lost at any time."""
    listen: Annotated[str, AfterValidator(_address)] = "127.0.0.1:8080"
    """Address and port for health, metrics and webhooks; empty for none."""
    log: Literal["text", "json"] = "text"
    """How it logs: for people, or an object a line."""
    webhooks: WebhookKeys = WebhookKeys()


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
    repositories: dict[TrackerName, Repository] = {}
    """The repositories that a daemon serves, by a name of your choice. Default: the one that the configuration is
    in."""
    daemon: DaemonKeys = DaemonKeys()

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
