"""What GitHub means when it says no, in plain words, and what can be done about it: pure judgement.

Everything that a service says is hostile: it becomes one bounded line without secrets.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from syncer.trackers.replies import LONGEST, Reply, is_limited, said, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_ERRORS: Final = 5
"""How many of the errors in one answer are shown."""

_REDIRECTIONS: Final = range(300, 400)
_PERMISSION: Final = re.compile(r"[a-z_]+=[a-z]+(?:[,;] ?[a-z_]+=[a-z]+)*")


@dataclass(frozen=True, slots=True)
class Permissions:
    """The least that a token must be allowed to do.

    Attributes:
        missing: What is missing where GitHub doesn't say so, in its own words.
        remedy: What to give to each kind of token.
    """

    missing: str
    remedy: str


ISSUES: Final = Permissions(
    "issues=write",
    "It needs: for a workflow's own token `permissions: issues: write`; for a fine-grained token or an App "
    "“Issues: Read and write”; for a classic token the scope `repo` (`public_repo` where everything is public).",
)
"""For a tracker."""

PULL_REQUESTS: Final = Permissions(
    "pull_requests=write",
    "It needs: for a workflow's own token `permissions: {contents: write, pull-requests: write}`; for a fine-grained "
    "token or an App “Contents: Read and write” and “Pull requests: Read and write”; for a classic token the scope "
    "`repo` (`public_repo` where everything is public).",
)
"""For pull requests and the comments on them."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a request was about.

    Attributes:
        repository: ``acme/shop``.
        issue: The number of the issue or pull request, if it was about one.
        host: Where people look at it: ``github.com``.
        kind: What has that number.
        permissions: What is needed there.
    """

    repository: str
    issue: str = ""
    host: str = "github.com"
    kind: str = "issue"
    permissions: Permissions = ISSUES

    @property
    def words(self) -> str:
        """It, as a sentence names it."""
        return f"{self.kind} #{self.issue} of {self.repository}" if self.issue else self.repository


@dataclass(frozen=True, slots=True)
class Explained:
    """What an answer means.

    Attributes:
        reason: What is wrong, in one line.
        remedy: What to do about it; may be empty.
        everywhere: Whether every other write would fare the same.
    """

    reason: str
    remedy: str = ""
    everywhere: bool = False


def limited(reply: Reply) -> bool:
    """Whether a rate limit turned a request away; knows GitHub's older words for the secondary one, too."""
    return is_limited(reply) or (
        reply.status == HTTPStatus.FORBIDDEN and "abuse detection" in _message(reply).lower()
    )


def explain(reply: Reply, subject: Subject, redact: Callable[[str], str]) -> Explained:
    """What an answer means that is neither a success nor a rate limit.

    Args:
        reply: The answer.
        subject: What the request was about.
        redact: Takes secrets out of what GitHub says.
    """
    told = _Told(reply, subject, shown(_message(reply), redact))
    if reply.status in _REDIRECTIONS:
        return _redirected(told)
    judge = _BY_STATUS.get(reply.status)
    return Explained(shown(said(reply), redact)) if judge is None else judge(told)


@dataclass(frozen=True, slots=True)
class _Told:
    """An answer, with what it says as it may be shown."""

    reply: Reply
    subject: Subject
    words: str

    def says(self, *phrases: str) -> bool:
        """Whether one of these, in small letters, occurs in it."""
        return any(phrase in self.words.lower() for phrase in phrases)

    @property
    def quoted(self) -> str:
        """What it says, as the end of a sentence."""
        return f" ({self.words})" if self.words else ""


def _unauthorized(told: _Told) -> Explained:
    return Explained(
        f"the credentials aren't accepted{told.quoted}",
        "The token is wrong, expired or revoked, or belongs to another server: make a new one, and see that "
        "`url` names the server that it is for.",
        everywhere=True,
    )


