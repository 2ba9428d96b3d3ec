"""The documentation says what is: generated parts are up to date, links lead somewhere, examples work."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
from collections import Counter
from dataclasses import fields
from datetime import UTC, date, datetime
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import click
import cmarkgfm  # type: ignore[import-untyped]  # it has no type hints
import jsonschema
import pytest
import yaml
from check_jsonschema.builtin_schemas import (  # type: ignore[import-untyped]  # it has no type hints
    get_builtin_schema,
)

from docs.generating import commands, keys, making, picture
from syncer import vocabularies
from syncer.cli import cli
from syncer.core.limits import Limits, Refusal, measures
from syncer.core.plan import Change, Conflict, FieldChange, Kind, Plan, merge
from syncer.core.reading.dates import parse_due
from syncer.core.reading.statuses import read_status, replacement
from syncer.daemon.metrics import MEASURES
from syncer.errors import ExitCode
from syncer.model import Level, Problem, Status
from syncer.render import as_json
from syncer.render import issues as issues_render
from syncer.settings import load_settings
from syncer.trackers.base import Names
from syncer.trackers.local_desk import Detail
from syncer.trackers.local_records import Change as Moved
from syncer.trackers.local_records import Comment, Entry
from tests.support.runner import ACTION

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PAGES = [
    *(ROOT / page for page in ("README.md", "CHANGELOG.md", "examples/README.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
REMAKE = "If this fails: python docs/generate.py"


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


class Rendered(HTMLParser):
    """A page as GitHub shows it: what it links to, and what can be linked to."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.pictures: list[tuple[str, str]] = []
        self._heading: str | None = None
        self._seen: Counter[str] = Counter()
        self.feed(cmarkgfm.github_flavored_markdown_to_html(page.read_text(encoding="utf-8")))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "a":
            self.links.append(values.get("href") or "")
        elif tag == "img":
            self.pictures.append((values.get("src") or "", values.get("alt") or ""))
        elif re.fullmatch("h[1-6]", tag):
            self._heading = ""

    def handle_data(self, data: str) -> None:
        if self._heading is not None:
            self._heading += data

    def handle_endtag(self, tag: str) -> None:
        if self._heading is not None and re.fullmatch("h[1-6]", tag):
            words = re.sub(r"[^\w\- ]", "", self._heading.strip().lower()).replace(" ", "-")
            again = self._seen[words]
            self._seen[words] += 1
            self.anchors.add(f"{words}-{again}" if again else words)
            self._heading = None


RENDERED = {page: Rendered(page) for page in PAGES}


def code(page: Path, language: str) -> list[str]:
    """The blocks of code of a page that are in a language."""
    text = page.read_text(encoding="utf-8")
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    return [textwrap.dedent(block) if indent else block for indent, block in found]


@cache
def workflow_schema() -> jsonschema.Draft7Validator:
    """What GitHub's workflows look like, as the schema says that is published for editors."""
    return jsonschema.Draft7Validator(get_builtin_schema("vendor.github-workflows"))


