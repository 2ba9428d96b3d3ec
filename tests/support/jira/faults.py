"""What goes wrong on the way to Jira and back."""

from __future__ import annotations

from typing import Final

from tests.support.doubles import faults as common
from tests.support.doubles.faults import (
    CUT,
    DROPPED_AFTER,
    DROPPED_BEFORE,
    OK,
    STALLED_AFTER,
    STALLED_BEFORE,
    Asked,
    Delivery,
    Fault,
    html,
    redirect,
)
from tests.support.doubles.replies import Reply
from tests.support.jira.log import files, writes_something

__all__ = [
    "CUT",
    "DROPPED_AFTER",
    "DROPPED_BEFORE",
    "MANY",
    "OK",
    "STALLED_AFTER",
    "STALLED_BEFORE",
    "Asked",
    "Delivery",
    "Fault",
    "captcha",
    "conflict",
    "creates",
    "html",
    "login_page",
    "rate_limited",
    "redirect",
    "server_error",
    "unavailable",
    "writes",
]


def server_error(status: int = 500, *, effect: bool = False) -> Fault:
    """An error of the server's, before or after it has done what was asked."""
    body = {"errorMessages": ["Internal server error"], "errors": {}}
    return common.server_error(status, effect=effect, body=body)


def unavailable(*, retry_after: int | None = 30, effect: bool = False) -> Fault:
    """The server has too much to do, or is being looked after."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    body = {"errorMessages": ["Service Unavailable"], "errors": {}}
    name = f"503 with retry {'after' if effect else 'before'}"
    return Fault(name, effect, lambda _: Reply(503, body, headers))


def rate_limited(*, retry_after: str | None = "30", reason: str = "jira-burst-based") -> Fault:
    """Too many requests; when to come again may be left out, or be a date."""
    headers = {"RateLimit-Reason": reason, "X-RateLimit-Remaining": "0"}
    if retry_after is not None:
        headers["Retry-After"] = retry_after
    body = {"errorMessages": ["Rate limit exceeded."], "errors": {}}
    return Fault("429", answer=lambda _: Reply(429, body, headers))


def captcha(status: int = 403) -> Fault:
    """Too many wrong passwords: somebody has to prove at the login page that they are a person."""
    reply = Reply(
        status,
        f"<html><title>Forbidden ({status})</title>CAPTCHA_CHALLENGE</html>",
        {
            "X-Seraph-LoginReason": "AUTHENTICATION_DENIED",
            "X-Authentication-Denied-Reason": "CAPTCHA_CHALLENGE; login-url=/login.jsp",
            "Content-Type": "text/html;charset=UTF-8",
        },
    )
    return Fault(f"captcha {status}", answer=lambda _: reply)


def login_page(status: int = 200) -> Fault:
    """The page that asks people to log in; with a status of 302 the way to it."""
    if status == 200:
        return html()

    def answer(asked: Asked) -> Reply:
        site = asked.url.removesuffix(asked.path)
        return Reply(status, None, {"Location": f"{site}/login.jsp?os_destination={asked.path}"})

    return Fault(f"{status} to the login page", answer=answer)


def conflict() -> Fault:
    """Somebody else is changing the same issue."""
    body = {
        "errorMessages": ["The issue was changed by somebody else in the meantime."],
        "errors": {},
    }
    return Fault("409", answer=lambda _: Reply(409, body))


MANY: Final = (
    DROPPED_BEFORE,
    DROPPED_AFTER,
    CUT,
    server_error(500),
    server_error(502, effect=True),
    server_error(503),
    unavailable(),
    unavailable(effect=True),
    html(),
    html(effect=True),
    login_page(302),
    rate_limited(),
    rate_limited(retry_after=None),
)
"""Some of each kind that a client hears of at once."""


def writes(asked: Asked) -> bool:
    """Whether a request is to change something."""
    return writes_something(asked.method, asked.path)


def creates(asked: Asked) -> bool:
    """Whether a request is to file issues."""
    return files(asked.method, asked.path)
