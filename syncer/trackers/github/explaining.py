"""What GitHub says, in words that name the remedy. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from syncer.trackers.replies import is_limited, said

if TYPE_CHECKING:
    from collections.abc import Callable

    from syncer.trackers.replies import Reply

PERMISSIONS: Final = (
    "It needs: for a workflow's own token `permissions: issues: write`; for a fine-grained token or an App "
    "“Issues: Read and write”; for a classic token the scope `repo` (`public_repo` where everything is public)."
)
"""The least that a token must be allowed to do."""

_LONGEST: Final = 300
_NOT_IN_A_LINE: Final = re.compile(
    r"[^\S ]|[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]+"
)
_PERMISSION: Final = re.compile(r"[a-z_]+=[a-z]+(?:[,;] ?[a-z_]+=[a-z]+)*")


@dataclass(frozen=True, slots=True)
class Explained:
    """What an answer means.

    Attributes:
        reason: What is wrong, in one line.
        remedy: What to do about it.
        everywhere: Whether every other write would fare the same.
    """

    reason: str
    remedy: str = ""
    everywhere: bool = False


def limited(reply: Reply) -> bool:
    """Whether a rate limit turned a request away, in the older wording, too."""
    return is_limited(reply) or (
        reply.status == HTTPStatus.FORBIDDEN and "abuse detection" in reply.text[:5000].lower()
    )


def explain(reply: Reply, repository: str) -> Explained:
    """What an answer that isn't a success means.

    Args:
        reply: The answer. What it says may be long and hold secrets.
        repository: The repository that was asked about.
    """
    words = message_of(reply)
    lower = words.lower()
    status = reply.status
    if status == HTTPStatus.UNAUTHORIZED:
        return Explained(
            f"the token is not valid, or not any more ({words})",
            "Make a new one, and see that it reaches syncer. " + PERMISSIONS,
            everywhere=True,
        )
    if status == HTTPStatus.FORBIDDEN:
        return _forbidden(reply, words, lower, repository)
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        return _missing(status, words, lower, repository)
    if 300 <= status < 400:
        return Explained(
            f"{repository} has been renamed or transferred ({status})",
            "Change `repository` in the tracker's settings to its present name.",
            everywhere=True,
        )
    if status == HTTPStatus.UNPROCESSABLE_ENTITY:
        return Explained(f"not accepted: {_field_errors(reply) or words}")
    if status == HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS:
        return Explained(f"{repository} is blocked ({words})", everywhere=True)
    return Explained(words)


def message_of(reply: Reply) -> str:
    """What an answer says, in one line of bounded length."""
    data = _data(reply)
    words = " ".join(str(data.get("message") or "").split())
    if not words:
        return said(reply)[:_LONGEST]
    return f"{reply.status}: {words}"[:_LONGEST]


def shown(text: str, redact: Callable[[str], str]) -> str:
    """What a service says as it may be shown: one line, without secrets and signs that nobody sees, not too long."""
    line = " ".join(_NOT_IN_A_LINE.sub(" ", redact(text)).split())
    return line if len(line) <= _LONGEST else line[:_LONGEST] + "…"


def _forbidden(reply: Reply, words: str, lower: str, repository: str) -> Explained:
    if "archived" in lower:
        return Explained(
            f"{repository} is archived, so that nothing in it can be changed",
            "Unarchive it, or route its post-mortems to another tracker.",
            everywhere=True,
        )
    if "locked" in lower:
        return Explained(f"the issue is locked ({words})", "Unlock it, or let it be as it is.")
    single_sign_on = reply.header("X-GitHub-SSO")
    if single_sign_on is not None or "saml" in lower:
        url = _page(single_sign_on or "")
        return Explained(
            f"the token isn't authorised for the organisation's single sign-on ({words})",
            f"Authorise it{f' at {url}' if url else ' in your account, where tokens are listed'}.",
            everywhere=True,
        )
    if "ip allow list" in lower or "ip address" in lower:
        return Explained(
            f"the organisation doesn't let this machine in ({words})",
            "Ask its owners to put the address of the runner on the IP allow list.",
            everywhere=True,
        )
    asked = reply.header("X-Accepted-GitHub-Permissions") or ""
    named = asked if _PERMISSION.fullmatch(asked) else "issues=write"
    return Explained(
        f"the token lacks the permission {named} ({words})", PERMISSIONS, everywhere=True
    )


def _missing(status: int, words: str, lower: str, repository: str) -> Explained:
    if status == HTTPStatus.GONE and "disabled" in lower:
        return Explained(
            f"issues are disabled in {repository}",
            "Enable them in the repository's settings, under Features, or use another tracker.",
            everywhere=True,
        )
    if status == HTTPStatus.GONE:
        return Explained(f"the issue was deleted ({words})")
    return Explained(
        f"there is no such thing in {repository}, or the token can't see it ({words})",
        f"Look at `repository` in the tracker's settings, and at what the token may see. {PERMISSIONS}",
    )


def _field_errors(reply: Reply) -> str:
    """The errors of single fields, ``assignees is invalid``, in one line."""
    told = []
    for error in _data(reply).get("errors") or ():
        if isinstance(error, dict):
            parts = (error.get("field"), error.get("code"), error.get("message"))
            told.append(" ".join(str(part) for part in parts if part))
        else:
            told.append(str(error))
    return " ".join("; ".join(told).split())[:_LONGEST]


def _data(reply: Reply) -> dict[str, Any]:
    try:
        data = json.loads(reply.text)
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def _page(header: str) -> str:
    """The address in a header about single sign-on, if it is GitHub's own."""
    match = re.search(r"url=(https://\S+)", header)
    if match is None:
        return ""
    host = urlsplit(match[1]).hostname or ""
    return match[1] if host == "github.com" or host.endswith((".github.com", ".ghe.com")) else ""
