"""Webhooks as GitHub and Jira send them."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass, field
from typing import Any

from tests.support.watched import GITHUB_SECRET, JIRA_SECRET

REPOSITORY = {
    "full_name": "acme/shop",
    "html_url": "https://github.com/acme/shop",
    "clone_url": "https://github.com/acme/shop.git",
    "ssh_url": "git@github.com:acme/shop.git",
    "default_branch": "main",
}


def signed(secret: str, body: bytes) -> str:
    """The signature of a body, as the services' documentation describes it."""
    return "sha256=" + hmac.new(secret.encode(), body, "sha256").hexdigest()


@dataclass(frozen=True)
class Sent:
    """One webhook.

    Attributes:
        body: Its body.
        headers: Its headers, by names in small letters.
    """

    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


def github(event: str, said: object, *, secret: str = GITHUB_SECRET, delivery: str = "1") -> Sent:
    """A webhook of GitHub's."""
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    headers = {
        "content-type": "application/json",
        "user-agent": "GitHub-Hookshot/044aadd",
        "x-github-event": event,
        "x-github-delivery": delivery,
        "x-hub-signature-256": signed(secret, body),
    }
    return Sent(body, headers)


def push(ref: str = "refs/heads/main", *, number: int = 0, **repository: Any) -> Sent:
    """A push; each number makes it another one."""
    said = {"ref": ref, "after": f"{number:040x}", "repository": REPOSITORY | repository}
    return github("push", said)


def issue(number: int = 12, **more: Any) -> Sent:
    """A change of an issue."""
    named = {"number": number, "html_url": f"https://github.com/acme/shop/issues/{number}"}
    return github("issues", {"action": "closed", "issue": named, "repository": REPOSITORY} | more)


def jira(said: object, *, secret: str = JIRA_SECRET) -> Sent:
    """A webhook of Jira's."""
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    headers = {
        "content-type": "application/json; charset=UTF-8",
        "x-atlassian-webhook-identifier": "9f2c",
        "x-hub-signature": signed(secret, body),
    }
    return Sent(body, headers)


def jira_issue(key: str = "PAY-7", event: str = "jira:issue_updated") -> Sent:
    """A change of an issue there."""
    return jira({"webhookEvent": event, "timestamp": 1763553600000, "issue": {"key": key}})
