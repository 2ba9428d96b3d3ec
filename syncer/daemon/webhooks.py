"""What a webhook says: which of the configured repositories there is something to look at in.

That is all that is taken from one. Its text is compared with what the configuration names, and goes nowhere: a sync
reads everything for itself.
"""

from __future__ import annotations

import json
import logging
import re
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Literal

from syncer.daemon.signatures import Memory, agrees, signature

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from syncer.daemon.view import Daemon
    from syncer.settings.keys import WebhookKeys

Service = Literal["github", "jira"]
SERVICES: Final[tuple[Service, ...]] = ("github", "jira")

SIGNATURES: Final[Mapping[Service, str]] = {
    "github": "x-hub-signature-256",
    "jira": "x-hub-signature",
}
"""The header with the signature."""

_LOG: Final = logging.getLogger(__name__)

_EVENT: Final = "x-github-event"
_BRANCH: Final = "refs/heads/"
_LONGEST: Final = 2_000
_QUIET: Final = 60.0
"""Seconds between two lines in the log about webhooks that aren't taken: anybody can send them."""

_REMEDIES: Final = {
    "bad-signature": "Is the secret there the one that is configured here?",
    "malformed": "Is its content type application/json?",
    "too-large": "Is daemon.webhooks.max_bytes too small?",
}


class Outcome(StrEnum):
    """What becomes of a webhook."""

    ACCEPTED = "accepted"
    """A repository is looked at."""
    IGNORED = "ignored"
    """It is about nothing that there is to look at."""
    REPEATED = "repeated"
    """It has been here before. That is no loss, not even where GitHub was asked to deliver it once more: the repository
    has been looked at since it happened."""
    BAD_SIGNATURE = "bad-signature"
    MALFORMED = "malformed"
    TOO_LARGE = "too-large"
    BUSY = "busy"
    """Too much is being received at the same time."""


class MalformedError(Exception):
    """A body that isn't what its service sends."""


@dataclass(slots=True)
class Webhooks:
    """Takes webhooks, and asks the daemon to look.

    Attributes:
        daemon: Is asked.
        keys: What the configuration says at present.
        elapsed: Seconds on a clock that never goes back.
    """

    daemon: Daemon
    keys: Callable[[], WebhookKeys]
    elapsed: Callable[[], float]
    _counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    _memory: Memory = field(init=False)
    _told: dict[tuple[Service, Outcome], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._memory = Memory(self.elapsed)

    @property
    def counts(self) -> dict[tuple[str, str], int]:
        """How many came in, by service and outcome."""
        return {
            (service, outcome.value): self._counts[service, outcome.value]
            for service in SERVICES
            for outcome in Outcome
        }

    @property
    def max_bytes(self) -> int:
        """How large a body may be."""
        return self.keys().max_bytes

    def secret(self, service: Service) -> str:
        """The secret that a service signs with; empty if none is configured, and so nothing is taken."""
        keys = self.keys()
        secret = keys.github_secret if service == "github" else keys.jira_secret
        return secret.get_secret_value() if secret else ""

    def take(self, service: Service, headers: Mapping[str, str], body: bytes) -> Outcome:
        """Take what a service sent.

        Args:
            service: Which one; it has a secret.
            headers: The headers, by names in small letters.
            body: The body, byte for byte.
        """
        signed = signature(self.secret(service), body)
        if not agrees(signed, headers.get(SIGNATURES[service], "")):
            return self.turned_down(service, Outcome.BAD_SIGNATURE)
        try:
            names = self._concerned(service, headers, parsed(headers, body))
        except MalformedError:
            return self.turned_down(service, Outcome.MALFORMED)
        if not names:
            return self._noted(service, Outcome.IGNORED)
        if not self._memory.is_new(signed):
            return self._noted(service, Outcome.REPEATED)
        for name in names:
            self.daemon.request(name)
        _LOG.debug("a webhook of %s asks for a look at %s", service, ", ".join(names))
        return self._noted(service, Outcome.ACCEPTED)

    def turned_down(self, service: Service, outcome: Outcome) -> Outcome:
        """Note that one isn't taken, and say so in the log now and then."""
        now = self.elapsed()
        before = self._told.get((service, outcome))
        if before is None or now - before >= _QUIET:
            self._told[service, outcome] = now
            remedy = _REMEDIES.get(outcome.value, "")
            _LOG.warning("a webhook for %s is not taken: %s. %s", service, outcome.value, remedy)
        return self._noted(service, outcome)

    def _noted(self, service: Service, outcome: Outcome) -> Outcome:
        self._counts[service, outcome.value] += 1
        return outcome

    def _concerned(
        self, service: Service, headers: Mapping[str, str], said: Mapping[str, Any]
    ) -> tuple[str, ...]:
        if service == "jira":
            return self.daemon.touched(references) if (references := jira_issue(said)) else ()
        match headers.get(_EVENT, ""):
            case "":
                raise MalformedError
            case "push":
                return self._pushed(said)
            case "issues":
                return self.daemon.touched(github_issue(said))
        return ()

    def _pushed(self, said: Mapping[str, Any]) -> tuple[str, ...]:
        """The repositories whose branch was pushed.

        What syncer itself moves is none of them: its lease is no branch at all, and that of its pull request isn't the
        one that documents are read from.
        """
        ref = _text(said, "ref")
        if not ref.startswith(_BRANCH):
            return ()
        branch = ref.removeprefix(_BRANCH)
        repository = _group(said, "repository")
        addresses = {
            address
            for name in ("full_name", "html_url", "clone_url", "ssh_url")
            if (address := _text(repository, name))
        }
        is_default = branch == _text(repository, "default_branch")
        return self.daemon.pushed(addresses, branch=branch, is_default=is_default)


def parsed(headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """The object that a body says in JSON.

    Raises:
        MalformedError: It says nothing of the kind.
    """
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise MalformedError
    try:
        said = json.loads(body.decode())
    except (ValueError, RecursionError):
        raise MalformedError from None
    if not isinstance(said, dict):
        raise MalformedError
    return said


def github_issue(said: Mapping[str, Any]) -> frozenset[str]:
    """What the issue of GitHub's event ``issues`` is called.

    Raises:
        MalformedError: There is none.
    """
    issue, repository = _group(said, "issue"), _group(said, "repository")
    number = issue.get("number")
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 1_000_000_000:
        raise MalformedError
    address, name = _text(issue, "html_url"), _text(repository, "full_name")
    return frozenset({address, f"{name}#{number}"} if name else {address}) - {""}


def jira_issue(said: Mapping[str, Any]) -> frozenset[str]:
    """What the issue of one of Jira's events about issues is called; nothing for another event.

    Raises:
        MalformedError: There is no issue in it.
    """
    if not _text(said, "webhookEvent").startswith("jira:issue_"):
        return frozenset()
    key = _text(_group(said, "issue"), "key")
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*-[0-9]+", key):
        raise MalformedError
    return frozenset({key})


def _group(said: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = said.get(name)
    if not isinstance(value, dict):
        raise MalformedError
    return value


def _text(said: Mapping[str, Any], name: str) -> str:
    """A text that can be a name or an address; empty if it isn't there, or isn't one."""
    value = said.get(name)
    return value if isinstance(value, str) and len(value) <= _LONGEST else ""
