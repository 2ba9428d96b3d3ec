"""Repositories that a daemon serves: what the operator says of them, and what their own configuration may add."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from syncer.errors import ConfigurationError
from syncer.settings import Settings, load_settings
from syncer.settings.served import serve

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

OPERATOR = """
documents: {paths: ["pm/*.md"], max_line: 500}
tracker: shop
trackers:
  shop: {kind: local, path: shop.db}
  pay-ops: {kind: local, path: pay.db}
people: {"@alice": {shop: alice}}
repositories:
  web-shop: {url: "https://git.acme.example/shop.git", trackers: shop}
  pay: {url: "git@git.acme.example:pay.git", tracker: pay-ops, trackers: pay-ops, config: ops/syncer.yaml}
"""


def operator(
    folder: Path, text: str = OPERATOR, environment: Mapping[str, str] | None = None
) -> Settings:
    (folder / "syncer.yaml").write_text(text, encoding="utf-8")
    return load_settings(working=folder, environment=environment or {})


def refusal(folder: Path, own: str, name: str = "web-shop") -> str:
    settings = operator(folder)
    with pytest.raises(ConfigurationError) as error:
        serve(settings, name, own.encode(), f"{name}: syncer.yaml")
    return error.value.message


def fault(folder: Path, text: str) -> str:
    with pytest.raises(ConfigurationError) as error:
        operator(folder, text)
    return error.value.message


@pytest.mark.parametrize(
    "url",
    [
        "https://git.acme.example/shop.git",
        "https://git.acme.example:8443/team/shop",
        "ssh://git@git.acme.example:2222/shop.git",
        "git@git.acme.example:team/shop.git",
        "git.acme.example:/srv/git/shop.git",
        "file:///srv/git/shop.git",
        "/srv/git/shop.git",
        "http://127.0.0.1:3000/shop.git",
    ],
)
def test_an_address_is_as_git_takes_it(tmp_path: Path, url: str) -> None:
    settings = operator(
        tmp_path, f'trackers: {{here: {{kind: local}}}}\nrepositories: {{shop: {{url: "{url}"}}}}'
    )
    assert settings.keys.repositories["shop"].url == url


class TestTheOperators:
    def test_a_repository_without_a_configuration_is_served_as_the_operator_says(
        self, tmp_path: Path
    ) -> None:
        settings = serve(operator(tmp_path), "web-shop", None, "")
        assert settings.documents.paths == ("pm/*.md",)
        assert (settings.tracker, list(settings.trackers)) == ("shop", ["shop"])
        assert settings.delivery.mode == "commit"
        assert settings.root == tmp_path
        assert settings.prefix == ""

    def test_each_gets_its_own_tracker(self, tmp_path: Path) -> None:
        settings = serve(operator(tmp_path), "pay", None, "")
        assert (settings.tracker, list(settings.trackers)) == ("pay-ops", ["pay-ops"])

    def test_delivery_of_one_comes_before_that_of_all(self, tmp_path: Path) -> None:
        text = OPERATOR.replace(
            "trackers: shop}", "trackers: shop, branch: live, delivery: {attempts: 2}}"
        )
        settings = serve(
            operator(tmp_path, text + "delivery: {mode: pull-request}"), "web-shop", None, ""
        )
        way = settings.delivery
        assert (way.mode, way.attempts, way.branch) == ("pull-request", 2, "live")

    def test_a_token_of_one_is_set_by_its_variable(self, tmp_path: Path) -> None:
        environment = {"SYNCER_REPOSITORIES__WEB_SHOP__DELIVERY__TOKEN": "hunter2hunter2"}
        settings = serve(operator(tmp_path, environment=environment), "web-shop", None, "")
        assert settings.delivery.token is not None
        assert settings.delivery.token.get_secret_value() == "hunter2hunter2"

    @pytest.mark.parametrize(
        ("old", "new", "told"),
        [
            ("trackers: shop}", "tracker: shp}", "web-shop.tracker: there is no tracker `shp`"),
            ("trackers: shop}", "trackers: [shop, nope]}", "there is no tracker `nope`"),
            (
                "trackers: shop}",
                "tracker: pay-ops, trackers: shop}",
                "is none of those that its doc",
            ),
            ("trackers: shop}", "}", "documents.scope: is missing, and `web-shop` may file in the"),
            ("trackers: shop}", "trackers: shop, delivery: {mode: files}}", "has no files but a"),
            ("trackers: shop}", "trackers: shop, delivery: {push: false}}", "push: is false, and"),
            (
                "trackers: shop}",
                "trackers: shop, every: 5m, cron: '* * * * *'}",
                "exclude each other",
            ),
            (
                "trackers: shop}",
                "trackers: shop, delivery: {token: x1}}",
                "delivery.token: is a secret",
            ),
        ],
    )
    def test_what_cannot_be_served_is_refused(
        self, tmp_path: Path, old: str, new: str, told: str
    ) -> None:
        assert told in fault(tmp_path, OPERATOR.replace(old, new))

    def test_two_with_the_same_scope_in_one_tracker_are_refused(self, tmp_path: Path) -> None:
        text = OPERATOR.replace("trackers: shop}", "documents: {scope: a}}").replace(
            "trackers: pay-ops, config", "documents: {scope: a}, config"
        )
        assert "is the same as that of `web-shop`" in fault(tmp_path, text)

    def test_two_with_scopes_of_their_own_may_file_in_one_tracker(self, tmp_path: Path) -> None:
        text = OPERATOR.replace("trackers: shop}", "documents: {scope: a}}").replace(
            "trackers: pay-ops, config", "documents: {scope: b}, config"
        )
        assert serve(operator(tmp_path, text), "pay", None, "").documents.scope == "b"

    def test_webhook_secrets_are_refused_in_the_file(self, tmp_path: Path) -> None:
        told = fault(tmp_path, OPERATOR + "daemon: {webhooks: {github_secret: abc}}")
        assert "daemon.webhooks.github_secret: is a secret" in told


class TestItsOwnConfiguration:
    def test_it_sets_documents_routes_and_people(self, tmp_path: Path) -> None:
        own = b"""
