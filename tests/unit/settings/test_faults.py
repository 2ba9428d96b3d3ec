"""What is wrong with a configuration is said with its place and the remedy, all of it at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from syncer.errors import ConfigurationError, ExitCode
from syncer.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

GITHUB = "ghp_" + "a1B2" * 9
ATLASSIAN = "ATATT3xFfGF0" + "a1B2" * 9
DATE = "is no date. Write it as year, month and day, such as 2025-06-30."
POLICY = "is none of document, tracker, report"
SYSTEM = "tag:yaml.org,2002:python/object/apply:os.system"


def faults(
    folder: Path, text: str | bytes, environment: Mapping[str, str] | None = None
) -> list[str]:
    data = text if isinstance(text, bytes) else text.encode()
    (folder / "syncer.yaml").write_bytes(data)
    with pytest.raises(ConfigurationError) as error:
        load_settings(working=folder, environment=environment or {})
    assert error.value.exit_code is ExitCode.USAGE
    head, *lines = error.value.message.split("\n")
    count = "a problem" if len(lines) == 1 else f"{len(lines)} problems"
    assert head == f"the configuration has {count}:"
    return [line.removeprefix("  ") for line in lines]


def fault(folder: Path, text: str | bytes, environment: Mapping[str, str] | None = None) -> str:
    (only,) = faults(folder, text, environment)
    return only


def test_all_faults_are_told_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    text = """
documents:
  pths: ["a/*.md"]
  since: 2025-13-01
trackers:
  shop: {kind: locl}
  pay: {kind: local, pth: x.db}
tracker: shp
routes:
  - {path: "../*.md", tracker: payy}
  - {tracker: pay}
policies: {due: documnt}
limits:
  creates: many
