"""What ``syncer config`` shows, and the configurations that come with the project."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from syncer.settings import load_settings
from syncer.settings.checking import is_secret
from syncer.settings.keys import DaemonKeys, Keys
from syncer.settings.showing import effective, schema

CONFIG = Path(__file__).parents[3] / "config"


def valid(data: object) -> bool:
    return jsonschema.Draft202012Validator(schema()).is_valid(data)


class TestEffective:
    def test_each_value_is_shown_with_where_it_comes_from(self, tmp_path: Path) -> None:
        text = "documents:\n  paths: [a/*.md,\n    b/*.md]\npeople:\n  '@alice': {here: alice}\n"
        (tmp_path / "syncer.yaml").write_text(text)
        settings = load_settings(working=tmp_path, environment={"SYNCER_LIMITS__CREATES": "7"})
        lines = effective(settings).splitlines()
        assert f"# root: {tmp_path}" in lines
        assert f"# file: {tmp_path}/syncer.yaml" in lines
        assert "  paths: [a/*.md, b/*.md]  # syncer.yaml:2" in lines
        assert "  creates: 7  # SYNCER_LIMITS__CREATES" in lines
        assert "  updates: 0.5  # default" in lines
        assert "    here: alice  # syncer.yaml:5" in lines
        assert "tracker: here  # default" in lines

    @pytest.mark.usefixtures("vault")
    def test_secrets_are_hidden(self, tmp_path: Path) -> None:
        (tmp_path / "syncer.yaml").write_text("trackers: {shop: {kind: vault, url: u}}")
        environment = {"SYNCER_TRACKERS__SHOP__TOKEN": "hunter2"}
        shown = effective(load_settings(working=tmp_path, environment=environment))
        assert "hunter2" not in shown
        assert "    token: '**********'  # SYNCER_TRACKERS__SHOP__TOKEN" in shown.splitlines()

    def test_it_is_a_configuration_with_the_same_effect(self, tmp_path: Path) -> None:
        text = """
documents: {paths: ["a: #b/*.md"], since: 2025-01-01}
vocabulary: {headings: ["To\\ndo", "是 # :"]}
people: {"yes": {here: "12"}, "a: b": {here: "null"}}
"""
        (tmp_path / "syncer.yaml").write_text(text)
        settings = load_settings(working=tmp_path, environment={})
        (tmp_path / "again").mkdir()
        (tmp_path / "again/syncer.yaml").write_text(effective(settings))
        again = load_settings(working=tmp_path / "again", environment={})
        assert again.keys.model_dump(exclude={"tracker", "trackers"}) == settings.keys.model_dump(
            exclude={"tracker", "trackers"}
        )
        assert (again.tracker, again.trackers) == (settings.tracker, settings.trackers)


class TestSchema:
    @pytest.mark.parametrize(
        ("data", "good"),
        [
            ({}, True),
            ({"documents": {"paths": "a/*.md", "since": "2025-01-01"}}, True),
            ({"documents": {"pths": "a/*.md"}}, False),
            ({"trackers": {"here": {"kind": "local", "path": "x.db"}}}, True),
            ({"trackers": {"here": {"path": "x.db"}}}, False),
            ({"trackers": {"here": {"kind": "locl"}}}, False),
            ({"trackers": {"Here": {"kind": "local"}}}, False),
            ({"policies": {"due": "report"}}, True),
            ({"policies": {"due": "nobody"}}, False),
        ],
    )
    def test_it_knows_good_configurations_from_bad_ones(
        self, data: dict[str, Any], *, good: bool
    ) -> None:
        assert valid(data) is good

    def test_it_is_a_schema(self) -> None:
        jsonschema.Draft202012Validator.check_schema(schema())

    @pytest.mark.usefixtures("vault")
    def test_it_has_no_place_for_a_secret(self) -> None:
        assert valid({"trackers": {"shop": {"kind": "vault", "url": "u", "port": 1}}})
        assert not valid({"trackers": {"shop": {"kind": "vault", "url": "u", "token": "x"}}})

    def test_every_key_is_explained(self) -> None:
        whole = schema()
        for name, section in {"": whole, **whole["$defs"]}.items():
            for key, described in section.get("properties", {}).items():
                if "$ref" not in described and key != "kind":
                    assert described.get("description"), f"{name}.{key}"

    def test_the_file_is_as_the_code_would_write_it(self) -> None:
        """If this fails: syncer config schema > config/syncer.schema.json"""
        assert json.loads((CONFIG / "syncer.schema.json").read_text()) == schema()


class TestExample:
    TEXT = (CONFIG / "syncer.example.yaml").read_text()

    def test_it_is_valid(self, tmp_path: Path) -> None:
        (tmp_path / "syncer.yaml").write_text(self.TEXT)
        settings = load_settings(working=tmp_path, environment={"CI": "true"})
        assert settings.tracker in settings.trackers
        # What an editor has: dates are texts there.
        assert valid(json.loads(json.dumps(yaml.safe_load(self.TEXT), default=str)))

    def test_it_shows_every_key(self) -> None:
        """Secrets and ``cron``, which takes the place of ``every``, aside."""
        pending: list[tuple[Any, Any]] = [(Keys, yaml.safe_load(self.TEXT))]
        while pending:
            model, shown = pending.pop()
            wanted = {n for n, info in model.model_fields.items() if not is_secret(info.annotation)}
            if model is not DaemonKeys:
                assert set(shown) == wanted, model
            for name, value in shown.items():
                annotation = model.model_fields[name].annotation
                if hasattr(annotation, "model_fields"):
                    pending.append((annotation, value))
