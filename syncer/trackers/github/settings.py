"""What the configuration says about a tracker of the kind ``github``."""

from __future__ import annotations

import re
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, SecretStr, field_validator, model_validator

from syncer.model import Status
from syncer.trackers.github.addresses import GITHUB, api_of, is_repository

if TYPE_CHECKING:
    from collections.abc import Mapping

_TOKENS = ("GITHUB_TOKEN", "GH_TOKEN")
_HERE = "GITHUB_API_URL"
_REPOSITORY = "GITHUB_REPOSITORY"

OpenStatus = Literal["Not Started", "In Progress", "Blocked"]
"""The statuses of issues that are open: finer than GitHub tells them apart by itself."""

_ADDRESS = re.compile(r"[a-z]+://[A-Za-z0-9._:\[\]-]+(?:/[A-Za-z0-9._~-]+)*/*")
"""Without a user, a query and a fragment; what else is wrong with it is told apart."""

_TOKEN = re.compile("[!-~]+")

Label = Annotated[str, Field(min_length=1, max_length=50, pattern=r"^[^,\x00-\x1f]+$")]


class GitHubSettings(BaseModel, extra="forbid", frozen=True):
    """What the configuration says about a tracker of the kind ``github``."""

    kind: Literal["github"] = "github"
    repository: str = Field(
        default="",
        validate_default=True,
        description="Where the issues are, `owner/name`. Default in a workflow: its own repository.",
    )
    url: str = Field(
        default=GITHUB,
        description="GitHub's address, of its pages or of its API. Default: github.com, or where the workflow runs.",
    )
    token: SecretStr | None = Field(
        default=None,
        description="Who syncer is there. Default: `GITHUB_TOKEN`, else `GH_TOKEN`, if they are for this `url`.",
    )
    app_id: str = Field(
        default="",
        coerce_numbers_to_str=True,
        description="Id (or client id) of a GitHub App, in the place of a token.",
    )
    app_private_key: SecretStr | None = Field(
        default=None, description="The App's private key, as PEM."
    )
    app_private_key_file: Path | None = Field(
        default=None,
        description="The file that holds it, relative to the root.",
    )
    app_installation: int | None = Field(
        default=None, ge=1, description="The App's installation. Default: the repository's."
    )
    ca_bundle: Path | None = Field(
        default=None,
        description="Certificates to trust in the place of the usual ones, relative to the root.",
    )
    timeout: float = Field(
        default=30.0, ge=1, le=600, description="How long an answer is waited for, in seconds."
    )
    label: Label = Field(default="syncer", description="The label of the issues that syncer filed.")
    issue_type: str = Field(default="", description="The organisation's type of new issues.")
    milestone: str = Field(default="", description="Milestone of new issues, by its title.")
    due_milestones: bool = Field(
        default=False,
        description="Whether there is a milestone for each due date, `Due 2025-12-01`.",
    )
    due_field: str = Field(
        default="", description="The organisation's date field that holds the due date."
    )
    priority_field: str = Field(
        default="", description="Its single-select field that holds the priority."
    )
    status_field: str = Field(
        default="", description="Its single-select field that says where an open issue stands."
    )
    status_options: dict[OpenStatus, str] = Field(
        default_factory=dict,
        description="The options of that field for statuses of open issues, or for some of them.",
    )
    status_labels: dict[OpenStatus, Label] = Field(
        default_factory=dict,
        description="Labels for statuses of open issues, or for some of them, such as `status: blocked`.",
    )
    assigned_is_in_progress: bool = Field(
        default=False,
        description="Whether an open issue that somebody has is *In Progress*.",
    )
    mentions: bool = Field(
        default=False,
        description="Whether an owner who can't be assigned, such as a team, is notified by the issue's text.",
    )
    full_look: int = Field(
        default=3600,
        ge=0,
        description="After how many seconds a daemon reads everything anew, rather than what has changed.",
    )
    graphql: bool = Field(
        default=True,
        description="Whether the GraphQL API may be used, which reads a hundred issues in one request.",
    )

    @property
    def labels_by_status(self) -> dict[Status, str]:
        """``status_labels`` by statuses."""
        return {Status(status): label for status, label in self.status_labels.items()}

    @property
    def options_by_status(self) -> dict[Status, str]:
        """``status_options`` likewise."""
        return {Status(status): option for status, option in self.status_options.items()}

    @classmethod
    def from_environment(
        cls, data: Mapping[str, Any], environment: Mapping[str, str]
    ) -> dict[str, tuple[str, str]]:
        """Defaults that the environment of a workflow, or of the command ``gh``, has: value and variable by key.

        A token that is found there is for one GitHub. It is not sent to another one.
        """
        found: dict[str, tuple[str, str]] = {}
        here = environment.get(_HERE, "").rstrip("/") or GITHUB
        for key, variable in (("repository", _REPOSITORY), ("url", _HERE)):
            if data.get(key) is None and environment.get(variable):
                found[key] = (environment[variable], variable)
        try:
            same = api_of(str(data.get("url") or here)) == api_of(here)
        except ValueError:
            same = False  # one of the two is no address, which is told when it is checked
        if same and data.get("token") is None and not data.get("app_id"):
            for variable in _TOKENS:
                if environment.get(variable):
                    found["token"] = (environment[variable], variable)
                    break
        return found

    @field_validator("repository")
    @classmethod
    def _is_a_repository(cls, value: str) -> str:
        if not value:
            raise ValueError("is missing: where the issues are, as owner/name")
        if not is_repository(value):
            raise ValueError("is no repository: write it as owner/name")
        return value

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        try:
            parts, host = urlsplit(value), urlsplit(value).hostname
            whole = bool(host) and parts.port != 0
        except ValueError:
            whole = False
        if not whole or not _ADDRESS.fullmatch(value):
            raise ValueError("is no address of a GitHub: write it as https://github.example.com")
        if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(host or "")):
            raise ValueError("must begin with https://, so that nobody else reads the token")
        return api_of(value)

    @field_validator("token", "app_private_key")
    @classmethod
    def _is_not_empty(cls, value: SecretStr | None) -> SecretStr | None:
        # A line end at either side has come from a file, or from a paste.
        text = value.get_secret_value().strip() if value is not None else ""
        return SecretStr(text) if text else None

    @field_validator("token")
    @classmethod
    def _can_be_sent(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("has characters in it that no token has: copy it anew")
        return value

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        keys = [self.app_private_key, self.app_private_key_file]
        if self.app_id and sum(key is not None for key in keys) != 1:
            raise ValueError(
                "an App (app_id) needs one of app_private_key and app_private_key_file"
            )
        if not self.app_id and any(key is not None for key in keys):
            raise ValueError("app_id is missing, which says whose private key it is")
        if not self.app_id and self.app_installation is not None:
            raise ValueError("app_id is missing, which says whose installation it is")
        if self.app_id and self.token is not None:
            raise ValueError("there is a token and an App: leave one of them out")
        if self.due_field and self.due_milestones:
            raise ValueError("due_field and due_milestones are two places for one date: choose one")
        if self.milestone and self.due_milestones:
            raise ValueError("an issue has one milestone: leave out milestone or due_milestones")
        if self.status_field and self.status_labels:
            raise ValueError("status_field and status_labels say the same thing: choose one")
        if bool(self.status_field) != bool(self.status_options):
            raise ValueError("status_field and status_options belong together")
        for key, names in (
            ("status_labels", self.status_labels),
            ("status_options", self.status_options),
        ):
            if len({name.casefold() for name in names.values()}) < len(names):
                raise ValueError(f"{key} has one name for two statuses")
        if self.label.casefold() in {label.casefold() for label in self.status_labels.values()}:
            raise ValueError("status_labels has the label that all of syncer's issues have")
        return self


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