def rows(page: str, header: str, *, under: str = "") -> Iterator[list[str]]:
    """The cells of the first table under a heading that has this first header, row by row."""
    text = (ROOT / page).read_text(encoding="utf-8")
    assert f"\n{under}\n" in text
    lines = iter(text.partition(f"\n{under}\n")[2].splitlines())
    for line in lines:
        if line.startswith(f"| {header} |"):
            next(lines)
            break
    for line in lines:
        if not line.startswith("|"):
            return
        yield [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


class TestGeneratedParts:
    @pytest.mark.parametrize("page", PAGES, ids=name)
    def test_pages_are_up_to_date(self, page: Path) -> None:
        text = page.read_text(encoding="utf-8")
        assert making.filled(text) == text, REMAKE

    def test_the_picture_shows_what_a_sync_does(self) -> None:
        drawn = (ROOT / "docs/images/before-after.svg").read_text(encoding="utf-8")
        assert drawn == picture.drawn(ROOT), REMAKE

    def test_what_is_out_of_date_is_told_and_only_without_check_written(
        self,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        page = tmp_path / "docs/page.md"
        monkeypatch.setattr(making, "ROOT", tmp_path)
        monkeypatch.setattr(making, "made", lambda: {page: "new\n"})
        assert making.main(["--check"]) == 1
        assert "docs/page.md is out of date" in capsys.readouterr().err
        assert not page.exists()
        assert making.main([]) == 0
        assert page.read_text() == "new\n"
        assert making.main(["--check"]) == 0


class TestLinks:
    @pytest.mark.parametrize("page", PAGES, ids=name)
    def test_every_link_leads_somewhere(self, page: Path) -> None:
        dead = []
        for link in RENDERED[page].links:
            parts = urlsplit(link)
            if parts.scheme:
                assert parts.scheme in ("https", "syncer"), link
                continue
            target = page.parent / unquote(parts.path) if parts.path else page
            anchors = RENDERED[target.resolve()].anchors if parts.fragment else {parts.fragment}
            if not target.exists() or parts.fragment not in anchors:
                dead.append(link)
        assert dead == []

    @pytest.mark.parametrize("page", PAGES, ids=name)
    def test_every_picture_is_there_and_described(self, page: Path) -> None:
        for source, description in RENDERED[page].pictures:
            assert (page.parent / source).is_file(), source
            assert description

    def test_every_page_is_in_the_index(self) -> None:
        index = ROOT / "docs/index.md"
        linked = {(index.parent / link).resolve() for link in RENDERED[index].links}
        assert set((ROOT / "docs").glob("*.md")) - {index} <= linked


class TestReferences:
    def test_every_command_and_option_is_in_the_reference(self) -> None:
        page = (ROOT / "docs/cli.md").read_text(encoding="utf-8")
        for words, command in commands.walk():
            assert f"## `syncer{''.join(f' {word}' for word in words)}`" in page
            for option in commands.options(command):
                assert all(f"`{spelling}" in page for spelling in option.opts), option.name

    def test_every_command_says_what_it_does_and_shows_how(self) -> None:
        for words, command in commands.walk():
            first = command.get_short_help_str(limit=200)
            assert first.endswith("."), words
            assert len(first) < 80, first
            assert "\b" in (command.help or ""), words

    def test_every_option_says_what_it_is_for(self) -> None:
        for words, command in commands.walk():
            for one in command.params:
                assert not isinstance(one, click.Option) or one.help, (words, one.name)

    def test_every_exit_code_is_explained(self) -> None:
        codes = [int(cells[0]) for cells in rows("docs/cli.md", "code")]
        assert codes == [code.value for code in ExitCode]
        help_text = " ".join((cli.help or "").split())
        assert all(re.search(rf"\b{code.value} \w", help_text) for code in ExitCode)

    def test_every_key_of_the_configuration_is_in_the_reference(self) -> None:
        page = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
        assert [key for key in keys.documented() if f"| `{key}`" not in page] == []


class TestExamples:
    @pytest.mark.parametrize("page", PAGES, ids=name)
    def test_configurations_are_valid(self, page: Path, tmp_path: Path) -> None:
        if page.name == "writing-a-tracker.md":
            return  # names the tracker that it writes; tests/trackers/test_writing_a_tracker.py installs it
        for text in code(page, "yaml"):
            (tmp_path / "syncer.yaml").write_text(text, encoding="utf-8")
            settings = load_settings(working=tmp_path, environment={})
            assert settings.documents.paths
            vocabularies.load(settings.vocabulary)

    @pytest.mark.parametrize("page", PAGES, ids=name)
    def test_workflows_are_valid_and_may_do_little(self, page: Path) -> None:
        """Configurations are marked as ``yaml``, workflows as ``yml``."""
        check = workflow_schema()
        for text in code(page, "yml"):
            # To YAML 1.1, `on` is a truth.
            workflow = yaml.safe_load(re.sub("^on:", '"on":', text, flags=re.MULTILINE))
            check.validate(workflow)
            assert workflow["permissions"] == {}
            assert workflow["concurrency"]["group"].endswith("${{ github.ref }}")
            for job in workflow["jobs"].values():
                assert job["permissions"]
                checkout, syncer = job["steps"]
                assert re.fullmatch(r"actions/checkout@[0-9a-f]{40}", checkout["uses"])
                assert checkout["with"] == {"persist-credentials": False}
                assert syncer["uses"] == "OWNER/REPO@v1"
                assert set(syncer.get("with", {})) <= set(ACTION["inputs"])

    def test_workflows_leave_nothing_to_complain_of(self, tmp_path: Path) -> None:
        folder = tmp_path / ".github/workflows"
        folder.mkdir(parents=True)
        found = [text for page in PAGES for text in code(page, "yml")]
        assert len(found) >= 4
        for number, text in enumerate(found):
            # Which release it is pinned to, people decide.
            pinned = text.replace("OWNER/REPO@v1", f"acme/syncer@{'0' * 40} # v1.0.0")
            (folder / f"{number}.yml").write_text(pinned, encoding="utf-8")
        zizmor = Path(sys.executable).with_name("zizmor")
        done = subprocess.run(
            [zizmor, "--offline", "--quiet", "--no-config", "--color=never", tmp_path],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def test_every_metric_is_told_in_its_own_words(self) -> None:
        page = (ROOT / "docs/daemon.md").read_text(encoding="utf-8")
        told = re.findall(r"^\| `(syncer_\w+)` \| (.*?) \| (.*) \|$", page, re.MULTILINE)
        assert told == [
            (one.full_name, ", ".join(f"`{label}`" for label in one.labels), one.documentation)
            for one in MEASURES
        ]

    def test_alerts_ask_for_metrics_that_there_are(self) -> None:
        page = (ROOT / "docs/daemon.md").read_text(encoding="utf-8")
        known = {one.full_name for one in MEASURES}
        for text in code(ROOT / "docs/daemon.md", "promql"):
            assert set(re.findall(r"\bsyncer_\w+", text)) <= known, page

    def test_inputs_and_outputs_of_the_action_are_told_in_its_own_words(self) -> None:
        page = (ROOT / "docs/action.md").read_text(encoding="utf-8")
        for key, about in ACTION["inputs"].items():
            default = f"`{about['default']}`" if about["default"] else ""
            assert f"| `{key}` | {default} | {about['description']} |" in page
        for key, about in ACTION["outputs"].items():
            assert f"| `{key}` | {about['description']} |" in page

    @pytest.mark.parametrize("page", PAGES, ids=name)
    def test_commands_and_options_exist(self, page: Path) -> None:
        known = dict(commands.walk())
        for line in re.findall(r"\bsyncer ([a-z][^`\n|#]*)", "\n".join(code(page, "sh"))):
            typed = line.split()
            words = max((w for w in known if tuple(typed[: len(w)]) == w), key=len)
            assert words, line
            spellings = {s for option in commands.options(known[words]) for s in option.opts}
            spellings |= {s for option in commands.options(known[()]) for s in option.opts}
            if words == ("issues",):
                spellings |= {
                    s for option in commands.options(known["issues", "list"]) for s in option.opts
                }
            used = {word for word in typed if word.startswith("-")}
            assert used <= spellings, line

    def test_due_dates_are_read_as_documented(self) -> None:
        words = vocabularies.load().relative_dates
        shown = list(rows("docs/documents.md", "written, of an incident on 2025-11-12"))
        assert len(shown) >= 4
        for written, read in shown:
            expected = None if read.startswith("no date") else read
            for text in re.findall(r"`([^`]+)`", written):
                assert parse_due(text, "2025-11-12", words) == expected, text

    def test_statuses_are_read_and_replaced_as_documented(self) -> None:
        vocabulary = vocabularies.load()
        shown = list(rows("docs/documents.md", "written"))
        assert len(shown) >= 6
        for written, read, later in shown:
            for cell in re.findall(r"`([^`]+)`", written):
                found = read_status(cell, vocabulary)
                if read.startswith("unknown"):
                    assert found.status is None, cell
                    continue
                assert found.status == Status(read)
                assert found.span is not None
                words = found.span.of(cell)
                if found.status is not Status.DONE:
                    words = replacement(cell, Status.DONE, [], "en", vocabulary)
                done = cell[: found.span.start] + words + cell[found.span.end :]
                assert f"`{done}`" == later

    def test_words_for_statuses_are_read_as_documented(self) -> None:
        vocabulary = vocabularies.load()
        shown = list(rows("docs/documents.md", "meaning"))
        assert [meaning for meaning, _ in shown] == [status.value for status in Status]
        for meaning, words in shown:
            for word in words.split(", "):
                assert read_status(word, vocabulary).status == Status(meaning), word

    def test_headers_are_read_as_documented(self) -> None:
        vocabulary = vocabularies.load()
        uses = {"due date": "due"}
        for use, headers, _ in rows("docs/documents.md", "column"):
            for header in headers.split(", "):
                assert vocabulary.column(header) == uses.get(use, use), header


class TestJson:
    """docs/json.md names every key of what is printed, and no other."""

    MOMENT = datetime(2025, 11, 19, 8, tzinfo=UTC)
    ENTRY = Entry("1", "a", Status.DONE, "b", "", "c", ("d",), "e", "f.md", MOMENT, MOMENT)

    def keys(self, heading: str, *, header: str = "key") -> list[str]:
        """The keys that a table documents."""
        cells = " ".join(row[0] for row in rows("docs/json.md", header, under=heading))
        return re.findall(r"`([^`]+)`", cells)

    def test_a_plan(self) -> None:
        printed = json.loads(as_json.render(Plan(), done=False))
        assert self.keys("## A plan") == list(printed)
        assert self.keys("### `not_filed`") == list(printed["not_filed"])
        assert f"this shape: {as_json.SCHEMA} |" in (ROOT / "docs/json.md").read_text()

    def test_what_a_plan_lists(self) -> None:
        change = Change(
            Kind.CREATE, "a.md", 1, "b", "here", "#1", "u", {"due": FieldChange("", "c", "tracker")}
        )
        conflict = Conflict("a.md", 1, "b", "here", "#1", "due", None, "c", "d", "")
        problem = Problem(Level.INFO, "a.md", 1, "m", "r")
        plan = merge([Plan((change,), (conflict,), (problem,))])
        limits = measures(plan, Limits())
        refusal = Refusal("m", "r")
        printed = json.loads(as_json.render(plan, done=False, refusals=[refusal], limits=limits))
        assert self.keys("### A change") == list(printed["changes"][0])
        assert self.keys("### A field of a change") == list(printed["changes"][0]["fields"]["due"])
        assert self.keys("### A conflict") == list(printed["conflicts"][0])
        assert self.keys("### A problem") == list(printed["problems"][0])
        assert self.keys("### A limit") == list(printed["limits"][0])
        assert self.keys("### A refusal") == list(printed["refused"][0])

    def test_the_kinds_of_changes(self) -> None:
        assert sorted(self.keys("### A change", header="kind")) == sorted(Kind)

    def test_the_levels_of_problems(self) -> None:
        (levels,) = (
            row[1]
            for row in rows("docs/json.md", "key", under="### A problem")
            if "level" in row[0]
        )
        assert sorted(re.findall(r"`([^`]+)`", levels)) == sorted(Level)

    def test_issues(self) -> None:
        printed = json.loads(
            issues_render.listing_json([self.ENTRY], tracker="here", today=date(2025, 11, 19))
        )
        assert self.keys("## A list of issues") == list(printed)
        assert self.keys("### An issue") == list(printed["issues"][0])

    def test_an_issue_in_full(self) -> None:
        moved = Moved(self.MOMENT, "person", "due", "", "2025-12-01")
        comment = Comment(self.MOMENT, "person", "g")
        printed = json.loads(
            issues_render.detail_json(
                Detail(self.ENTRY, [moved], [comment]),
                tracker="here",
                names=Names("#1", "here#1", "syncer:here/1"),
                today=date(2025, 11, 19),
            )
        )
        assert list(printed) == ["schema", "tracker", "issue"]
        more = self.keys("### One issue in full")
        assert [key for key in printed["issue"] if key not in self.keys("### An issue")] == [
            key for key in more if key in printed["issue"]
        ]
        for group, kind in (("history", Moved), ("comments", Comment)):
            (said,) = (
                row[2]
                for row in rows("docs/json.md", "key", under="### One issue in full")
                if row[0] == f"`{group}`"
            )
            names = [field.name for field in fields(kind)]
            assert list(printed["issue"][group][0]) == names
            assert [name for name in re.findall(r"`([^`]+)`", said) if name in names] == names
