"""The small parts of the Action: what is chosen, what the runner is told, what a file gets."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.action.choice import choose
from syncer.action.excerpt import excerpt, rest
from syncer.action.outputs import write_outputs, write_summary
from syncer.action.workflowcommands import annotated, no_commands
from syncer.core.plan import Change, Conflict, Kind, Plan
from syncer.errors import ConfigurationError
from syncer.model import Level, Problem
from syncer.settings.workflow import Inputs, Workflow, load_workflow
from tests.support.runner import _outputs


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

    def test_commands_are_taken_again_after_a_failure(self) -> None:
        said: list[str] = []
        with pytest.raises(RuntimeError), no_commands(said.append):
            raise RuntimeError
        begin, end = said
        assert end == f"::{begin.rpartition('::')[2]}::"
        assert len(end) > 30


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
        assert part.conflicts == ()

    def test_the_rest_is_told_in_a_line(self) -> None:
        assert rest(self.PLAN, {"a"}) == (
            "Besides: 1 change, 1 conflict, 1 problem in 2 documents that this pull request doesn't touch."
        )
        assert rest(self.PLAN, {"a", "b", "c"}) == ""


class TestWorkflows:
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
