"""Which repositories a push or an issue is about, by what services call them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.daemon.matching import Index, Site, normal
from tests.support.making import FakeDirectory

SHOP = Site(("git@github.com:acme/shop.git",), "", lambda: {"shop"})
PAY = Site(("https://git.acme.example:8443/team/pay.git",), "release", lambda: {"pay", "shop"})
INDEX = Index({"shop": SHOP, "pay": PAY}, {n: FakeDirectory(n) for n in ("shop", "pay", "other")})


@pytest.mark.parametrize(
    "address",
    [
        "git@github.com:acme/shop.git",
        "github.com:Acme/Shop",
        "https://github.com/acme/shop",
        "https://www.github.com/acme/shop.git/",
        "git://github.com/acme/shop.git",
        "ssh://git@github.com/acme/shop.git",
        "ssh://git@ssh.github.com:443/acme/shop.git",
        "https://GitHub.com//acme/shop",
    ],
)
def test_one_repository_has_many_addresses(address: str) -> None:
    assert normal(address) == "github.com/acme/shop"


def test_others_are_others() -> None:
    addresses = [
        "https://github.com/acme/shop2",
        "https://github.com/acme",
        "https://github.com.example/acme/shop",
        "acme/shop",
        "/srv/git/shop.git",
        "file:///srv/git/shop2.git",
    ]
    assert len({normal(one) for one in [*addresses, "github.com:acme/shop"]}) == 7


@pytest.mark.parametrize("text", ["", "/", "https://github.com", "http://[x/y", "a" * 3000, "a\nb"])
def test_what_is_no_address_is_none(text: str) -> None:
    assert normal(text) == ""


@given(st.text())
def test_any_text_may_come(text: str) -> None:
    assert INDEX.pushed([text], "", is_default=False) in ((), ("pay",), ("shop",))
    INDEX.touched([text])


class TestPushes:
    def test_a_push_concerns_the_repository_with_its_address(self) -> None:
        assert INDEX.pushed(["https://github.com/acme/shop.git"], "", is_default=False) == ("shop",)
        assert INDEX.pushed(["https://github.com/acme/other.git"], "", is_default=False) == ()
        assert INDEX.pushed([], "", is_default=False) == ()

    def test_the_name_alone_is_enough(self) -> None:
        assert INDEX.pushed(["team/pay"], "", is_default=False) == ("pay",)

    def test_only_the_branch_that_is_synced_counts(self) -> None:
        assert INDEX.pushed(["team/pay"], "release", is_default=False) == ("pay",)
        assert INDEX.pushed(["team/pay"], "main", is_default=True) == ()
        assert INDEX.pushed(["acme/shop"], "main", is_default=True) == ("shop",)
        assert INDEX.pushed(["acme/shop"], "feature", is_default=False) == ()

    def test_where_no_address_is_known_any_push_may_be_meant(self) -> None:
        index = Index({"here": Site((), "", lambda: ())})
        assert index.pushed(["https://github.com/acme/x"], "main", is_default=True) == ("here",)
        assert index.pushed(["https://github.com/acme/x"], "f", is_default=False) == ()


def test_an_issue_concerns_those_who_file_in_its_tracker() -> None:
    assert INDEX.touched(["https://shop.example/issues/7"]) == ("pay", "shop")
    assert INDEX.touched(["nonsense", "pay#3"]) == ("pay",)
    assert INDEX.touched(["other#3"]) == ()
    assert INDEX.touched([]) == ()
