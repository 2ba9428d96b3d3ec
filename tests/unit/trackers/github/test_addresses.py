"""Names lead back to the issue; everything else leads nowhere."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from syncer.errors import TrackerError
from syncer.testing.naming import STRANGERS
from syncer.trackers.github.addresses import Addresses, api_of, is_repository, pages_of

SHOP = Addresses("https://api.github.com", "acme/shop")
SERVER = Addresses("https://ghe.example:8443/api/v3", "Acme/my.shop_1")
RESIDENT = Addresses("https://api.acme.ghe.com", "acme/shop")
ALL = st.sampled_from([SHOP, SERVER, RESIDENT])
NUMBERS = st.integers(1, 999_999_999).map(str)


@given(
    addresses=ALL, key=NUMBERS, tail=st.sampled_from(["", "/", "?a=b", "#issuecomment-1", "/#x"])
)
def test_every_name_leads_back(addresses: Addresses, key: str, tail: str) -> None:
    names = addresses.names(key)
    for name in (names.short, names.long, names.url, names.long.upper(), names.url + tail):
        assert addresses.resolve(name) == key
    assert addresses.is_here(names.url)


@given(addresses=ALL, text=st.text() | st.from_regex(r"(https://)?[a-z/.:#%@?\[\]-]{0,30}[0-9]*"))
@example(SHOP, "https://[")
@example(SHOP, "https://github.com:port/acme/shop/issues/1")
@example(SHOP, "#" + "9" * 100_000)
@example(SHOP, "https://github.com/acme/shop/issues/1?" + " " * 100_000)
def test_any_text_can_be_asked_about(addresses: Addresses, text: str) -> None:
    key = addresses.resolve(text)
    if key is not None:
        assert addresses.resolve(addresses.names(key).url) == key
    addresses.is_here(text)
    is_repository(text)


@pytest.mark.parametrize("text", STRANGERS)
def test_what_is_nobody_s_leads_nowhere(text: str) -> None:
    assert [one.resolve(text) for one in (SHOP, SERVER, RESIDENT)] == [None] * 3


@pytest.mark.parametrize(
    "text",
    [
        "https://github.com/acme/shop/pull/12",
        "https://github.com/acme/shop/discussions/12",
        "https://github.com/acme/shop/issues",
        "https://github.com/acme/shop/issues/new",
        "https://github.com/acme/shop/issues/12/x",
        "https://github.com/acme/shop/issues/12x",
        "https://github.com/acme/shop/issues/012",
        "https://github.com/acme/shop/issues/0",
        "https://github.com/acme/shop/issues/1000000000",
        "https://github.com/acme/shop/issues/12\n",
        "https://github.com/acme/shop/issues/12 #1",
        "https://github.com/acme/shop/issues/\u0661",
        "https://github.com/acme/\u017fhop/issues/12",
        "https://github.com/acme/other/issues/12",
        "https://github.com/acme/shop-2/issues/12",
        "https://githubXcom/acme/shop/issues/12",
        "https://gist.github.com/acme/shop/issues/12",
        "https://github.com.evil.example/acme/shop/issues/12",
        "https://github.com@evil.example/acme/shop/issues/12",
        "https://me@github.com/acme/shop/issues/12",
        "https://github.com:8443/acme/shop/issues/12",
        "https://github.com/x/../acme/shop/issues/12",
        "https://ghe.example/acme/shop/issues/12",
        "acme/other#12",
        "shop#12",
        "acme/shop#0",
        "acme/shop #12",
        "x/acme/shop#12",
    ],
)
def test_what_is_another_s_leads_nowhere(text: str) -> None:
    assert SHOP.resolve(text) is None


def test_people_write_www_on_github_com_alone() -> None:
    assert SHOP.resolve("https://www.github.com/acme/shop/issues/12") == "12"
    assert RESIDENT.resolve("https://www.acme.ghe.com/acme/shop/issues/12") is None


def test_a_dot_in_a_name_is_a_dot() -> None:
    assert SERVER.resolve("acme/myXshop_1#12") is None


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("https://github.com/acme/shop/issues/12", True),
        ("https://github.com/Acme/Shop/pull/12", True),
        ("https://github.com/acme/other/issues/12", False),
        ("https://github.com/acme/shop/issues/12/..", False),
        ("https://evil.example/acme/shop/issues/12", False),
        ("", False),
    ],
)
def test_an_answer_is_of_this_repository_or_not(url: str, *, here: bool) -> None:
    assert SHOP.is_here(url) is here


def test_a_renamed_repository_is_told_with_its_present_name() -> None:
    SHOP.check_here("https://github.com/acme/shop/issues/12")
    with pytest.raises(TrackerError, match="acme/store now") as caught:
        SHOP.check_here("https://github.com/acme/store/issues/12")
    assert "acme/store" in caught.value.remedy


def test_paths_and_pages() -> None:
    assert SERVER.path == "/repos/Acme/my.shop_1"
    assert SERVER.names("12").url == "https://ghe.example:8443/Acme/my.shop_1/issues/12"
    assert RESIDENT.names("12").url == "https://acme.ghe.com/acme/shop/issues/12"


@pytest.mark.parametrize(
    ("url", "api", "pages"),
    [
        ("https://github.com", "https://api.github.com", "https://github.com"),
        ("https://www.github.com/", "https://api.github.com", "https://github.com"),
        ("https://api.github.com/", "https://api.github.com", "https://github.com"),
        ("https://ghe.example", "https://ghe.example/api/v3", "https://ghe.example"),
        ("https://ghe.example/", "https://ghe.example/api/v3", "https://ghe.example"),
        ("https://ghe.example/api/v3/", "https://ghe.example/api/v3", "https://ghe.example"),
        ("https://GHE.example:1/api/v3", "https://ghe.example:1/api/v3", "https://ghe.example:1"),
        ("https://acme.ghe.com", "https://api.acme.ghe.com", "https://acme.ghe.com"),
        ("https://api.acme.ghe.com/", "https://api.acme.ghe.com", "https://acme.ghe.com"),
        ("https://ghe.example:443", "https://ghe.example/api/v3", "https://ghe.example"),
        ("http://127.0.0.1:80/api/v3", "http://127.0.0.1/api/v3", "http://127.0.0.1"),
    ],
)
def test_the_interface_is_found_from_the_pages_and_back(url: str, api: str, pages: str) -> None:
    assert api_of(url) == api
    assert pages_of(api) == pages
    assert api_of(api) == api


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("acme/shop", True),
        ("a-b/.github", True),
        ("acme", False),
        ("acme/", False),
        ("/shop", False),
        ("acme/shop/x", False),
        ("acme/..", False),
        ("acme/shop.git", False),
        ("https://github.com/acme/shop", False),
        ("acme/shop\n", False),
        ("acme/sh op", False),
        ("acm\u00e9/shop", False),
        ("a" * 40 + "/shop", False),
        ("acme/" + "a" * 101, False),
    ],
)
def test_a_repository_has_an_owner_and_a_name(name: str, *, good: bool) -> None:
    assert is_repository(name) is good
