"""What the configuration says about a tracker of the kind ``jira``."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    Field,
    SecretStr,
    StringConstraints,
    field_validator,
    model_validator,
)

from syncer.model import Status
from syncer.trackers.jira.addresses import (
    GATEWAY,
    PROJECT,
    base_of,
    is_atlassians,
    is_key,
    needs_email,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_TOKENS: Final = ("JIRA_API_TOKEN", "JIRA_TOKEN")
_HERE: Final = "JIRA_URL"
_EMAIL: Final = "JIRA_EMAIL"

_ADDRESS: Final = re.compile(r"[a-z]+://[A-Za-z0-9._:\[\]-]+(?:/[A-Za-z0-9._~-]+)*/*")
"""Without a user, a query and a fragment; what else is wrong with it is told apart."""

_ON_GATEWAY: Final = re.compile(r"/ex/jira/[0-9a-zA-Z-]{8,64}")
_TOKEN: Final = re.compile("[!-~]+")
_ACCOUNT: Final = re.compile("[!-9;-~]+")
_PROJECT: Final = re.compile(PROJECT)

Name = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=255, pattern=r"^[^\x00-\x1f]+$"
    ),
]
"""What somebody has called something in Jira."""


_FORMS: Final = ("user", "id", "key", "name", "value")


def _as_value(value: Any) -> Any:
    """What a field is set to, in the forms that JSON has; a date as Jira writes it.

    Raises:
        ValueError: It is something else.
    """
    if isinstance(value, list):
        if any(isinstance(one, list) for one in value):
            raise ValueError("has a list in a list")
        return [_as_value(one) for one in value]
    if isinstance(value, dict):
        ((key, inner),) = value.items() if len(value) == 1 else (("", ""),)
        known = key in _FORMS and isinstance(inner, str | int) and not isinstance(inner, bool)
        if not known or not str(inner):
            raise ValueError(f"must have one of these keys, with a text: {', '.join(_FORMS)}")
        return {key: str(inner)}
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str | int | float):
        raise ValueError("is neither a text, a number, true or false, nor a list of them")  # noqa: TRY004
    return value


def _one_or_more(value: Any) -> Any:
    """One name stands for a list of it."""
    return [value] if isinstance(value, str) else value


Names = Annotated[list[Name], BeforeValidator(_one_or_more, json_schema_input_type=str | list[str])]
Scalar = str | int | float | bool
Form = dict[Literal["user", "id", "key", "name", "value"], str]
"""Somebody, or something that its name doesn't tell from others: ``{user: …}``, ``{id: "10001"}``."""

Value = Annotated[Scalar | Form | list[Scalar | Form], BeforeValidator(_as_value)]
"""What a field is set to."""

Finished = Literal["Done", "Won't Do"]

_SET_ELSEWHERE: Final = {
    "project": "set `project`",
    "issuetype": "set `issue_type`",
    "issue type": "set `issue_type`",
    "components": "set `components`",
    "component/s": "set `components`",
    "parent": "set `parent`",
    "summary": "the document says it",
    "description": "the document says it",
    "assignee": "the document says it (owner)",
    "duedate": "the document says it",
    "due date": "the document says it",
    "priority": "the document says it, or `priority_from_severity`",
    "status": "the document says it, and `statuses`",
    "resolution": "set `resolutions`",
    "labels": "set `label`, or `issue.labels`",
}


