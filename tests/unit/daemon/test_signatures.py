"""A webhook is from who knows the secret, and counts once."""

from __future__ import annotations

import pytest

from syncer.daemon.signatures import Memory, agrees, signature
from tests.support.clock import FakeClock

SECRET = "It's a Secret to Everybody"  # noqa: S105 - GitHub's own example


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        # GitHub, “Validating webhook deliveries”, “Testing the webhook payload validation”.
        (b"Hello, World!", "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"),
        # Jira Cloud, “Webhooks”, “Testing the webhook payload validation”.
        (b"Hello World!", "a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"),
    ],
)
def test_bodies_are_signed_as_the_services_document_it(body: bytes, expected: str) -> None:
    assert signature(SECRET, body) == f"sha256={expected}"
    assert agrees(signature(SECRET, body), f"sha256={expected}")


@pytest.mark.parametrize(
    "given",
    [
        "",
        "sha256=",
        "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
        "sha1=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
        "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e18",
        "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e1",
        "sha256=é",
        "\ud800",
    ],
)
def test_any_other_signature_is_none(given: str) -> None:
    assert not agrees(signature(SECRET, b"Hello, World!"), given)


class TestMemory:
    def test_what_was_seen_is_not_new(self) -> None:
        memory = Memory(lambda: 0.0)
        assert [memory.is_new(one) for one in "abab"] == [True, True, False, False]

    def test_after_its_time_it_is(self) -> None:
        clock = FakeClock()
        memory = Memory(clock.timing().elapsed, lifetime=60)
        assert memory.is_new("a")
        clock.waits.append(30)
        assert memory.is_new("b")
        clock.waits.append(29)
        assert not memory.is_new("a")
        clock.waits.append(1)
        assert memory.is_new("a")
        assert not memory.is_new("b")

    def test_no_more_is_kept_than_there_is_room_for(self) -> None:
        memory = Memory(lambda: 0.0, size=3)
        assert all(memory.is_new(str(number)) for number in range(100))
        assert len(memory) == 3
        assert [memory.is_new(one) for one in ("97", "98", "99", "96")] == [False] * 3 + [True]
