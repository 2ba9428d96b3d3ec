"""An App finds its installation, makes itself tokens in time, and lets none of its secrets out."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from syncer.errors import ConfigurationError, TrackerError
from syncer.trackers.base import Unknown
from syncer.trackers.github.opening import connect
from syncer.trackers.github.settings import GitHubSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
    from responses import RequestsMock

    from syncer.trackers.github.client import Client
    from tests.support.clock import FakeClock

API = "https://api.github.com:443"
SHOP = "/repos/acme/shop"
FOUND = f"{API}{SHOP}/installation"
TOKENS = f"{API}/app/installations/7/access_tokens"
ISSUE = {"number": 12}


def pem(key: PrivateKeyTypes, password: str = "") -> str:
    """A key as GitHub hands it out."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8
        if isinstance(key, ed25519.Ed25519PrivateKey)
        else serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.BestAvailableEncryption(password.encode())
        if password
        else serialization.NoEncryption(),
    ).decode()


RSA = rsa.generate_private_key(65537, 2048)
KEY = pem(RSA)


def app(clock: FakeClock, key: str = KEY, **settings: Any) -> Client:
    """A client that works as App 34."""
    values = {"repository": "acme/shop", "app_id": 34, "app_private_key": key}
    model = GitHubSettings.model_validate(values | settings)
    return connect("shop", model, Path(), clock.timing())[1]


def token(name: str, clock: FakeClock, minutes: float = 60) -> dict[str, Any]:
    """An answer with a token."""
    until = clock.now + timedelta(minutes=minutes)
    return {"token": name, "expires_at": until.isoformat().replace("+00:00", "Z")}


def bearers(mocked: RequestsMock, path: str) -> list[str]:
    """What the requests to an address were signed with."""
    sent = [call.request for call in mocked.calls if str(call.request.url).startswith(API + path)]
    return [str(request.headers["Authorization"]).removeprefix("Bearer ") for request in sent]


def installed(mocked: RequestsMock, *answers: dict[str, Any]) -> None:
    mocked.get(FOUND, json={"id": 7})
    for answer in answers:
        mocked.post(TOKENS, json=answer, status=201)


def test_it_finds_its_installation_and_asks_for_this_repository_alone(
    mocked: RequestsMock, clock: FakeClock
) -> None:
    installed(mocked, token("first-token", clock))
    mocked.get(f"{API}{SHOP}/issues", json=[ISSUE])
    client = app(clock)
    assert client.get_list(f"{SHOP}/issues") == [ISSUE]
    assert client.get_list(f"{SHOP}/issues") == [ISSUE]
    assert bearers(mocked, f"{SHOP}/issues") == ["first-token"] * 2
    asked = [call.request for call in mocked.calls if call.request.url == TOKENS]
    assert len(asked) == 1
    assert json.loads(asked[0].body or "") == {"repositories": ["shop"]}  # type: ignore[arg-type]
    (statement,) = bearers(mocked, "/app")
    claims = jwt.decode(
        statement,
        RSA.public_key(),
        algorithms=["RS256"],
        options={"verify_exp": False, "verify_iat": False},
    )
    assert claims["iss"] == "34"
    assert claims["iat"] < clock.now.timestamp() < claims["exp"] <= claims["iat"] + 600


def test_a_named_installation_is_not_looked_for(mocked: RequestsMock, clock: FakeClock) -> None:
    mocked.post(TOKENS, json=token("first-token", clock), status=201)
    mocked.get(f"{API}{SHOP}", json={})
    assert app(clock, app_installation=7).get_object(SHOP) == {}


def test_a_token_is_renewed_five_minutes_before_it_ends(
    mocked: RequestsMock, clock: FakeClock
) -> None:
    installed(mocked, token("first-token", clock), token("second-token", clock, minutes=120))
    mocked.get(f"{API}{SHOP}", json={})
    client = app(clock)
    for minutes in (54, 2, 2):
        client.get_object(SHOP)
        clock.waits.append(minutes * 60)
    assert bearers(mocked, SHOP)[1:] == ["first-token", "first-token", "second-token"]


def test_a_token_that_is_turned_away_is_renewed_once(
    mocked: RequestsMock, clock: FakeClock
) -> None:
    installed(mocked, token("first-token", clock), token("second-token", clock))
    mocked.post(f"{API}{SHOP}/issues", status=401, json={"message": "Bad credentials"})
    mocked.post(f"{API}{SHOP}/issues", status=201, json=ISSUE)
    assert app(clock).post(f"{SHOP}/issues", {"title": "One"}, needs=("number",)) == ISSUE
    assert bearers(mocked, f"{SHOP}/issues") == ["first-token", "second-token"]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_it_is_not_renewed_for_ever(mocked: RequestsMock, clock: FakeClock, method: str) -> None:
    installed(mocked, token("first-token", clock), token("second-token", clock))
    mocked.add(method, f"{API}{SHOP}/issues", status=401, json={"message": "Bad credentials"})
    client = app(clock)
    asks: dict[str, Callable[[str], object]] = {
        "GET": client.get_list,
        "POST": lambda path: client.post(path, {}),
    }
    ask = asks[method]
    with pytest.raises(TrackerError, match="aren't accepted"):
        ask(f"{SHOP}/issues")
    assert len(bearers(mocked, f"{SHOP}/issues")) == 2