class JiraSettings(BaseModel, extra="forbid", frozen=True):
    """What the configuration says about a tracker of the kind ``jira``."""

    kind: Literal["jira"] = "jira"
    url: str = Field(
        default="",
        validate_default=True,
        description="Jira's address: `https://acme.atlassian.net`, a Data Center with its context path, or "
        "`https://api.atlassian.com/ex/jira/CLOUDID` (with `site`). Default: `JIRA_URL`.",
    )
    site: str = Field(
        default="",
        description="The address of its pages, where that isn't `url`: `https://acme.atlassian.net`.",
    )
    project: str = Field(
        default="", validate_default=True, description="Key of the project: `PAY`."
    )
    issue_type: Name = Field(default="Task", description="The type of new issues, by its name.")
    email: str = Field(
        default="",
        description="Whose API token it is (Cloud); empty for a personal access token (Data Center). Default: "
        "`JIRA_EMAIL`, on Cloud.",
    )
    token: SecretStr | None = Field(
        default=None,
        description="Who syncer is there. Default: `JIRA_API_TOKEN`, else `JIRA_TOKEN`, if they are for this `url`: "
        "`JIRA_URL` names it, or isn't set and it is Atlassian's.",
    )
    deployment: Literal["", "cloud", "server"] = Field(
        default="", description="Jira Cloud, or a server of your own. Default: found out."
    )
    ca_bundle: Path | None = Field(
        default=None,
        description="Certificates to trust in the place of the usual ones, relative to the root.",
    )
    timeout: float = Field(
        default=30.0, ge=1, le=600, description="How long an answer is waited for, in seconds."
    )
    label: str = Field(
        default="syncer",
        min_length=1,
        max_length=255,
        pattern=r"^[^\s\x00-\x1f]+$",
        description="The label of the issues that syncer filed; without blanks.",
    )
    components: Names = Field(
        default_factory=list, description="Components of new issues, by their names."
    )
    parent: str = Field(
        default="", description="Key of the epic, or of another parent, of new issues: `PAY-1`."
    )
    fields: dict[Name, Value] = Field(
        default_factory=dict,
        description="What other fields of new issues are set to, by the field's name or id: text, a number, a date, "
        "an option, a list of them (`[Europe, Bonn]` where one is below the other), `{user: …}` or `{id: …}`.",
    )
    statuses: dict[Status, Names] = Field(
        default_factory=dict,
        description="Jira's statuses with that meaning, by their names. The first one that can be reached is set; "
        "all of them are read as it.",
    )
    resolutions: dict[Finished, Name] = Field(
        default_factory=dict,
        description="Jira's resolution for what is *Done* and what *Won't Do*.",
    )
    transition_fields: dict[Name, dict[Name, Value]] = Field(
        default_factory=dict,
        description="What fields are set to on the way to a status, by the status's name in Jira.",
    )
    priorities: dict[Name, Name] = Field(
        default_factory=dict, description="Jira's priority for a document's word: `{P1: Highest}`."
    )
    priority_from_severity: bool = Field(
        default=False,
        description="Whether a new issue whose row has no priority gets that of its incident's severity.",
    )
    remote_link: str = Field(
        default="",
        description="Where documents are, `https://github.com/acme/shop/blob/main/`: a new issue gets a link to its "
        "post-mortem, that address with the document's path behind it. `{scope}` in it stands for `documents.scope`.",
    )

    @property
    def is_gateway(self) -> bool:
        """Whether ``url`` is Atlassian's gateway rather than the site's own address."""
        return urlsplit(self.url).hostname == GATEWAY

    @property
    def pages(self) -> str:
        """The address of Jira's pages."""
        return self.site or self.url

    @classmethod
    def from_environment(
        cls, data: Mapping[str, Any], environment: Mapping[str, str]
    ) -> dict[str, tuple[str, str]]:
        """Defaults that the environment has: value and variable by key.

        A token that is found there is for one site, the one that ``JIRA_URL`` names, and is not sent to another one.
        Where that isn't set, it is an Atlassian account's, and sent only to where Atlassian is who reads it.
        """
        found: dict[str, tuple[str, str]] = {}
        here = environment.get(_HERE, "")
        if data.get("url") is None and here:
            found["url"] = (here, _HERE)
        url = str(data.get("url") or here)
        if not _is_for(here, url, str(data.get("site") or "")):
            return found
        if data.get("token") is None:
            for variable in _TOKENS:
                if environment.get(variable):
                    found["token"] = (environment[variable], variable)
                    break
        cloud = is_atlassians(url) or data.get("deployment") == "cloud"
        if data.get("email") is None and environment.get(_EMAIL) and cloud:
            # A server of one's own would take it for a user's name, and the token for a password.
            found["email"] = (environment[_EMAIL], _EMAIL)
        return found

    @field_validator(
        "components",
        "fields",
        "statuses",
        "resolutions",
        "transition_fields",
        "priorities",
        mode="before",
    )
    @classmethod
    def _may_be_json(cls, value: Any) -> Any:
        """In an environment variable, a list or a group of keys is JSON."""
        if isinstance(value, str) and value.lstrip().startswith(("[", "{")):
            try:
                return json.loads(value)
            except (ValueError, RecursionError):
                return value  # which is told for what it isn't
        return value

    @field_validator("url", "site")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        if not value:
            return value
        try:
            parts, host = urlsplit(value), urlsplit(value).hostname
            whole = bool(host) and parts.port != 0
        except ValueError:
            whole = False
        if not whole or not _ADDRESS.fullmatch(value):
            raise ValueError("is no address of a Jira: write it as https://acme.atlassian.net")
        if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(host or "")):
            raise ValueError("must begin with https://, so that nobody else reads the token")
        address = base_of(value)
        path = urlsplit(address).path
        if host == GATEWAY and not _ON_GATEWAY.fullmatch(path):
            raise ValueError(
                f"is no site on {GATEWAY}: write it as https://{GATEWAY}/ex/jira/CLOUDID"
            )
        if needs_email(address) and path:
            raise ValueError("has something after the host: write it as https://acme.atlassian.net")
        if "/rest/" in f"{path}/":
            raise ValueError(
                "is an address inside of the interface: leave out /rest and what follows"
            )
        return address

    @field_validator("remote_link")
    @classmethod
    def _leads_to_documents(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[^\s\"<>]+", value):
            raise ValueError("is no address: where documents are, https://…/blob/main/")
        return value

    @field_validator("url")
    @classmethod
    def _is_there(cls, value: str) -> str:
        if not value:
            raise ValueError("is missing: Jira's address, such as https://acme.atlassian.net")
        return value

    @field_validator("project")
    @classmethod
    def _is_a_project(cls, value: str) -> str:
        if not value:
            raise ValueError("is missing: the key of the project, such as PAY")
        if not _PROJECT.fullmatch(value.strip().upper()):
            raise ValueError("is no key of a project: write it as PAY")
        return value.strip().upper()

    @field_validator("parent")
    @classmethod
    def _is_an_issue(cls, value: str) -> str:
        key = value.strip().upper()
        if key and not is_key(key):
            raise ValueError("is no key of an issue: write it as PAY-1")
        return key

    @field_validator("email")
    @classmethod
    def _is_an_account(cls, value: str) -> str:
        value = value.strip()
        if value and not _ACCOUNT.fullmatch(value):
            raise ValueError(
                "is no e-mail address (or user name): it can't have a colon or a blank"
            )
        return value

    @field_validator("token")
    @classmethod
    def _can_be_sent(cls, value: SecretStr | None) -> SecretStr | None:
        # A line end at either side has come from a file, or from a paste.
        text = value.get_secret_value().strip() if value is not None else ""
        if not text:
            return None
        if not _TOKEN.fullmatch(text):
            raise ValueError("has characters in it that no token has: copy it anew")
        return SecretStr(text)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.is_gateway and not self.site:
            raise ValueError(
                "site is missing: the address of the pages, which url (the gateway) doesn't tell"
            )
        if urlsplit(self.site).hostname == GATEWAY:
            raise ValueError("site is the gateway: name the address that people open in a browser")
        if self.deployment == "server" and is_atlassians(self.url):
            raise ValueError("deployment is server, and url is Jira Cloud's: leave deployment out")
        for key in self.fields:
            where = _SET_ELSEWHERE.get(key.casefold())
            if where:
                raise ValueError(f"fields has {key}, which has another place: {where}")
        names = [name for listed in self.statuses.values() for name in listed]
        for key, listed in (
            ("statuses", names),
            ("fields", self.fields),
            ("transition_fields", self.transition_fields),
            ("priorities", self.priorities),
        ):
            twice = _twice(listed)
            if twice:
                raise ValueError(f"{key} has {twice} twice: leave it in one place")
        if empty := [status.value for status, listed in self.statuses.items() if not listed]:
            raise ValueError(f"statuses has no name for {empty[0]}: name one, or leave it out")
        done, dropped = self.resolutions.get("Done"), self.resolutions.get("Won't Do")
        if done and dropped and done.casefold() == dropped.casefold():
            raise ValueError("resolutions has one name for Done and Won't Do: choose two")
        return self


def _is_for(here: str, url: str, site: str) -> bool:
    """Whether what the environment has for one site may be sent to an address."""
    if not here:
        return is_atlassians(url)
    try:
        # What the settings call the pages of a strange address counts for nothing.
        on_gateway = is_atlassians(url) and urlsplit(url).hostname == GATEWAY
        return base_of(here) in {base_of(one) for one in (url, site if on_gateway else "") if one}
    except ValueError:
        return False  # one of them is no address, which is told when it is checked


def _twice(names: Iterable[str]) -> str:
    """A name that is there more than once, in any case."""
    seen = set[str]()
    for name in names:
        if name.casefold() in seen:
            return name
        seen.add(name.casefold())
    return ""


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
