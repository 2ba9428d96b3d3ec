"""From the configuration to what is synced: which repositories, when, and by what."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.daemon.loading import HERE, Choice, Loader, timetable
from syncer.daemon.service import Service
from syncer.errors import ConfigurationError
from syncer.settings import Settings, load_settings
from syncer.trackers.pace import Paces

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = """
tracker: shop
trackers:
  shop: {kind: local, path: shop.db}
  pay: {kind: local, path: pay.db}
repositories:
  web: {url: "git@git.acme.example:acme/web.git", branch: release, trackers: shop}
  api: {url: "https://git.acme.example/acme/api.git", tracker: pay, trackers: pay, every: 1h}
  ops: {url: "/srv/git/ops.git", documents: {scope: ops}, cron: "0 3 * * *"}
daemon: {every: 10m, jitter: 5s, longest_pause: 2h, parallel: 3}
"""

NAMES = st.lists(st.text("abcxyz-_09", min_size=1, max_size=6), unique=True, max_size=30)


class TestChoice:
    @given(NAMES, st.integers(1, 12))
    def test_each_repository_is_in_exactly_one_part(self, names: list[str], parts: int) -> None:
        shares = [Choice((), part, parts).of(names) for part in range(parts)]
        together = [name for share in shares for name in share]
        assert sorted(together) == sorted(names)
        assert all(share == sorted(share) for share in shares)
        sizes = [len(share) for share in shares]
        assert max(sizes) - min(sizes) <= 1

    def test_only_those_are_meant_that_are_named(self) -> None:
        assert Choice(("b", "a", "b")).of(["c", "b", "a"]) == ["a", "b"]

    def test_a_name_that_is_not_there_is_told_with_those_that_are(self) -> None:
        with pytest.raises(ConfigurationError, match="no repository shp") as caught:
            Choice(("shp",)).of(["shop", "pay"])
        assert "pay, shop" in caught.value.remedy


def settings(folder: Path, text: str = CONFIG) -> Settings:
    (folder / "syncer.yaml").write_text(text)
    return load_settings(working=folder, environment={})


def loader(folder: Path, choice: Choice | None = None) -> tuple[Loader, Service]:
    service = Service()
    return Loader(
        lambda: load_settings(working=folder, environment={}), choice or Choice(), Paces(), service
    ), service


def test_what_is_said_of_one_repository_comes_before_what_is_said_of_all(tmp_path: Path) -> None:
    told = settings(tmp_path)
    tables = {name: timetable(told, one) for name, one in told.keys.repositories.items()}
    assert tables["web"].every == timedelta(minutes=10)
    assert tables["api"].every == timedelta(hours=1)
    assert [tables[name].cron for name in ("web", "api", "ops")] == [None, None, "0 3 * * *"]
    assert tables["ops"].jitter == timedelta(seconds=5)
    assert tables["ops"].longest_pause == timedelta(hours=2)

    told = settings(tmp_path, CONFIG.replace("every: 10m", 'cron: "5 * * * *"'))
    tables = {name: timetable(told, one) for name, one in told.keys.repositories.items()}
    crons = [tables[name].cron for name in ("web", "api", "ops")]
    assert crons == ["5 * * * *", None, "0 3 * * *"]


def test_all_repositories_are_served_or_those_that_are_meant(tmp_path: Path) -> None:
    settings(tmp_path)
    assert loader(tmp_path)[1].names() == ("api", "ops", "web")
    assert loader(tmp_path, Choice(("web", "ops"), 1, 2))[1].names() == ("web",)


def test_where_there_are_none_it_is_the_folder_of_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "syncer.yaml").write_text("documents: {paths: '*.md'}")
    _, service = loader(tmp_path)
    assert service.names() == (HERE,)
    assert service.pushed(["https://git.acme.example/x"], branch="main", is_default=True) == (HERE,)
    assert service.touched(["syncer:here/1"]) == (HERE,)


def test_a_webhook_is_about_those_that_it_concerns(tmp_path: Path) -> None:
    settings(tmp_path)
    _, service = loader(tmp_path)
    assert service.pushed(["https://git.acme.example/acme/web"], branch="release") == ("web",)
    assert service.pushed(["https://git.acme.example/acme/web"], branch="main") == ()
    assert service.touched(["syncer:pay/7"]) == ("api",)
    assert service.touched(["syncer:shop/7"]) == ("ops", "web")
    assert service.touched(["syncer:other/7"]) == ()


class TestFaults:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            (CONFIG.replace("shop.db", "pay.db"), "keeps its issues in the same place"),
            (CONFIG.replace("branch: release", "delivery: {mode: files}"), "delivery.mode: is `fi"),
            ("trackers: {shop: {kind: github, repository: a/b}}", "has no token"),
            (CONFIG.replace("branch: release", "delivery: {mode: pull-request}"), "no token"),
            ("trackers: {here: {kind: local}}\ndelivery: {mode: commit}", "in no Git repository"),
        ],
    )
    def test_what_is_wrong_is_found_before_anything_is_synced(
        self, tmp_path: Path, text: str, said: str
    ) -> None:
        (tmp_path / "syncer.yaml").write_text(text)
        with pytest.raises(ConfigurationError, match=said):
            loader(tmp_path)

    def test_without_a_configuration_nobody_says_which_documents_there_are(
        self, tmp_path: Path
    ) -> None:
        with pytest.raises(ConfigurationError, match="no configuration that says which documents"):
            loader(tmp_path)


class TestReload:
    def test_the_new_one_counts(self, tmp_path: Path) -> None:
        settings(tmp_path)
        loaded, service = loader(tmp_path)
        settings(
            tmp_path, CONFIG.replace("  web:", "  shop:").replace("parallel: 3", "parallel: 1")
        )
        loaded.reload()
        assert service.names() == ("api", "ops", "shop")
        assert loaded.settings.keys.daemon.parallel == 1
        assert service.pushed(["git.acme.example:acme/web"]) == ("shop",)

    def test_a_faulty_one_changes_nothing(self, tmp_path: Path) -> None:
        settings(tmp_path)
        loaded, service = loader(tmp_path)
        for broken in ("tracker: [", CONFIG.replace("tracker: shop", "tracker: shp"), "x: 1"):
            (tmp_path / "syncer.yaml").write_text(broken)
            with pytest.raises(ConfigurationError):
                loaded.reload()
        assert service.names() == ("api", "ops", "web")
        assert loaded.settings.tracker == "shop"
        assert service.touched(["syncer:pay/7"]) == ("api",)