def test_tokens_cost_no_pace(mocked: RequestsMock, clock: FakeClock) -> None:
    installed(mocked, token("first-token", clock))
    mocked.post(f"{API}{SHOP}/issues", status=201, json=ISSUE)
    client = app(clock)
    client.post(f"{SHOP}/issues", {"title": "One"})
    assert (client.http.spent.reads, client.http.spent.writes) == (2, 1)
    assert clock.waits == []


def test_tokens_are_asked_for_again_and_the_write_is_sent_once(
    mocked: RequestsMock, clock: FakeClock
) -> None:
    mocked.get(FOUND, json={"id": 7})
    mocked.post(TOKENS, status=502)
    mocked.post(TOKENS, json=token("first-token", clock), status=201)
    mocked.post(f"{API}{SHOP}/issues", status=502)
    assert isinstance(app(clock).post(f"{SHOP}/issues", {"title": "One"}), Unknown)
    assert len(bearers(mocked, f"{SHOP}/issues")) == 1


@pytest.mark.parametrize(
    ("status", "message", "told"),
    [
        (404, "Not Found", "isn't installed in acme/shop"),
        (403, "This installation has been suspended", "suspended"),
        (401, "A JSON web token could not be decoded", "aren't accepted"),
    ],
)
def test_an_app_that_gets_no_token_stops_everything(
    mocked: RequestsMock, clock: FakeClock, status: int, message: str, told: str
) -> None:
    mocked.get(FOUND, status=status, json={"message": message})
    with pytest.raises(TrackerError, match=told) as caught:
        app(clock).post(f"{SHOP}/issues", {"title": "One"})
    assert "installed" in caught.value.remedy


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"token": None, "expires_at": "2025-11-23T13:00:00Z"},
        {"token": "", "expires_at": "2025-11-23T13:00:00Z"},
        {"token": "first-token"},
        {"token": "first-token", "expires_at": "soon"},
        {"token": "first-token", "expires_at": "0001-01-01T00:00:00+10:00"},
    ],
)
def test_an_answer_without_a_token_is_none_to_the_write_that_wants_it(
    mocked: RequestsMock, clock: FakeClock, answer: dict[str, Any]
) -> None:
    installed(mocked, answer)
    with pytest.raises(TrackerError, match="no token") as caught:
        app(clock).post(f"{SHOP}/issues", {"title": "One"})
    assert "first-token" not in str(caught.value)
    assert bearers(mocked, f"{SHOP}/issues") == []


def test_an_installation_has_an_id(mocked: RequestsMock, clock: FakeClock) -> None:
    mocked.get(FOUND, json={})
    with pytest.raises(TrackerError, match="no id"):
        app(clock).post(f"{SHOP}/issues", {"title": "One"})


BROKEN = [
    "not a key",
    KEY[: len(KEY) // 2],
    KEY.replace("RSA", "EC"),
    pem(RSA, password="x"),  # noqa: S106
    pem(ec.generate_private_key(ec.SECP256R1())),
    pem(ed25519.Ed25519PrivateKey.generate()),
    RSA.public_key()
    .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    .decode(),
]


@pytest.mark.parametrize("key", BROKEN, ids=range(len(BROKEN)))
def test_a_key_that_can_t_be_used_is_not_quoted(clock: FakeClock, key: str) -> None:
    with pytest.raises(TrackerError, match="private key can't be used") as caught:
        app(clock, key).get_object(SHOP)
    assert key[30:60] not in str(caught.value) or key == "not a key"
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    "text", [KEY, KEY.replace("\n", "\\n"), KEY.replace("\n", "\r\n"), f"\n{KEY.strip()} "]
)
def test_a_key_from_the_environment_may_have_its_line_ends_written_out(
    mocked: RequestsMock, clock: FakeClock, text: str
) -> None:
    installed(mocked, token("first-token", clock))
    mocked.get(f"{API}{SHOP}", json={})
    assert app(clock, text).get_object(SHOP) == {}


def test_a_key_may_be_in_a_file(mocked: RequestsMock, clock: FakeClock, tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text(KEY)
    installed(mocked, token("first-token", clock))
    mocked.get(f"{API}{SHOP}", json={})
    values = {"repository": "acme/shop", "app_id": "Iv1.abc", "app_private_key_file": "key.pem"}
    model = GitHubSettings.model_validate(values)
    _, client = connect("shop", model, tmp_path, clock.timing())
    assert client.get_object(SHOP) == {}


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_can_t_be_read_is_told_when_it_is_opened(
    clock: FakeClock, tmp_path: Path, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / "key.pem").write_bytes(content)
    values = {"repository": "acme/shop", "app_id": 34, "app_private_key_file": "key.pem"}
    model = GitHubSettings.model_validate(values)
    with pytest.raises(ConfigurationError, match=r"key\.pem can't be read"):
        connect("shop", model, tmp_path, clock.timing())


def test_no_secret_of_an_app_gets_out(
    mocked: RequestsMock, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="github.Requester")
    installed(mocked, token("first-token", clock))
    mocked.get(f"{API}{SHOP}", status=500, body="token: first-token")
    mocked.get(f"{API}{SHOP}", status=403, json={"message": "first-token may not"})
    client = app(clock)
    with pytest.raises(TrackerError, match="may not") as caught:
        client.get_object(SHOP)
    (statement,) = bearers(mocked, "/app")
    told = f"{caught.value} {caught.value.__cause__} {caplog.text} {client!r}"
    for secret in ("first-token", statement, KEY.splitlines()[3]):
        assert secret not in told
