"""Where the configuration is looked for, what its root is, and what counts where there is none."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from syncer.errors import ConfigurationError, DocumentError, ExitCode
from syncer.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from syncer.settings import Settings


def load(
    working: Path,
    *arguments: Path | str,
    config: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Settings:
    return load_settings(
        config=config,
        arguments=[Path(argument) for argument in arguments],
        working=working,
        environment=environment or {},
    )


def write(path: Path, text: str = "{}") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def paths(settings: Settings, only: Sequence[Path] = ()) -> list[str]:
    return settings.folder(only).paths()


class TestWithConfiguration:
    def test_it_is_found_upward_and_its_folder_is_the_root(self, tmp_path: Path) -> None:
        file = write(tmp_path / "syncer.yaml")
        (tmp_path / "a/b").mkdir(parents=True)
        settings = load(tmp_path / "a/b")
        assert (settings.file, settings.root) == (file, tmp_path)

    def test_it_is_not_looked_for_outside_of_the_repository(self, tmp_path: Path) -> None:
        write(tmp_path / "syncer.yaml", "limits: {creates: 7}")
        (tmp_path / "repository/.git").mkdir(parents=True)
        (tmp_path / "repository/docs").mkdir()
        assert load(tmp_path / "repository/docs").file is None

    def test_it_may_lie_at_the_root_of_the_repository(self, tmp_path: Path) -> None:
        (tmp_path / ".git").mkdir()
        write(tmp_path / "syncer.yaml")
        assert load(tmp_path).file == tmp_path / "syncer.yaml"

    def test_what_is_named_counts_more_than_where_one_is(self, tmp_path: Path) -> None:
        """The same documents have the same configuration from wherever they are synced."""
        file = write(tmp_path / "one/syncer.yaml")
        write(tmp_path / "two/syncer.yaml")
        document = write(tmp_path / "one/postmortems/a.md")
        for working in ("one", "two", "one/postmortems", "."):
            assert load(tmp_path / working, document).file == file
            assert load(tmp_path / working, document.parent).file == file
        assert load(tmp_path / "one", "postmortems").file == file

    def test_where_none_is_near_what_is_named_the_working_directory_s_counts(
        self, tmp_path: Path
    ) -> None:
        """A submodule ends the search from a document in it, and has none of its own."""
        file = write(tmp_path / "syncer.yaml")
        (tmp_path / "module/.git").mkdir(parents=True)
        document = write(tmp_path / "module/a.md")
        assert load(tmp_path, document).file == file

    def test_a_named_one_counts_more_than_any_other(self, tmp_path: Path) -> None:
        write(tmp_path / "syncer.yaml")
        other = write(tmp_path / "config/other.yaml")
        third = write(tmp_path / "config/third.yaml")
        environment = {"SYNCER_CONFIG": "config/other.yaml"}
        settings = load(tmp_path, environment=environment)
        assert (settings.file, settings.root) == (other, tmp_path / "config")
        settings = load(tmp_path, config=Path("config/third.yaml"), environment=environment)
        assert settings.file == third

    def test_a_named_one_that_is_not_there_is_an_error(self, tmp_path: Path) -> None:
        write(tmp_path / "syncer.yaml")
        with pytest.raises(ConfigurationError, match=r"--config: .*/gone\.yaml is no file"):
            load(tmp_path, config=Path("gone.yaml"))
        with pytest.raises(ConfigurationError, match=r"SYNCER_CONFIG: .*/gone\.yaml is no file"):
            load(tmp_path, environment={"SYNCER_CONFIG": "gone.yaml"})

    def test_one_under_an_almost_right_name_is_not_passed_over(self, tmp_path: Path) -> None:
        write(tmp_path / "syncer.yml")
        with pytest.raises(ConfigurationError, match="not read") as error:
            load(tmp_path)
        assert "Rename it to syncer.yaml" in error.value.remedy

    def test_it_may_name_another_root(self, tmp_path: Path) -> None:
        write(tmp_path / "etc/syncer.yaml", "documents: {root: ../docs, paths: '*.md'}")
        write(tmp_path / "docs/a.md")
        settings = load(tmp_path / "etc")
        assert settings.root == tmp_path / "docs"
        assert paths(settings) == ["a.md"]

    def test_a_root_that_is_no_folder_is_an_error(self, tmp_path: Path) -> None:
        write(tmp_path / "syncer.yaml", "documents:\n  root: gone\n")
        with pytest.raises(
            ConfigurationError, match=r"syncer\.yaml:2: documents\.root: .*no folder"
        ):
            load(tmp_path)

    def test_an_empty_one_stands_for_the_defaults(self, tmp_path: Path) -> None:
        write(tmp_path / "syncer.yaml", "# nothing yet\n")
        settings = load(tmp_path)
        assert settings.documents.paths == ("postmortems/**/*.md",)
        assert (settings.tracker, list(settings.trackers)) == ("here", ["here"])

    def test_a_section_without_keys_stands_for_the_defaults(self, tmp_path: Path) -> None:
        write(tmp_path / "syncer.yaml", "documents:\ntrackers:\n  # shop: {kind: local}\n")
        assert load(tmp_path).tracker == "here"

    def test_the_defaults_are_those_of_the_core(self, tmp_path: Path) -> None:
        from syncer.core.limits import Limits
        from syncer.core.reading.postmortem import MAX_CHARACTERS, MAX_LINE
        from syncer.core.reconciling.fields import Policies

        settings = load(tmp_path)
        assert settings.limits == Limits()
        assert settings.policies == Policies()
        assert settings.documents.max_characters == MAX_CHARACTERS
        assert settings.documents.max_line == MAX_LINE

    def test_excluded_documents_are_left_out(self, tmp_path: Path) -> None:
        write(tmp_path / "syncer.yaml", "documents: {exclude: [postmortems/drafts/]}")
        write(tmp_path / "postmortems/a.md")
        write(tmp_path / "postmortems/drafts/b.md")
        assert paths(load(tmp_path)) == ["postmortems/a.md"]

    def test_documents_of_another_root_are_refused(self, tmp_path: Path) -> None:
        write(tmp_path / "one/syncer.yaml")
        other = write(tmp_path / "two/a.md")
        settings = load(tmp_path / "one", other)
        with pytest.raises(ConfigurationError, match="lies outside of"):
            paths(settings, [other])

    def test_a_larger_document_than_any_that_is_read_is_not_even_opened(
        self, tmp_path: Path
    ) -> None:
        write(tmp_path / "syncer.yaml", "documents: {paths: '*.md', max_characters: 2}")
        write(tmp_path / "a.md", "😀😀")
        write(tmp_path / "b.md", "123456789")
        folder = load(tmp_path).folder()
        assert folder.read("a.md").text == "😀😀"
        with pytest.raises(DocumentError, match="the limit is 8"):
            folder.read("b.md")


class TestWithoutConfiguration:
    def test_documents_are_filed_in_an_embedded_tracker(self, tmp_path: Path) -> None:
        settings = load(tmp_path)
        assert settings.tracker == "here"
        assert settings.trackers["here"].model_dump() == {
            "kind": "local",
            "path": Path(".syncer/issues.db"),
        }

    def test_documents_have_to_be_named(self, tmp_path: Path) -> None:
        write(tmp_path / "postmortems/a.md")
        with pytest.raises(ConfigurationError, match="which documents") as error:
            load(tmp_path).folder()
        assert "syncer sync postmortems" in error.value.remedy

    def test_a_named_folder_stands_for_its_markdown(self, tmp_path: Path) -> None:
        write(tmp_path / "incidents/a.md")
        write(tmp_path / "incidents/b/c.markdown")
        write(tmp_path / "incidents/d.txt")
        settings = load(tmp_path, tmp_path / "incidents")
        assert paths(settings, [tmp_path / "incidents"]) == [
            "incidents/a.md",
            "incidents/b/c.markdown",
        ]

    def test_patterns_from_the_environment_are_a_configuration(self, tmp_path: Path) -> None:
        write(tmp_path / "pm/a.md")
        settings = load(tmp_path, environment={"SYNCER_DOCUMENTS__PATHS": "pm/*.md"})
        assert paths(settings) == ["pm/a.md"]

    def test_the_root_is_that_of_the_repository(self, tmp_path: Path) -> None:
        (tmp_path / "repository/.git").mkdir(parents=True)
        document = write(tmp_path / "repository/docs/pm/a.md")
        (tmp_path / "elsewhere").mkdir()
        for working in ("elsewhere", "repository", "repository/docs", "repository/docs/pm"):
            for argument in (document, document.parent, document.parent.parent):
                settings = load(tmp_path / working, argument)
                assert settings.root == tmp_path / "repository"
                assert paths(settings, [argument]) == ["docs/pm/a.md"]

    def test_outside_of_a_repository_it_is_the_working_directory(self, tmp_path: Path) -> None:
        """So that `syncer issues`, typed in the same place, finds what was filed."""
        document = write(tmp_path / "pm/a.md")
        for argument in (document, document.parent):
            assert load(tmp_path, argument).root == tmp_path
        assert load(tmp_path).root == tmp_path

    def test_for_documents_elsewhere_it_is_their_folder(self, tmp_path: Path) -> None:
        document = write(tmp_path / "pm/a.md")
        (tmp_path / "elsewhere").mkdir()
        for argument in (document, document.parent):
            assert load(tmp_path / "elsewhere", argument).root == tmp_path / "pm"

    def test_what_was_the_root_before_counts_more_than_where_one_is(self, tmp_path: Path) -> None:
        document = write(tmp_path / "pm/a.md")
        (tmp_path / ".syncer").mkdir()
        (tmp_path / "elsewhere").mkdir()
        for working in (".", "elsewhere", "pm"):
            assert load(tmp_path / working, document).root == tmp_path

    def test_a_folder_that_was_the_root_before_stays_it(self, tmp_path: Path) -> None:
        (tmp_path / "pm/.syncer").mkdir(parents=True)
        document = write(tmp_path / "pm/2025/a.md")
        assert load(tmp_path, document).root == tmp_path / "pm"
        assert load(tmp_path, document.parent).root == tmp_path / "pm"
        assert load(tmp_path / "pm/2025").root == tmp_path / "pm"

    def test_of_several_folders_it_is_what_they_have_in_common(self, tmp_path: Path) -> None:
        one, two = write(tmp_path / "pm/one/a.md"), write(tmp_path / "pm/two/b.md")
        (tmp_path / "elsewhere").mkdir()
        settings = load(tmp_path / "elsewhere", one, two)
        assert settings.root == tmp_path / "pm"
        assert paths(settings, [one, two]) == ["one/a.md", "two/b.md"]

    @pytest.mark.parametrize("value", ["true", "1", "woodpecker"])
    def test_in_a_build_it_is_an_error(self, tmp_path: Path, value: str) -> None:
        with pytest.raises(ConfigurationError, match="thrown away") as error:
            load(tmp_path, environment={"CI": value})
        assert error.value.exit_code is ExitCode.USAGE

    @pytest.mark.parametrize("value", ["", "0", "false", "False"])
    def test_a_build_that_says_it_is_none_is_none(self, tmp_path: Path, value: str) -> None:
        assert load(tmp_path, environment={"CI": value}).tracker == "here"

    def test_in_a_build_a_configuration_has_to_name_a_tracker(self, tmp_path: Path) -> None:
        write(tmp_path / "syncer.yaml", "limits: {creates: 1}")
        with pytest.raises(ConfigurationError, match="thrown away"):
            load(tmp_path, environment={"CI": "true"})
        write(tmp_path / "syncer.yaml", "trackers: {here: {kind: local}}")
        assert load(tmp_path, environment={"CI": "true"}).tracker == "here"

    def test_in_a_build_the_environment_may_name_a_tracker(self, tmp_path: Path) -> None:
        environment = {"CI": "true", "SYNCER_TRACKERS__MINE__KIND": "local"}
        assert load(tmp_path, environment=environment).tracker == "mine"

    @pytest.mark.parametrize("mode", ["commit", "pull-request"])
    def test_links_that_are_pushed_lead_to_a_tracker_that_was_named(
        self, tmp_path: Path, mode: str
    ) -> None:
        environment = {"SYNCER_DELIVERY__MODE": mode}
        with pytest.raises(ConfigurationError, match="links to a database on this machine"):
            load(tmp_path, environment=environment)
        local = load(tmp_path, environment={**environment, "SYNCER_DELIVERY__PUSH": "false"})
        assert local.tracker == "here"
        write(tmp_path / "syncer.yaml", "trackers: {here: {kind: local}}")
        assert load(tmp_path, environment=environment).tracker == "here"


class TestValues:
    def test_the_environment_overrides_the_file_key_by_key(self, tmp_path: Path) -> None:
        write(
            tmp_path / "syncer.yaml",
            "limits: {creates: 1, updates_minimum: 2}\ntrackers: {shop: {kind: local, path: a.db}}",
        )
        environment = {
            "SYNCER_LIMITS__CREATES": "3",
            "SYNCER_LIMITS__UPDATES": "0.25",
            "SYNCER_TRACKERS__SHOP__PATH": "b.db",
            "SYNCER_DOCUMENTS__FILE_FINISHED": "true",
            "SYNCER_DOCUMENTS__SINCE": "2025-06-30",
            "SYNCER_ISSUE__LABELS": '["one", "two"]',
            "SYNCER_PEOPLE": '{"@Alice": {"shop": "alice"}}',
            "SYNCER_VOCABULARY__COLUMNS__OWNER": "Zuständig",
            "SYNCER_TRACKER": "",
        }
        settings = load(tmp_path, environment=environment)
        limits = settings.limits
        assert (limits.creates, limits.updates, limits.updates_minimum) == (3, 0.25, 2)
        assert settings.trackers["shop"].model_dump() == {"kind": "local", "path": Path("b.db")}
        assert settings.documents.file_finished
        assert str(settings.documents.since) == "2025-06-30"
        assert settings.labels == ("one", "two")
        assert settings.people.account("shop", "@Alice", free=False) == "alice"
        assert settings.vocabulary == {"columns": {"owner": ("Zuständig",)}}
        assert settings.tracker == "shop"

    def test_a_tracker_with_a_hyphen_can_be_set_from_the_environment(self, tmp_path: Path) -> None:
        write(tmp_path / "syncer.yaml", "trackers: {my-shop: {kind: local}}")
        environment = {"SYNCER_TRACKERS__MY_SHOP__PATH": "b.db"}
        settings = load(tmp_path, environment=environment)
        assert settings.trackers["my-shop"].model_dump()["path"] == Path("b.db")
        assert settings.origins.of(("trackers", "my-shop", "path")) == (
            "SYNCER_TRACKERS__MY_SHOP__PATH"
        )

    def test_what_kubernetes_sets_for_a_service_is_no_setting(self, tmp_path: Path) -> None:
        environment = {
            "SYNCER_SERVICE_HOST": "10.0.0.1",
            "SYNCER_SERVICE_PORT_HTTP": "80",
            "SYNCER_PORT": "tcp://10.0.0.1:80",
            "SYNCER_PORT_80_TCP_ADDR": "10.0.0.1",
        }
        assert load(tmp_path, environment=environment).tracker == "here"

    def test_the_first_route_that_matches_counts(self, tmp_path: Path) -> None:
        write(
            tmp_path / "syncer.yaml",
            """