def _forbidden(told: _Told) -> Explained:
    single_sign_on = told.reply.header("X-GitHub-SSO")
    if single_sign_on is not None or told.says("saml"):
        url = _own_url(single_sign_on or "", told.subject.host)
        return Explained(
            f"the token isn't authorised for the organisation's single sign-on{told.quoted}",
            f"Authorise it at {url}"
            if url
            else "Authorise it in the settings of your tokens: Configure SSO.",
            everywhere=True,
        )
    if told.says("ip allow list", "ip address"):
        return Explained(
            f"the organisation lets in only addresses on its IP allow list{told.quoted}",
            "Have the address that syncer runs at put on the list, or run it on a runner whose address is.",
            everywhere=True,
        )
    if told.says("archived"):
        return Explained(
            f"{told.subject.repository} is archived and can't be written{told.quoted}",
            "Unarchive it, or name another `repository`.",
            everywhere=True,
        )
    if told.subject.issue and told.says("locked", "user is blocked"):
        return Explained(
            f"{told.subject.words} can't be written: {told.words}",
            "Unlock the conversation, or give syncer's account write access.",
        )
    if told.says("not permitted to create or approve pull requests"):
        return Explained(
            f"{told.subject.repository} doesn't let workflows open pull requests{told.quoted}",
            "Switch on “Allow GitHub Actions to create and approve pull requests” in the settings of the repository "
            "or its organisation (Actions: General: Workflow permissions), or use an App's token.",
            everywhere=True,
        )
    accepted = told.reply.header("X-Accepted-GitHub-Permissions") or ""
    fits = len(accepted) <= LONGEST and _PERMISSION.fullmatch(accepted)
    wanted = told.subject.permissions
    return Explained(
        f"the token lacks the permission {accepted if fits else wanted.missing}{told.quoted}",
        wanted.remedy,
        everywhere=True,
    )


def _not_found(told: _Told) -> Explained:
    if told.subject.issue:
        return Explained(
            f"there is no {told.subject.words}, or the token can't see it{told.quoted}",
            "See whether it was deleted, and whether the token has access to the repository.",
        )
    return Explained(
        f"there is no repository {told.subject.repository}, or the token can't see it{told.quoted}",
        "Look at how `repository` and `url` are written, and give the token access to the repository. "
        + told.subject.permissions.remedy,
        everywhere=True,
    )


def _gone(told: _Told) -> Explained:
    if told.says("disabled"):
        return Explained(
            f"issues are switched off in {told.subject.repository}{told.quoted}",
            "Switch them on in the repository's settings (Features: Issues), or name another `repository`.",
            everywhere=True,
        )
    if told.subject.issue:
        return Explained(
            f"{told.subject.words} was deleted{told.quoted}",
            "Empty the issue cell of its row to file a new one.",
        )
    return Explained(
        f"{told.subject.words} is gone{told.quoted}", "Name another `repository`.", everywhere=True
    )


def _invalid(told: _Told) -> Explained:
    return Explained(f"it isn't accepted: {told.words}" if told.words else "it isn't accepted")


def _legal(told: _Told) -> Explained:
    return Explained(
        f"{told.subject.words} is blocked for legal reasons{told.quoted}",
        "Ask the repository's owner; until then, name another `repository`.",
        everywhere=True,
    )


def _redirected(told: _Told) -> Explained:
    # A transferred issue answers 301; a renamed repository answers a write with 307.
    if told.subject.issue and told.reply.status == HTTPStatus.MOVED_PERMANENTLY:
        return Explained(f"{told.subject.words} is somewhere else by now: it was transferred")
    return Explained(
        f"{told.subject.repository} was renamed or transferred ({told.reply.status})",
        "Change `repository` to its present name.",
        everywhere=True,
    )


_BY_STATUS: Final[Mapping[int, Callable[[_Told], Explained]]] = {
    HTTPStatus.UNAUTHORIZED: _unauthorized,
    HTTPStatus.FORBIDDEN: _forbidden,
    HTTPStatus.NOT_FOUND: _not_found,
    HTTPStatus.GONE: _gone,
    HTTPStatus.UNPROCESSABLE_ENTITY: _invalid,
    HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS: _legal,
}


def _message(reply: Reply) -> str:
    """What an answer says, with the errors that it lists."""
    try:
        data = json.loads(reply.text)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict) or not isinstance(data.get("message"), str):
        # Its status is told in words of ours.
        _, _, words = said(reply).partition(": ")
        return words
    errors = data.get("errors")
    listed = errors if isinstance(errors, list) else [errors] if errors else []
    parts = [text for error in listed[:_ERRORS] if (text := _error(error))]
    if len(listed) > _ERRORS:
        parts.append("…")
    return f"{data['message']}: {'; '.join(parts)}" if parts else str(data["message"])


def _error(error: Any) -> str:
    """One of the errors that an answer lists: the field, GitHub's word for what is wrong, and its explanation."""
    if not isinstance(error, dict):
        return str(error)
    return " ".join(str(error[key]) for key in ("field", "code", "message") if error.get(key))


def _own_url(header: str, host: str) -> str:
    """The address in the header about single sign-on, if it is one that a reader may be sent to."""
    match = re.search(r"\burl=([!-:<-~]+)", header)
    if match is None or len(match[1]) > LONGEST:
        return ""
    try:
        parts = urlsplit(match[1])
        trusted = parts.port is None and parts.hostname in {host.partition(":")[0], "github.com"}
    except ValueError:
        return ""
    return match[1] if parts.scheme == "https" and trusted and "@" not in parts.netloc else ""
