"""What Jira means when it says no, in plain words, and what can be done about it: pure judgement.

Everything that a service says is hostile: it becomes one bounded line without secrets.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from syncer.trackers.jira.answers import is_nobody
from syncer.trackers.jira.subjects import PERMISSIONS, named_permission
from syncer.trackers.replies import Reply, said, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from syncer.trackers.jira.subjects import Subject

_ERRORS: Final = 10
"""How many of the errors in one answer are shown."""

_KEPT: Final = 100
"""How many of them are kept."""

_LOOKED_AT: Final = 10_000
_SHARED: Final = {"project", "pid", "issuetype"}
"""Fields that all new issues have in common."""

_LOGIN: Final = re.compile(
    r"(?<![a-z])(?:log-?in|logon|sign-?in|sso|saml|oauth|openid|auth|idp|okta|adfs)", re.IGNORECASE
)
_REDIRECTIONS: Final = range(300, 400)
_WHY_LIMITED: Final = {
    "jira-quota-global-based": "the hourly quota that the app shares with all its sites",
    "jira-quota-tenant-based": "this site's hourly quota",
    "jira-burst-based": "too many requests within a second",
    "jira-per-issue-on-write": "too many writes to one issue within a short time",
}
_DOWN: Final = "Jira is down, starting, or under maintenance"


@dataclass(frozen=True, slots=True)
class Explained:
    """What an answer means.

    Attributes:
        reason: What is wrong, in one line.
        remedy: What to do about it; may be empty.
        everywhere: Whether every other write would fare the same.
        fields: What is wrong with which field, by its id.
        messages: What is wrong besides.
        data: The whole answer, not fit for anybody's eyes.
    """

    reason: str
    remedy: str = ""
    everywhere: bool = False
    fields: Mapping[str, str] = field(default_factory=dict)
    messages: tuple[str, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)


def limited(reply: Reply) -> bool:
    """Whether a rate limit turned a request away; Jira never says 403 for it."""
    return reply.status == HTTPStatus.TOO_MANY_REQUESTS


def clarified(reply: Reply, redact: Callable[[str], str]) -> Reply:
    """An answer that may be another one later, with a text that says what is the matter.

    Args:
        reply: The answer.
        redact: Takes secrets out of what Jira says.
    """
    words = _message(reply)
    if reply.status == HTTPStatus.TOO_MANY_REQUESTS:
        reason = (reply.header("RateLimit-Reason") or "").strip()
        words = _WHY_LIMITED.get(reason.lower(), reason) or words
    elif reply.status == HTTPStatus.SERVICE_UNAVAILABLE:
        words = f"{_DOWN} ({words})" if words else _DOWN
    return Reply(reply.status, reply.headers, shown(words, redact))


def explain(reply: Reply, subject: Subject, redact: Callable[[str], str]) -> Explained:
    """What an answer means that is neither a success nor a rate limit.

    Args:
        reply: The answer.
        subject: What the request was about.
        redact: Takes secrets out of what Jira says.
    """
    data = _data(reply)
    fields, messages = _fields(data, redact), _messages(data, redact)
    told = _Told(reply, subject, shown(_message(reply), redact), fields, messages, redact)
    if is_nobody(reply):
        found = _unauthorized(told)
    elif reply.status in _REDIRECTIONS:
        found = _redirected(told)
    else:
        judge = _BY_STATUS.get(reply.status)
        found = Explained(f"{_phrase(reply)}{told.quoted}") if judge is None else judge(told)
    return Explained(found.reason, found.remedy, found.everywhere, fields, messages, data)


def by_name(fields: Mapping[str, str], names: Mapping[str, str]) -> str:
    """Errors by fields as people know the fields.

    Args:
        fields: What is wrong, by the field's id.
        names: The fields' names by their ids; a field without one is called by its id.
    """
    shown_first = [
        f"{names.get(key) or key}: {text}" for key, text in list(fields.items())[:_ERRORS]
    ]
    return "; ".join(shown_first) + ("; …" if len(fields) > _ERRORS else "")


@dataclass(frozen=True, slots=True)
class _Told:
    """An answer, with what it says as it may be shown."""

    reply: Reply
    subject: Subject
    words: str
    fields: Mapping[str, str]
    messages: tuple[str, ...]
    redact: Callable[[str], str]

    def says(self, *phrases: str) -> bool:
        """Whether one of these, in small letters, occurs in it."""
        return any(phrase in self.words.lower() for phrase in phrases)

    @property
    def quoted(self) -> str:
        """What it says, as the end of a sentence."""
        return f" ({self.words})" if self.words else ""

    @property
    def is_json(self) -> bool:
        """Whether Jira's interface may have said it, and not what stands in front of it."""
        return self.reply.text.lstrip()[:1] in {"", "{"}


