"""Which repository on GitHub a remote's address names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.delivery.location import Location, location_of
from syncer.trackers.github.addresses import api_of, is_repository

GITHUB = "https://github.com"


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("https://github.com/acme/shop.git", GITHUB),
        ("https://github.com/acme/shop", GITHUB),
        ("https://github.com/acme/shop/", GITHUB),
        ("HTTPS://GitHub.com/acme/shop.git", GITHUB),
        ("https://x-access-token:hunter2@github.com/acme/shop.git", GITHUB),
        ("git@github.com:acme/shop.git", GITHUB),
        ("org-4711@github.com:acme/shop", GITHUB),
        ("github.com:/acme/shop.git", GITHUB),
        ("ssh://git@github.com/acme/shop.git", GITHUB),
        ("ssh://git@github.com:22/acme/shop.git", GITHUB),
        ("ssh://git@ssh.github.com:443/acme/shop.git", GITHUB),
        ("git+ssh://git@github.com/acme/shop.git", GITHUB),
        ("git://github.com/acme/shop.git", GITHUB),
        ("https://ghe.acme.example/acme/shop.git", "https://ghe.acme.example"),
        ("https://ghe.acme.example:8443/acme/shop.git", "https://ghe.acme.example:8443"),
        ("ssh://git@ghe.acme.example:2222/acme/shop.git", "https://ghe.acme.example"),
        ("git@ghe.acme.example:acme/shop.git", "https://ghe.acme.example"),
        ("acme@acme.ghe.com:acme/shop.git", "https://acme.ghe.com"),
        ("http://127.0.0.1:8080/acme/shop.git", "http://127.0.0.1:8080"),
        ("https://[2001:db8::1]:8443/acme/shop.git", "https://[2001:db8::1]:8443"),
        ("git@[2001:db8::1]:acme/shop.git", "https://[2001:db8::1]"),
    ],
)
def test_an_address_names_a_repository(address: str, url: str) -> None:
    assert location_of(address) == Location(url, "acme/shop")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/srv/git/acme/shop.git",
        "../acme/shop",
        "acme/shop",
        "file:///srv/git/shop.git",
        "C:/acme/shop",
        r"C:\acme\shop",
        "https://github.com/acme",
        "https://github.com/acme/shop/tree",
        "https://github.com/a b/shop",
        "https://github.com/acme/..",
        "https://github.com/%2e%2e/shop",
        "https://gitlab.com/acme/shop.git",
        "git@gitlab.com:acme/shop.git",
        "git@altssh.bitbucket.org:acme/shop.git",
        "https://acme.visualstudio.com/acme/shop",
        "https://git-codecommit.eu-west-1.amazonaws.com/v1/shop",
        "https://github.com:port/acme/shop",
        "https://[/acme/shop",
        "https:///acme/shop",
        "rsync://github.com/acme/shop",
        "ext::sh -c touch% /tmp/pwned",
    ],
)
def test_others_name_none(address: str) -> None:
    assert location_of(address) is None


@given(st.text(max_size=60) | st.from_regex(r"(https?|ssh)://[!-~]{0,30}/[!-~]{0,9}/[!-~]{0,9}"))
def test_any_text_is_taken(address: str) -> None:
    found = location_of(address)
    if found is not None:
        assert is_repository(found.repository)
        assert api_of(found.url)
        assert "@" not in found.url