people: {Alice: {nobody: alice}}
"""
    environment = {"SYNCER_LIMITS__UPDATES": "2", "SYNCER_DOCUMENT__PATHS": "x"}
    assert faults(tmp_path, text, environment) == [
        "SYNCER_DOCUMENT__PATHS: unknown setting. Did you mean `SYNCER_DOCUMENTS`?",
        "SYNCER_LIMITS__UPDATES: limits.updates: should be less than or equal to 1",
        "syncer.yaml:3: documents.pths: unknown key. Did you mean `paths`?",
        f"syncer.yaml:4: documents.since: {DATE}",
        "syncer.yaml:6: trackers.shop.kind: there is no kind `locl`. Did you mean `local`?",
        "syncer.yaml:7: trackers.pay.pth: unknown key. Did you mean `path`?",
        "syncer.yaml:8: tracker: there is no tracker `shp`. Did you mean `shop`?",
        "syncer.yaml:10: routes[0].path: leaves the root; write a pattern that is relative to it",
        "syncer.yaml:10: routes[0].tracker: there is no tracker `payy`. Did you mean `pay`?",
        "syncer.yaml:11: routes[1].path: is missing. Add `path`.",
        f"syncer.yaml:12: policies.due: {POLICY}. Did you mean `document`?",
        "syncer.yaml:14: limits.creates: is no whole number",
        "syncer.yaml:15: people.Alice.nobody: there is no tracker `nobody`. Known here: pay, shop.",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("polices: {}", "1: polices: unknown key. Did you mean `policies`?"),
        ("\n\n_env_file: x", "3: _env_file: unknown key. Known here: daemon, "),
        ("vocabulary: {columns: {owners: [x]}}", "none of action, owner, due, status, priority"),
        ("vocabulary: {headngs: [x]}", "1: vocabulary.headngs: unknown key. Did you mean"),
        (
            "routes: [{pth: a, tracker: here}, {path: a, tracker: here}]",
            "1: routes[0].path: is miss",
        ),
        ("tracker: no", "1: tracker: is no text. Put it in quotes."),
        ("people: {Alice: {here: 12}}", "1: people.Alice.here: is no text. Put it in quotes."),
        ("people: {Alice: alice}", "1: people.Alice: is no group of keys. Write `key: value`"),
        ("trackers: {Shop: {kind: local}}", "1: trackers.Shop: is no name. Use small letters"),
        (
            "trackers: {shop: {path: x}}",
            "1: trackers.shop.kind: is missing. Known kinds: github, jira, local.",
        ),
        ("trackers: {shop: local}", "1: trackers.shop: is no group of keys."),
        ("trackers: [shop]", "1: trackers: is no group of keys."),
        ("documents: 7", "1: documents: is no group of keys."),
        ("documents: {paths: 7}", "1: documents.paths: is no list. Write `[one, two]`."),
        ("documents: {paths: [7]}", "1: documents.paths[0]: is no text."),
        ('documents: {root: "a\\0b"}', "1: documents.root: has a NUL character"),
        ('documents: {paths: "a\\0b"}', "1: documents.paths[0]: has a NUL character"),
        ("documents: {paths: ['!a.md']}", "1: documents.paths[0]: starts with `!`"),
        ("documents: {exclude: '../x'}", "1: documents.exclude[0]: leaves the root"),
        ("documents: {since: 2025}", "1: documents.since: is no date; write it as year"),
        ("documents: {since: June}", "1: documents.since: is no date. Write it as year"),
        ("documents: {file_finished: perhaps}", "file_finished: is neither true nor false"),
        ("documents: {max_characters: 0}", "should be greater than 0"),
        ("limits: {updates: half}", "1: limits.updates: is no number"),
        ("limits: {creates: 1.5}", "1: limits.creates: is no whole number"),
        ("on_removed: delete", "1: on_removed: is none of report, comment, close."),
        ("delivery: {mode: mail}", "1: delivery.mode: is none of files, commit, pull-request."),
        ("issue: {labels: ['']}", "1: issue.labels[0]: is empty."),
        ("repositories: {a: {url: 'https://me:pw@x.example/a'}}", "is an address with a password"),
        ("repositories: {a: {url: 'https://token@x.example/a'}}", "a.url: has a user or password"),
        ("repositories: {a: {url: 'ext::sh -c id'}}", "a.url: is reached in no safe way"),
        ("repositories: {a: {url: 'http://x.example/a'}}", "a.url: is reached in no safe way"),
        ("repositories: {a: {url: '--upload-pack=id'}}", "a.url: is no address of a repository"),
        ("repositories: {a: {url: 'https://x.example'}}", "a.url: is no address of a repository"),
        ("repositories: {a: {url: shop}}", "a.url: is reached in no safe way"),
        (
            "tracker: a\ntrackers: {a-b: {kind: local, path: 1}, a_b: {kind: local, path: 2}, a: {kind: local}}",
            "2: trackers.a_b: cannot be told from `a-b` in an environment variable. Give",
        ),
        (
            "trackers: {a: {kind: local}, b: {kind: local}}",
            "1: tracker: is missing, and there are several trackers. Name the one for",
        ),
        (
            "tracker: a\ntrackers: {a: {kind: local}, b: {kind: local}}",
            "2: trackers.b: keeps its issues in the same place as `a`. Give it a place of its own",
        ),
    ],
)
def test_a_fault_is_told_with_its_line_and_the_remedy(tmp_path: Path, text: str, said: str) -> None:
    told = faults(tmp_path, text)
    assert any(said in line for line in told), told
    assert all(line.startswith("syncer.yaml:") for line in told)


def test_a_tracker_that_is_there_but_faulty_is_not_said_to_be_missing(tmp_path: Path) -> None:
    text = "tracker: shop\ntrackers: {shop: {kind: locl}}\nroutes: [{path: a, tracker: shop}]"
    assert "no kind `locl`" in fault(tmp_path, text)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SYNCER_TRACKR", "x", "SYNCER_TRACKR: unknown setting. Did you mean `SYNCER_TRACKER`?"),
        ("SYNCER_TRACKER__NAME", "x", "SYNCER_TRACKER__NAME: unknown setting."),
        ("SYNCER_DOCUMENTS__PTHS", "x", "SYNCER_DOCUMENTS__PTHS: documents.pths: unknown key. Did"),
        ("SYNCER_LIMITS", "x", "SYNCER_LIMITS: limits: is no group of keys."),
        ("SYNCER_PEOPLE", '{"broken', "in the environment, JSON."),
        ("SYNCER_ROUTES", '[{"path": "a"}]', "SYNCER_ROUTES: routes[0].tracker: is missing."),
        ("SYNCER_TRACKERS__SHOP__PATH", "x", "trackers.shop.kind: is missing."),
    ],
)
def test_a_fault_in_the_environment_is_told_with_the_variable(
    tmp_path: Path, name: str, value: str, said: str
) -> None:
    file = "routes: [{path: b, tracker: here}]\ntrackers: {here: {kind: local}}\ntracker: here"
    assert said in fault(tmp_path, file, {name: value})


class TestYaml:
    @pytest.mark.parametrize(
        ("text", "line", "said"),
        [
            ("a: [1\nb: 2\n", 2, "Look at the indentation and the quotes there."),
            ("people:\n  @alice: {shop: alice}\n", 2, "Put the text in quotes."),
            ("a:\n\tb: 1\n", 2, "Indent with blanks."),
            ("limits: creates: 1\n", 1, "Put a text with a colon in quotes"),
            ("a: 1\nb: *x\n", 2, "aliases (`*name`) are not read. Write the value out."),
            ("- a\n", 1, "the file holds no keys. Write `key: value`"),
            ("just words\n", 1, "the file holds no keys."),
            ("a: 1\n---\nb: 2\n", 2, "expected a single document"),
            ("tracker: a\x01b\n", 1, "the file has characters that YAML forbids."),
            (b"tracker: a\nb: \xff\n", 2, "the file is not UTF-8. Save it as UTF-8."),
        ],
    )
    def test_what_cannot_be_read_is_told_with_its_line(
        self, tmp_path: Path, text: str | bytes, line: int, said: str
    ) -> None:
        told = fault(tmp_path, text)
        assert told.startswith(f"syncer.yaml:{line}: ")
        assert said in told

    def test_a_key_that_is_set_twice_is_told(self, tmp_path: Path) -> None:
        text = "limits: {}\ntrackers:\n  a: {kind: local}\n  a: {kind: local}\nlimits: {}\n"
        assert faults(tmp_path, text) == [
            "syncer.yaml:4: trackers.a: is set in line 3 already. Keep one of the two.",
            "syncer.yaml:5: limits: is set in line 1 already. Keep one of the two.",
        ]

    def test_no_tag_makes_anything_but_plain_data(self, tmp_path: Path) -> None:
        text = 'tracker: !!python/object/apply:os.system ["touch made"]\nlimits: !mine {}\n'
        told = faults(tmp_path, text)
        assert told == [
            f"syncer.yaml:1: tracker: the tag `{SYSTEM}` is not read. Write the plain value.",
            "syncer.yaml:2: limits: the tag `!mine` is not read. Write the plain value.",
        ]
        assert not (tmp_path / "made").exists()

    def test_a_key_that_is_no_text_is_told(self, tmp_path: Path) -> None:
        text = "people:\n  12: {here: x}\n  [a, b]: {here: x}\n"
        assert faults(tmp_path, text) == [
            "syncer.yaml:2: people: has a key that is no text. Put the key in quotes.",
            "syncer.yaml:3: people: has a key that is no text. Put the key in quotes.",
        ]

    def test_aliases_cannot_blow_a_few_lines_up(self, tmp_path: Path) -> None:
        lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
        lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
        assert "aliases" in fault(tmp_path, "\n".join(lines))

    def test_nesting_without_end_is_refused(self, tmp_path: Path) -> None:
        assert "nested too deeply" in fault(tmp_path, "a: " + "[" * 100_000)

    def test_a_file_that_cannot_be_a_configuration_is_not_read_whole(self, tmp_path: Path) -> None:
        assert "larger than 1,000,000 bytes" in fault(tmp_path, b"#" * 1_000_001)

    def test_a_byte_order_mark_and_windows_line_ends_are_fine(self, tmp_path: Path) -> None:
        text = "\ufefflimits:\r\n  creates: 3\r\n".encode()
        (tmp_path / "syncer.yaml").write_bytes(text)
        assert load_settings(working=tmp_path, environment={}).limits.creates == 3

    def test_a_configuration_that_may_not_be_read_is_told(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "syncer.yaml").write_text("")

        def refusing(*_: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr("syncer.settings.yamlfile.read", refusing)  # root may read all
        with pytest.raises(ConfigurationError, match="cannot be read: Permission denied"):
            load_settings(working=tmp_path, environment={})


@pytest.mark.usefixtures("vault")
class TestSecrets:
    @pytest.mark.parametrize("value", ["abc", "", "12345"])
    def test_a_secret_in_the_file_is_refused_and_not_repeated(
        self, tmp_path: Path, value: str
    ) -> None:
        text = f"trackers:\n  my-shop:\n    kind: vault\n    url: u\n    token: '{value}'\n"
        told = fault(tmp_path, text)
        assert told.startswith("syncer.yaml:5: trackers.my-shop.token: is a secret, and secrets ")
        assert "SYNCER_TRACKERS__MY_SHOP__TOKEN" in told
        assert "SYNCER_SECRETS_DIR" in told
        assert not value or value not in told

    def test_a_secret_in_the_file_is_refused_even_if_another_one_overrides_it(
        self, tmp_path: Path
    ) -> None:
        text = "trackers: {shop: {kind: vault, url: u, token: abc}}"
        environment = {"SYNCER_TRACKERS__SHOP__TOKEN": "real"}
        assert "token: is a secret" in fault(tmp_path, text, environment)

    @pytest.mark.parametrize("name", ["password", "api_key", "apiKey", "client_secret"])
    def test_an_unknown_key_that_is_called_like_a_secret_is_taken_for_one(
        self, tmp_path: Path, name: str
    ) -> None:
        told = fault(tmp_path, f"trackers: {{shop: {{kind: vault, url: u, {name}: hunter2}}}}")
        assert "is a secret" in told
        assert "hunter2" not in told

    @pytest.mark.parametrize(
        ("text", "what"),
        [
            (f"issue: {{labels: [{GITHUB}]}}", "issue.labels[0]: is a GitHub token"),
            (f"trackers: {{a: {{kind: vault, url: '{ATLASSIAN}'}}}}", "is an Atlassian token"),
            ("tracker: 'https://me:hunter2@example.org'", "is an address with a password"),
            ("tracker: |\n  -----BEGIN RSA PRIVATE KEY-----\n  abc\n", "is a private key"),
            (f"people: {{{GITHUB}: {{}}}}", "people: is a GitHub token"),
        ],
    )
    def test_what_looks_like_a_secret_is_refused_wherever_it_stands(
        self, tmp_path: Path, text: str, what: str
    ) -> None:
        told = "\n".join(faults(tmp_path, text))
        assert what in told
        for value in (GITHUB, ATLASSIAN, "hunter2", "abc"):
            assert value not in told

    def test_an_address_without_a_password_is_none(self, tmp_path: Path) -> None:
        (tmp_path / "syncer.yaml").write_text(
            "trackers: {a: {kind: vault, url: 'https://example.org:8443/a@b'}}"
        )
        assert load_settings(working=tmp_path, environment={}).tracker == "a"

    def test_a_secret_of_the_environment_is_not_repeated_in_a_fault(self, tmp_path: Path) -> None:
        environment = {
            "SYNCER_TRACKERS__SHOP": '{"token": ["hunter2"]}',
            "SYNCER_TRACKERS__SHOP__PORT": "hunter2",
        }
        told = faults(tmp_path, "trackers: {shop: {kind: vault, url: u}}", environment)
        assert len(told) == 2
        assert "hunter2" not in "\n".join(told)


def test_a_kind_that_cannot_be_loaded_is_told_with_the_others_faults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from syncer import trackers

    def broken(kind: str) -> None:
        raise ConfigurationError(f"the kind {kind} needs more", remedy="Install it.")

    monkeypatch.setattr(trackers, "load", broken)
    text = "trackers: {a: {kind: local}}\nlimits: {creates: x}"
    assert faults(tmp_path, text) == [
        "syncer.yaml:1: trackers.a.kind: the kind local needs more. Install it.",
        "syncer.yaml:2: limits.creates: is no whole number",
    ]