documents: {root: docs, since: 2025-01-01}
routes: [{path: "a/*.md", tracker: pay-ops}]
people: {"@bob": {pay-ops: bob}}
"""
        settings = serve(operator(tmp_path), "pay", own, "pay: ops/syncer.yaml")
        assert settings.prefix == "ops/docs"
        assert settings.documents.paths == ("pm/*.md",), "as the operator has it"
        assert settings.documents.since is not None
        assert settings.tracker_of("a/1.md") == "pay-ops"
        assert {"@alice", "@bob"} == set(settings.keys.people)

    @pytest.mark.parametrize(
        "own",
        [
            "trackers: {shop: {kind: local, path: /tmp/mine.db}}",
            "tracker: shop",
            "delivery: {mode: commit}",
            "limits: {creates: 100000}",
            "policies: {status: document}",
            "on_removed: close",
            "issue: {labels: [x]}",
            "vocabulary: {headings: [x]}",
            "daemon: {every: 1s}",
            "repositories: {x: {url: y}}",
        ],
    )
    def test_it_sets_nothing_else(self, tmp_path: Path, own: str) -> None:
        told = refusal(tmp_path, f"# ours\n{own}")
        assert f"web-shop: syncer.yaml:2: {own.partition(':')[0]}: is for whoever runs" in told

    def test_it_files_nowhere_but_where_it_may(self, tmp_path: Path) -> None:
        own = "\nroutes: [{path: '*.md', tracker: pay-ops}]\npeople: {x: {pay-ops: y}}"
        told = refusal(tmp_path, own)
        assert "syncer.yaml:2: routes[0].tracker: there is no tracker `pay-ops` for this" in told
        assert "syncer.yaml:3: people.x.pay-ops: there is no tracker" in told

    def test_it_reads_nothing_outside_of_the_repository(self, tmp_path: Path) -> None:
        for root in ("..", "/etc", "a/../../b"):
            assert "leaves the repository" in refusal(tmp_path, f"documents: {{root: '{root}'}}")

    def test_it_does_not_take_the_place_of_another(self, tmp_path: Path) -> None:
        assert "Agree on one" in refusal(tmp_path, "documents: {scope: acme/pay}")

    def test_it_asks_for_less_and_never_for_more(self, tmp_path: Path) -> None:
        own = b"documents: {max_line: 10000000, max_characters: 99}"
        settings = serve(operator(tmp_path), "web-shop", own, "")
        assert (settings.documents.max_line, settings.documents.max_characters) == (500, 99)

    @pytest.mark.parametrize(
        ("own", "told"),
        [
            ("documents: {pths: [a]}", "documents.pths: unknown key. Did you mean `paths`?"),
            ("docs: {}", "docs: unknown key"),
            ("documents: [", "web-shop: syncer.yaml:1: "),
            ("documents: {paths: ['../*.md']}", "leaves the root"),
            ("people: {x: {shop: " + "ghp_" + "a1B2" * 9 + "}}", "is a GitHub token"),
        ],
    )
    def test_what_is_wrong_is_told_with_its_place(
        self, tmp_path: Path, own: str, told: str
    ) -> None:
        assert told in refusal(tmp_path, own)


def test_a_file_that_is_not_there_moves_nothing(tmp_path: Path) -> None:
    assert serve(operator(tmp_path), "pay", None, "").prefix == ""


def test_a_long_text_takes_no_longer_than_its_length(tmp_path: Path) -> None:
    """What took a minute is read at once; it is no time that is looked at, but that this test ends."""
    own = b'documents: {exclude: ["' + b"a" * 199_000 + b'"]}'
    assert serve(operator(tmp_path), "web-shop", own, "").documents.exclude


@pytest.mark.parametrize("text", ["!!bool x", "!!int ''", "!!float ''", "!!timestamp x"])
def test_a_tag_that_does_not_fit_is_told(tmp_path: Path, text: str) -> None:
    assert "is not read" in refusal(tmp_path, f"documents: {text}")