tracker: shop
trackers: {shop: {kind: local, path: 1.db}, pay: {kind: local, path: 2.db}}
routes:
  - {path: "pm/pay/public/**", tracker: shop}
  - {path: "pm/pay/**", tracker: pay}
""",
        )
        settings = load(tmp_path)
        assert settings.tracker_of("pm/a.md") == "shop"
        assert settings.tracker_of("pm/pay/a.md") == "pay"
        assert settings.tracker_of("pm/pay/public/a.md") == "shop"


@pytest.mark.usefixtures("vault")
class TestSecrets:
    FILE = "trackers: {shop: {kind: vault, url: example.org}}"

    def token(self, settings: Settings) -> str:
        token: str = settings.trackers["shop"].model_dump()["token"].get_secret_value()
        return token

    def test_one_comes_from_the_environment(self, tmp_path: Path) -> None:
        write(tmp_path / "syncer.yaml", self.FILE)
        environment = {"SYNCER_TRACKERS__SHOP__TOKEN": "0123"}
        assert self.token(load(tmp_path, environment=environment)) == "0123"

    def test_one_comes_from_a_file_in_the_folder_with_secrets(self, tmp_path: Path) -> None:
        write(tmp_path / "syncer.yaml", self.FILE)
        write(tmp_path / "secrets/SYNCER_TRACKERS__SHOP__TOKEN", '{"not": "JSON to us"}\n')
        (tmp_path / "secrets/keystore").write_bytes(b"\xff\xfe of another program")
        environment = {"SYNCER_SECRETS_DIR": "secrets"}
        settings = load(tmp_path, environment=environment)
        assert self.token(settings) == '{"not": "JSON to us"}'

    def test_one_comes_from_a_volume_as_kubernetes_mounts_it(self, tmp_path: Path) -> None:
        write(tmp_path / "syncer.yaml", self.FILE)
        write(tmp_path / "secrets/..2025_01_01/syncer_trackers__shop__token", "abc\n")
        (tmp_path / "secrets/..data").symlink_to("..2025_01_01")
        link = tmp_path / "secrets/syncer_trackers__shop__token"
        link.symlink_to("..data/syncer_trackers__shop__token")
        environment = {"SYNCER_SECRETS_DIR": str(tmp_path / "secrets")}
        assert self.token(load(tmp_path, environment=environment)) == "abc"

    def test_the_environment_overrides_the_folder(self, tmp_path: Path) -> None:
        write(tmp_path / "syncer.yaml", self.FILE)
        write(tmp_path / "secrets/SYNCER_TRACKERS__SHOP__TOKEN", "from the folder")
        environment = {
            "SYNCER_SECRETS_DIR": "secrets",
            "SYNCER_TRACKERS__SHOP__TOKEN": "from the environment",
        }
        assert self.token(load(tmp_path, environment=environment)) == "from the environment"

    def test_a_folder_that_is_not_there_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigurationError, match=r"SYNCER_SECRETS_DIR: .*gone"):
            load(tmp_path, environment={"SYNCER_SECRETS_DIR": "gone"})


def test_the_environment_and_directory_of_the_process_are_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "syncer.yaml")
    monkeypatch.chdir(tmp_path)
    # Whoever runs the tests may have settings of syncer's, or of the tests, in the environment.
    for name in [name for name in os.environ if name.startswith("SYNCER_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SYNCER_TRACKERS__MINE__KIND", "local")
    assert load_settings().tracker == "mine"
