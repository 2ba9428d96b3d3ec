"""The small parts of the Action: what is chosen, what the runner is told, what a file gets."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer import vocabularies
from syncer.action.choice import choose
from syncer.action.ending import outputs_of
from syncer.action.excerpt import excerpt, rest
from syncer.action.outputs import write_outputs, write_summary
from syncer.action.unasked import Glance, described, look
from syncer.action.workflowcommands import annotated, no_commands
from syncer.core.plan import Change, Conflict, Kind, Plan, Tally
from syncer.documents import Folder
from syncer.errors import ConfigurationError
from syncer.model import Level, Problem
from syncer.settings.workflow import Inputs, Workflow, load_workflow, settings_in
from tests.support.runner import _outputs

if TYPE_CHECKING:
    from syncer.settings import Settings

SHOP = "acme/shop"
DEPENDABOT = "dependabot[bot]"


def workflow(event: str, ref: str = "refs/heads/main", command: str = "auto") -> Workflow:
    inputs = Inputs(command=command)  # type: ignore[arg-type]  # the test's own words
    here = Path()
    return Workflow(
        event, "acme/shop", ref, "main", "https://github.com", "", here, here, inputs=inputs
    )


class TestChoice:
    @pytest.mark.parametrize(
        ("event", "ref", "chosen"),
        [
            ("push", "refs/heads/main", "sync"),
            ("push", "refs/heads/topic", "dry-run"),
            ("push", "refs/tags/main", "dry-run"),
            ("schedule", "refs/heads/main", "sync"),
            ("workflow_dispatch", "refs/heads/topic", "sync"),
            ("pull_request", "refs/pull/1/merge", "dry-run"),
            ("merge_group", "refs/heads/gh-readonly-queue/main/pr-1", "dry-run"),
            ("issues", "refs/heads/main", "dry-run"),
        ],
    )
    def test_by_itself(self, event: str, ref: str, chosen: str) -> None:
        assert choose(workflow(event, ref))[0] == chosen

    def test_asked_for(self) -> None:
        assert choose(workflow("issues", command="sync"))[0] == "sync"
        assert choose(workflow("schedule", command="dry-run"))[0] == "dry-run"

    @pytest.mark.parametrize("command", ["auto", "sync", "dry-run"])
    def test_never_with_a_stranger_s_documents_and_secrets(self, command: str) -> None:
        with pytest.raises(ConfigurationError, match="pull_request_target"):
            choose(workflow("pull_request_target", command=command))


class TestWhatTheRunnerIsTold:
    @given(st.text(), st.text(min_size=1), st.integers(0, 99))
    def test_text_in_an_annotation_is_text(self, message: str, path: str, line: int) -> None:
        problem = Problem(Level.ERROR, path, line, message, "Mend it.")
        (command,) = annotated([problem], lambda document: document)
        assert len(command.splitlines()) == 1
        assert "\x1b" not in command
        properties, _, data = command.removeprefix("::error ").partition("::")
        assert properties.count(",") == 1 + bool(line)
        assert "Mend it." in data or len(message) > 3000

    def test_no_more_than_are_shown(self) -> None:
        problems = [Problem(Level.INFO, "a", n, "x", "") for n in range(50)]
        problems.append(Problem(Level.ERROR, "a", 1, "worst", ""))
        shown = annotated(problems, lambda document: document)
        assert len(shown) == 11
        assert "worst" in shown[0]

    def test_commands_are_taken_again_afterwards(self) -> None:
        said: list[str] = []
        with no_commands(said.append):
            pass
        begin, end = said
        assert end == f"::{begin.rpartition('::')[2]}::"
        assert len(end) > 30

    def test_a_traceback_gives_no_commands(self) -> None:
        said: list[str] = []
        with pytest.raises(RuntimeError), no_commands(said.append):
            raise RuntimeError
        assert len(said) == 1

    @pytest.mark.parametrize(
        ("winner", "word"), [("", "warning"), ("document", "notice"), ("tracker", "notice")]
    )
    def test_a_conflict_is_shown_with_all_three_values(self, winner: str, word: str) -> None:
        conflict = Conflict("c", 7, "x", "shop", "#1", "due", None, "1", "", winner)
        (line,) = annotated([], lambda path: f"pm/{path}", [conflict])
        assert line.startswith(f"::{word} file=pm/c,line=7,title=syncer::due: conflict: 1 in the")
        assert "(empty) in #1, nothing agreed yet" in line
        agreed = Conflict("c", 7, "x", "shop", "#1", "due", "3", "1", "2", winner)
        assert ", agreed: 3." in annotated([], str, [agreed])[0]


class TestFiles:
    @given(st.dictionaries(st.sampled_from(["a", "b-c"]), st.text(st.characters(codec="utf-8"))))
    def test_outputs_read_back(self, values: dict[str, str]) -> None:
        import tempfile

        values = {name: " ".join(value.split()) for name, value in values.items()}
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "out")
            file.touch()
            write_outputs(file, values)
            assert _outputs(file.read_text(encoding="utf-8")) == values

    def test_a_value_cannot_end_itself(self, tmp_path: Path) -> None:
        write_outputs(tmp_path / "out", {"a": "x\nEOF\nend-0\nb<<EOF\n1\nEOF"})
        assert list(_outputs((tmp_path / "out").read_text())) == ["a"]

    def test_a_summary_is_no_longer_than_github_takes(self, tmp_path: Path) -> None:
        file = tmp_path / "summary"
        write_summary(file, "ü" * 900_000)
        assert file.stat().st_size <= 1_000_000
        assert file.read_text("utf-8").endswith("it is in the step's log.*\n")

    def test_nowhere_is_fine(self) -> None:
        write_outputs(None, {"a": "b"})
        write_summary(None, "x")


class TestExcerpts:
    PLAN = Plan(
        tally=Tally(documents=9, items=40, finished=5),
        changes=(
            Change(Kind.CREATE, "a", 1, "x", "shop", ""),
            Change(Kind.CREATE, "b", 1, "x", "shop", ""),
        ),
        conflicts=(Conflict("c", 1, "x", "shop", "#1", "due", "", "1", "2", ""),),
        problems=(Problem(Level.ERROR, "", 0, "all", ""), Problem(Level.ERROR, "b", 1, "one", "")),
    )

    def test_what_is_about_some_documents_or_about_none(self) -> None:
        part = excerpt(self.PLAN, {"a"})
        assert [one.document for one in part.changes] == ["a"]
        assert [one.message for one in part.problems] == ["all"]
        assert part.tally == Tally(documents=9, items=40)
        assert part.conflicts == ()

    def test_the_rest_is_told_in_a_line(self) -> None:
        assert rest(self.PLAN, {"a"}) == (
            "Besides: 1 change, 1 conflict, 1 problem in 2 documents that this pull request doesn't touch."
        )
        assert rest(self.PLAN, {"a", "b", "c"}) == ""


class TestPlans:
    def test_each_step_has_its_own_file(self, tmp_path: Path) -> None:
        first, second = (
            outputs_of(plan, tmp_path, done=False)["plan"] for plan in (TestExcerpts.PLAN, Plan())
        )
        assert '"a"' in Path(first).read_text("utf-8")
        assert '"a"' not in Path(second).read_text("utf-8")


class TestUnasked:
    ROWS = """\
