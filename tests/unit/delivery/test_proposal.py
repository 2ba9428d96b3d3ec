"""What a pull request says of itself."""

from __future__ import annotations

import pytest

from syncer.delivery import Account
from syncer.delivery.proposal import digest_in, digest_of, text_of, unmarked

ROW = "| Alert | Not Started |\n"
DONE = "| Alert | Done |\n"
ACCOUNT = Account("1 written back.", "**1 written back.**\n")


def test_the_digest_is_of_the_lines_that_change() -> None:
    known = digest_of({"pm/1.md": (f"# One\n{ROW}", f"# One\n{DONE}")})
    assert len(known) == 16
    assert known == digest_of({"pm/1.md": (f"# Other\n\nText\n{ROW}", f"# Other\n\nText\n{DONE}")})
    assert known != digest_of({"pm/2.md": (ROW, DONE)})
    assert known != digest_of({"pm/1.md": (DONE, ROW)})
    assert known != digest_of({"pm/1.md": (ROW, DONE.replace("Done", "Blocked"))})
    assert known != digest_of({"pm/1.md": (ROW * 2, DONE * 2)})
    assert known != digest_of({"pm/1.md": (ROW, DONE), "pm/2.md": (ROW, DONE)})


def test_documents_are_taken_in_any_order() -> None:
    one, two = {"a": ("x", "y")}, {"b": ("x", "y")}
    assert digest_of(one | two) == digest_of(two | one)


def test_a_text_that_is_large_and_all_alike_is_taken_at_once() -> None:
    blank = "\n" * 300_000
    assert digest_of({"a": (f"x{blank}y", f"z{blank}y")})


def test_its_mark_is_read_again_and_taken_off() -> None:
    text = text_of("0123456789abcdef", ACCOUNT)
    assert digest_in(text) == "0123456789abcdef"
    assert digest_in(f"\n{text}".replace("\n", "\r\n")) == "0123456789abcdef"
    assert unmarked(text).startswith("What has become")
    assert digest_in(unmarked(text)) == ""
    assert ACCOUNT.plan in text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "text\n<!-- syncer:delivery 0123456789abcdef -->",
        "> <!-- syncer:delivery 0123456789abcdef -->",
        "<!-- syncer:delivery 0123 -->",
        "<!-- syncer:plan -->",
    ],
)
def test_a_mark_anywhere_else_is_none(text: str) -> None:
    assert digest_in(text) == ""
