"""What a pull request says of itself."""

from __future__ import annotations

import os
from typing import Any

import pytest

from syncer.delivery import Account
from syncer.delivery.proposal import digest_in, digest_of, edition_of, text_of, unmarked

ROW = b"| Alert | Not Started |\n"
DONE = b"| Alert | Done |\n"
ACCOUNT = Account("1 written back.", "**1 written back.**\n")


def test_the_digest_is_of_the_lines_that_change() -> None:
    known = digest_of({"pm/1.md": (b"# One\n" + ROW, b"# One\n" + DONE)})
    assert len(known) == 16
    assert known == digest_of({"pm/1.md": (b"# Two\n\nText\n" + ROW, b"# Two\n\nText\n" + DONE)})
    for other in (
        {"pm/2.md": (ROW, DONE)},
        {"pm/1.md": (DONE, ROW)},
        {"pm/1.md": (ROW, DONE.replace(b"Done", b"Blocked"))},
        {"pm/1.md": (ROW * 2, DONE * 2)},
        {"pm/1.md": (ROW, DONE), "pm/2.md": (ROW, DONE)},
    ):
        assert digest_of(other) != known


def test_the_edition_is_of_all_that_is_in_a_document() -> None:
    known = edition_of({"pm/1.md": (ROW, DONE)})
    assert known == edition_of({"pm/1.md": (ROW, DONE)})
    assert known != edition_of({"pm/1.md": (b"\n" + ROW, DONE)})
    assert known != edition_of({"pm/1.md": (ROW, b"\n" + DONE)})
    assert known != edition_of({"pm/2.md": (ROW, DONE)})


@pytest.mark.parametrize("digest", [digest_of, edition_of])
def test_documents_are_taken_in_any_order_and_with_any_name(digest: Any) -> None:
    one, two = {"a": (b"x", b"y")}, {os.fsdecode(b"b\xff"): (b"x", b"y")}
    assert digest(one | two) == digest(two | one)
    assert digest({"a": (b"x", b"yz")}) != digest({"a": (b"xy", b"z")})


def test_a_text_that_is_large_and_all_alike_is_taken_at_once() -> None:
    blank = b"\n" * 300_000
    assert digest_of({"a": (b"x" + blank, b"z" + blank)})


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