# Outage

## Action Items

| Action | Status | Issue |
| --- | --- | --- |
| open \\<img> @bob | Not Started | |
| never | Not Started | n/a |
| kept | Done | |
| filed | Not Started | #3 |
| unclear | Done until #49 | |
"""

    def glance(self, folder: Path, text: str) -> Glance:
        (folder / "a.md").write_text(text, encoding="utf-8")
        (folder / "b.md").write_bytes(b"\xff\xfe\x00")
        store, words = Folder(folder, ("*.md",), ()), vocabularies.load({})
        return look(store, words, {"a.md", "b.md"}, max_characters=10_000, max_line=1000)

    def test_only_open_rows_without_an_issue_are_told(self, tmp_path: Path) -> None:
        told = described(self.glance(tmp_path, self.ROWS), ["no token\nfor <ops>"])
        assert told.startswith("> Not asked: no token for \\<ops>.\n>\n> A pull request")
        assert "5 action items; open and without an issue: 1" in told
        assert "- line 7: open \\<img> @\u200bbob\n" in told
        assert "- error b.md:1 " in told

    def test_nothing_is_told_of_nothing(self) -> None:
        assert "There is no document to be read." in described(Glance((), ()), ["no token"])


class TestSettings:
    FILE = "trackers: {shop: {kind: github, repository: acme/shop, url: 'https://github.com'}}\n"

    def settings(self, folder: Path, monkeypatch: pytest.MonkeyPatch, more: str = "") -> Settings:
        (folder / "syncer.yaml").write_text(self.FILE + more, encoding="utf-8")
        monkeypatch.chdir(folder)
        monkeypatch.setenv("GITHUB_TOKEN", "of-the-step")
        monkeypatch.setenv("SYNCER_TRACKERS__SHOP__TOKEN", "for-issues")
        inputs = Inputs(delivery="pull-request")
        given = Workflow("push", SHOP, "refs/heads/x", "main", "", "", folder, folder)
        return settings_in(replace(given, inputs=inputs))

    def test_what_is_delivered_is_by_the_step_s_own_token(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        delivery = self.settings(tmp_path, monkeypatch).delivery
        assert delivery.token is not None
        assert delivery.token.get_secret_value() == "of-the-step"
        assert (delivery.mode, delivery.branch) == ("pull-request", "x")

    @pytest.mark.parametrize("key", ["remote: mirror", "url: 'https://ghe.example'"])
    def test_that_token_is_not_for_other_places(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
    ) -> None:
        assert self.settings(tmp_path, monkeypatch, f"delivery: {{{key}}}\n").delivery.token is None

    def test_it_is_known_that_the_input_said_so(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings = self.settings(tmp_path, monkeypatch, "delivery: {mode: files}\n")
        assert settings.origins.of(("delivery", "mode")) == "the input `delivery`"


class TestWorkflows:
    @pytest.mark.parametrize(
        ("head", "actor", "secrets"),
        [("acme/shop", "bob", True), ("x/shop", "bob", False), ("acme/shop", DEPENDABOT, False)],
    )
    def test_strangers_have_no_secrets(
        self, tmp_path: Path, head: str, actor: str, *, secrets: bool
    ) -> None:
        file = tmp_path / "event"
        ends = {"head": {"repo": {"full_name": head}}, "base": {"repo": {"full_name": "Acme/Shop"}}}
        file.write_text(json.dumps({"pull_request": {"number": 1, **ends}}))
        environment = {"GITHUB_EVENT_PATH": str(file), "GITHUB_ACTOR": actor}
        pull = load_workflow({"GITHUB_EVENT_NAME": "pull_request", **environment}).pull_request
        assert pull is not None
        assert pull.has_secrets is secrets

    def test_elsewhere_it_is_told_what_to_use(self) -> None:
        with pytest.raises(ConfigurationError, match="no workflow") as error:
            load_workflow({})
        assert "syncer sync" in error.value.remedy

    @pytest.mark.parametrize(
        "text", ["", "[1]", "{", '{"pull_request": 3}', '{"pull_request": {"number": "1"}}']
    )
    def test_an_event_that_says_nothing_is_told_or_nobody_s(
        self, tmp_path: Path, text: str
    ) -> None:
        file = tmp_path / "event"
        file.write_text(text)
        environment = {"GITHUB_EVENT_NAME": "push", "GITHUB_EVENT_PATH": str(file)}
        try:
            assert load_workflow(environment).pull_request is None
        except ConfigurationError as error:
            assert str(file) in error.message  # noqa: PT017 - either is fine