def _invalid(told: _Told) -> Explained:
    shared = told.subject.creates and not _SHARED.isdisjoint(told.fields)
    if shared:
        return Explained(
            f"no issue can be filed in project {told.subject.project}: {told.words}",
            "Look at `project` and `issue_type` in the tracker's settings. " + PERMISSIONS,
            everywhere=True,
        )
    return Explained(
        f"it isn't accepted: {told.words}" if told.words else "it isn't accepted",
        _remedy_for(told),
    )


def _remedy_for(told: _Told) -> str:
    if told.says("does not exist for the field 'project'"):
        return (
            "Look at how `project` is written in the tracker's settings: it is the project's key, and the account must "
            "be able to see it (Browse Projects)."
        )
    named = shown(", ".join(told.fields), told.redact) or "the field"
    if told.says("not on the appropriate screen"):
        return (
            f"Put {named} on the project's screens for creating, editing or that transition (for those of a "
            "team-managed project: into the type of the issue), or leave it out of the tracker's settings."
        )
    if told.says("is required", "mandatory"):
        return f"Say in the tracker's settings what {named} is set to: in `fields`, or `transition_fields`."
    permission = named_permission(told.words)
    return f"Give the account the permission {permission}." if permission else ""


def _unauthorized(told: _Told) -> Explained:
    if _is_captcha(told.reply):
        return _captcha()
    if "AUTHORISATION_FAILED" in (told.reply.header("X-Seraph-LoginReason") or "").upper():
        return Explained(
            f"the account may not use this Jira{told.quoted}",
            "Give syncer's account access to Jira (a licence, a group with access to the product).",
            everywhere=True,
        )
    return Explained(
        f"the credentials aren't accepted{told.quoted}",
        "The token is wrong, expired or revoked, or isn't for this `url`. Jira Cloud takes an API token with the "
        "`email` of its account (one with scopes only through api.atlassian.com); Data Center a personal access "
        "token without `email`.",
        everywhere=True,
    )


def _captcha() -> Explained:
    return Explained(
        "Jira wants to see a CAPTCHA solved before it lets the account in again, after too many failed attempts",
        "Log in once with a browser as syncer's account (an administrator can reset the count of failed logins), and "
        "correct the token.",
        everywhere=True,
    )


def _forbidden(told: _Told) -> Explained:
    if _is_captcha(told.reply):
        return _captcha()
    if told.says("ip allow", "ip address", "allowlist", "allow list"):
        return Explained(
            f"the organisation lets in only addresses on its IP allow list{told.quoted}",
            "Have the address that syncer runs at put on the list, or run it on a runner whose address is.",
            everywhere=True,
        )
    if told.says("xsrf"):
        return Explained(
            f"Jira takes the request for a forged one{told.quoted}",
            "See that a proxy between syncer and Jira leaves the header X-Atlassian-Token alone.",
            everywhere=True,
        )
    if told.says("basic auth"):
        return Explained(
            f"Jira doesn't let anybody in with a password{told.quoted}",
            "Use a personal access token, and leave out `email`.",
            everywhere=True,
        )
    if not told.is_json:
        return Explained(
            f"something in front of Jira says no{told.quoted}",
            "Look at what stands between syncer and Jira: a proxy, a firewall, a single sign-on.",
            everywhere=True,
        )
    named = named_permission(told.words) or told.subject.permission
    return Explained(
        f"the account lacks the permission {named}{told.quoted}"
        if named
        else f"the account isn't allowed to do that{told.quoted}",
        PERMISSIONS,
        everywhere=told.subject.creates or told.subject.about_project,
    )


def _not_found(told: _Told) -> Explained:
    if told.subject.only_cloud:
        return Explained(
            f"this Jira doesn't have what Jira Cloud has{told.quoted}",
            "If it is a server of your own, set `deployment: server`, or leave `deployment` out; else look at `url`.",
            everywhere=True,
        )
    if not told.is_json:
        return Explained(
            f"there is no Jira at this address{told.quoted}",
            "Look at `url` in the tracker's settings; a Data Center may need its context path (…/jira).",
            everywhere=True,
        )
    if told.subject.issue:
        return Explained(
            f"there is no {told.subject.words}, or the account can't see it{told.quoted}",
            "See whether it was deleted, and whether the account has the permission Browse Projects.",
        )
    if told.subject.about_project:
        return Explained(
            f"there is no {told.subject.words}, or the account can't see it{told.quoted}",
            "Look at how `project` is written, and give the account access to it. " + PERMISSIONS,
            everywhere=True,
        )
    return Explained(f"there is no such thing{told.quoted}")


