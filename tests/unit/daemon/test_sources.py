"""A served repository: its clone, and the configuration of its own that is read from the commit which is synced."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from syncer.daemon.sources import LARGEST, Served
from syncer.errors import ConfigurationError, DeliveryError
from syncer.settings import Settings, load_settings
from tests.support.program import POST_MORTEM
from tests.support.repositories import VARIABLES, Repository, bare, cloned

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CONFIG = """
documents: {{paths: ["pm/*.md"]}}
trackers: {{here: {{kind: local}}}}
repositories:
  shop: {{url: "{url}"}}
"""
OWN = "documents: {paths: ['incidents/*.md']}\n"


@pytest.fixture
def there(tmp_path: Path) -> Repository:
    return bare(tmp_path / "there.git", {"pm/1.md": POST_MORTEM, "incidents/2.md": POST_MORTEM})


@pytest.fixture
def author(there: Repository, tmp_path: Path) -> Repository:
    return cloned(there, tmp_path / "author")


@pytest.fixture
def operator(there: Repository, tmp_path: Path) -> Settings:
    (tmp_path / "syncer.yaml").write_text(CONFIG.format(url=there.folder.as_uri()))
    environment = {"PATH": os.environ["PATH"], **VARIABLES}
    return load_settings(working=tmp_path, environment=environment)


@pytest.fixture
def publish(author: Repository) -> Callable[[str | bytes | None], None]:
    def publish(own: str | bytes | None) -> None:
        author.commit({"syncer.yaml": own})
        author.push()

    return publish


def seen(source: Served) -> tuple[Settings, list[str]]:
    """The settings for a sync now, and the documents that it is about."""
    with source.look() as (settings, delivery):
        return settings, delivery.open().paths()


def test_without_a_file_of_its_own_the_operators_counts(operator: Settings) -> None:
    settings, paths = seen(Served(operator, "shop"))
    assert paths == ["pm/1.md"]
    assert settings.delivery.mode == "commit"


def test_its_own_is_that_of_the_newest_commit(
    operator: Settings, publish: Callable[[str | None], None]
) -> None:
    source = Served(operator, "shop")
    publish(OWN)
    assert seen(source)[1] == ["incidents/2.md"]
    publish(OWN.replace("incidents", "*"))
    assert seen(source)[1] == ["incidents/2.md", "pm/1.md"]
    publish(None)
    assert seen(source)[1] == ["pm/1.md"]


def test_settings_that_have_not_changed_are_the_same_ones(
    operator: Settings, author: Repository, publish: Callable[[str | None], None]
) -> None:
    source = Served(operator, "shop")
    publish(OWN)
    first, _ = seen(source)
    author.commit({"incidents/3.md": POST_MORTEM})
    author.push()
    second, paths = seen(source)
    assert second is first
    assert paths == ["incidents/2.md", "incidents/3.md"]


def test_what_only_the_operator_may_set_is_refused_until_it_is_mended(
    operator: Settings, publish: Callable[[str | None], None]
) -> None:
    source = Served(operator, "shop")
    publish("trackers: {mine: {kind: local, path: /etc/passwd}}\n")
    for _ in range(2):
        with pytest.raises(ConfigurationError, match=r"shop: syncer\.yaml:1: trackers: is for"):
            seen(source)
    publish(OWN)
    assert seen(source)[1] == ["incidents/2.md"]


@pytest.mark.parametrize("own", [b"\xff\xfe", "a: [", "- 1\n", "&a [*a]"])
def test_what_makes_no_sense_is_refused(
    operator: Settings, publish: Callable[[str | bytes], None], own: str | bytes
) -> None:
    publish(own)
    with pytest.raises(ConfigurationError, match=r"shop: syncer\.yaml"):
        seen(Served(operator, "shop"))


def test_a_configuration_without_end_is_not_read(
    operator: Settings, publish: Callable[[str], None]
) -> None:
    publish("#" * LARGEST + "\n" + OWN)
    with pytest.raises(ConfigurationError, match=r"200,000 are read at most"):
        seen(Served(operator, "shop"))


def test_a_folder_is_no_configuration(operator: Settings, author: Repository) -> None:
    author.commit({"syncer.yaml/x": "y"})
    author.push()
    with pytest.raises(ConfigurationError, match="is no file"):
        seen(Served(operator, "shop"))


def test_a_clone_that_is_lost_is_made_again(operator: Settings, tmp_path: Path) -> None:
    source = Served(operator, "shop")
    seen(source)
    shutil.rmtree(tmp_path / ".syncer" / "clones")
    assert seen(source)[1] == ["pm/1.md"]


def test_a_remote_that_is_not_there_is_told(operator: Settings, there: Repository) -> None:
    shutil.rmtree(there.folder)
    with pytest.raises(DeliveryError):
        seen(Served(operator, "shop"))


def test_an_empty_remote_has_no_branch(operator: Settings, there: Repository) -> None:
    there.git("update-ref", "-d", "refs/heads/main")
    with pytest.raises(DeliveryError, match=r"no (default )?branch"):
        seen(Served(operator, "shop"))