def _gone(told: _Told) -> Explained:
    if told.subject.issue:
        return Explained(
            f"{told.subject.words} is gone{told.quoted}",
            "Empty the issue cell of its row to file a new one.",
        )
    return Explained(
        f"this Jira no longer has what was asked for{told.quoted}",
        "If it is Jira Cloud, set `deployment: cloud`, or leave `deployment` out.",
        everywhere=True,
    )


def _too_large(told: _Told) -> Explained:
    return Explained(
        f"it is too large{told.quoted}",
        "Shorten the action and the other columns of its row.",
    )


def _redirected(told: _Told) -> Explained:
    location = told.reply.header("Location") or ""
    host = _host(location)
    to = f" at {host}" if host else ""
    if _LOGIN.search(location):
        return Explained(
            f"it leads to a page to log in{to} ({told.reply.status})",
            "The token isn't accepted, or a single sign-on stands in front of Jira's interface: let syncer's requests "
            "to /rest/api pass, or use an address that has none.",
            everywhere=True,
        )
    return Explained(
        f"it leads to another address{to} ({told.reply.status})",
        "Change `url` in the tracker's settings to the address that Jira has now.",
        everywhere=True,
    )


_BY_STATUS: Final[Mapping[int, Callable[[_Told], Explained]]] = {
    HTTPStatus.BAD_REQUEST: _invalid,
    HTTPStatus.UNAUTHORIZED: _unauthorized,
    HTTPStatus.FORBIDDEN: _forbidden,
    HTTPStatus.NOT_FOUND: _not_found,
    HTTPStatus.GONE: _gone,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _too_large,
    HTTPStatus.UNPROCESSABLE_ENTITY: _invalid,
}


def _is_captcha(reply: Reply) -> bool:
    reasons = (
        reply.header(n) or "" for n in ("X-Seraph-LoginReason", "X-Authentication-Denied-Reason")
    )
    return any("AUTHENTICATION_DENIED" in r.upper() or "CAPTCHA" in r.upper() for r in reasons)


def _phrase(reply: Reply) -> str:
    return said(Reply(reply.status))


def _data(reply: Reply) -> dict[str, Any]:
    try:
        data = json.loads(reply.text)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _fields(data: Mapping[str, Any], redact: Callable[[str], str]) -> dict[str, str]:
    errors = data.get("errors")
    if not isinstance(errors, dict):
        return {}
    listed = list(errors.items())[:_KEPT]
    return {shown(_cut(key), redact): shown(_cut(text), redact) for key, text in listed}


def _messages(data: Mapping[str, Any], redact: Callable[[str], str]) -> tuple[str, ...]:
    return tuple(shown(_cut(text), redact) for text in _texts(data)[:_KEPT])


def _texts(data: Mapping[str, Any]) -> list[str]:
    listed = data.get("errorMessages")
    found = [text for text in listed if isinstance(text, str)] if isinstance(listed, list) else []
    others = (data.get(key) for key in ("errorMessage", "message", "error"))
    return [text for text in (*found, *others) if isinstance(text, str) and text.strip()]


def _message(reply: Reply) -> str:
    """What an answer says, with the errors that it lists."""
    data = _data(reply)
    errors = data.get("errors")
    parts = _texts(data)
    if isinstance(errors, dict):
        parts += [f"{_cut(key)}: {_cut(text)}" for key, text in errors.items()]
    if parts:
        parts = [_cut(part) for part in parts[: _ERRORS + 1]]
        return "; ".join(parts[:_ERRORS]) + ("; …" if len(parts) > _ERRORS else "")
    # Its status is told in words of ours.
    _, _, words = said(reply).partition(": ")
    return words


def _cut(text: object) -> str:
    """So much of a text as is worth looking at; it is cut again, after secrets were taken out."""
    return str(text)[:_LOOKED_AT]


def _host(url: str) -> str:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host if re.fullmatch(r"[a-z0-9.:-]{1,100}", host) else ""
