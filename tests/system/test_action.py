"""The Action as GitHub's runner runs it: its own scripts, real events, the double of GitHub, a real repository."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.github import changing, pulls
from tests.support.github.server import github_double
from tests.support.github_lab import BASE_PATH, SHOP, furnish
from tests.support.program import POST_MORTEM
from tests.support.repositories import Repository, bare, cloned
from tests.support.runner import ACTION, Runner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.github.double import GitHubDouble
    from tests.support.runner import Done

PATH = "pm/1.md"
CONFIGURATION = (
    "documents: {paths: ['pm/*.md']}\ntrackers: {shop: {kind: github, repository: acme/shop}}\n"
)
HOSTILE = (
    POST_MORTEM.replace("001", "009")
    .replace("Checkout timed out", "::set-output name=checksum::1 <!-- --> @acme/everyone")
    .replace(
        "Alert on queue depth", "::error::no `$(id)` <img src=x> --> @alice #1 %0A::warning::x"
    )
    .replace("2025-12-15", "::add-mask::soon ##[error]late")
)
REPOSITORY = {"full_name": SHOP, "default_branch": "main"}


@dataclass
class World:
    """A repository on GitHub, its runner, and a person.

    Attributes:
        github: GitHub.
        there: The repository, bare.
        person: A person's clone.
        runner: The runner, with a checkout.
        token: What a job gets.
    """

    github: GitHubDouble
    there: Repository
    person: Repository
    runner: Runner
    token: str

    def checkout(self, ref: str = "main") -> None:
        """What actions/checkout does."""
        here = Repository(self.runner.workspace)
        here.git("fetch", "--quiet", "origin")
        if ref == "main":
            here.git("checkout", "--quiet", "-B", "main", "origin/main")
        else:
            here.git("checkout", "--quiet", "--detach", f"origin/{ref}")

    def push(self, **inputs: str) -> Done:
        self.checkout()
        return self.runner.run("push", {"repository": REPOSITORY}, token=self.token, **inputs)

    def open_pull(self, branch: str, files: dict[str, str], **options: Any) -> int:
        self.person.git("checkout", "--quiet", "-B", branch, "origin/main")
        self.person.commit(files)
        self.person.git("push", "--quiet", "--force", "origin", branch)
        with self.github.store.lock:
            alice = self.github.store.add_user("alice")
            home = self.github.store.repositories[SHOP]
            return pulls.add(self.github.store, home, alice, branch, **options).number

    def pull(
        self, number: int, branch: str, *, head: str | None = SHOP, actor: str = "", **inputs: str
    ) -> Done:
        self.checkout(branch)
        payload = {
            "repository": REPOSITORY,
            "pull_request": {
                "number": number,
                "head": {"ref": branch, "repo": {"full_name": head} if head else None},
                "base": {"ref": "main", "repo": REPOSITORY},
            },
        }
        ref = f"refs/pull/{number}/merge"
        return self.runner.run(
            "pull_request", payload, ref=ref, token=self.token, actor=actor, **inputs
        )

    def comments(self, number: int) -> list[str]:
        issue = self.github.store.repositories[SHOP].issues[number]
        return [comment.body for comment in issue.comments]

    def issues(self) -> list[str]:
        issues = self.github.store.repositories[SHOP].issues
        return [issues[number].title for number in sorted(issues) if issues[number].pull is None]

    def on_main(self, path: str = PATH) -> str:
        return self.there.blob(path, "main").decode()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    there = bare(tmp_path / "there.git", {"README.md": "# Shop\n", "syncer.yaml": CONFIGURATION})
    person = cloned(there, tmp_path / "person")
    workspace = cloned(there, tmp_path / "workspace")
    with github_double(base_path=BASE_PATH) as github:
        furnish(github)
        github.store.repositories[SHOP].git = there.folder
        variables = {
            "GITHUB_API_URL": github.api_url,
            "GITHUB_SERVER_URL": github.api_url.removesuffix(BASE_PATH),
        }
        runner = Runner(workspace.folder, tmp_path / "temp", variables)
        yield World(github, there, person, runner, github.workflow(SHOP))


def merge(world: World, branch: str) -> None:
    world.person.git("checkout", "--quiet", "main")
    world.person.git("pull", "--quiet", "origin", "main")
    world.person.git("merge", "--quiet", "--no-ff", "--message", "Merge", branch)
    world.person.push()


def annotated(done: Done) -> list[str]:
    return [line for line in done.commands if line.startswith(("::error", "::warning", "::notice"))]


class TestSteps:
    def test_every_input_reaches_a_step_through_the_environment(self) -> None:
        given = {
            value for step in ACTION["runs"]["steps"] for value in step.get("env", {}).values()
        }
        assert {f"${{{{ inputs.{name} }}}}" for name in ACTION["inputs"]} == given

    def test_what_is_installed_is_known_by_its_hash(self, world: World) -> None:
        done = world.push()
        assert done.code == 0, done.log
        assert all("--require-hashes" in line or "--no-deps" in line for line in done.installed)
        assert len(done.installed) == 3

    def test_what_lies_in_the_repository_is_not_taken_for_python_s(self, world: World) -> None:
        poison = "raise SystemExit('taken from the repository')\n"
        world.person.commit(dict.fromkeys(("json.py", "pip/__init__.py", "venv.py"), poison))
        world.person.push()
        done = world.push()
        assert done.code == 0, done.log
        assert all(line.startswith("-I -m pip ") for line in done.installed)

    def test_a_version_is_asked_for_by_its_number_alone(self, world: World) -> None:
        dependencies, program, check = world.push(version="1.4.0").installed
        assert "--require-hashes" in dependencies
        assert program.endswith(" --no-deps --only-binary :all: syncer==1.4.0")
        assert check.endswith(" check")
        for version in ("1.4 --index-url=https://evil.example", "$(id)", "../x", "git+https://x"):
            done = world.push(version=version)
            assert done.code == 1
            assert "is no version" in done.log
            assert done.installed == []

    def test_an_old_python_is_told(self, world: World, tmp_path: Path) -> None:
        old = tmp_path / "old"
        old.mkdir()
        (old / "python3").write_text("#!/bin/sh\nexit 1\n")
        (old / "python3").chmod(0o755)
        world.runner.variables["PATH"] = f"{old}:/usr/bin:/bin"
        done = world.push()
        assert done.code == 1
        assert "no Python 3.11 or newer" in done.log

    def test_where_it_does_not_run_is_told(self, world: World) -> None:
        world.runner.variables["RUNNER_OS"] = "Windows"
        done = world.push()
        assert done.code == 1
        assert "runs on Linux and macOS" in done.log


class TestASync:
    def test_a_push_to_the_default_branch_files_and_commits(self, world: World) -> None:
        world.person.commit({PATH: POST_MORTEM})
        world.person.push()
        done = world.push()
        assert done.code == 0, done.log
        assert world.issues() == ["Alert on queue depth", "Write failover runbook"]
        assert "[#2]" in world.on_main()
        head = world.there.head("main")
        assert done.outputs["commit"] == head
        assert (done.outputs["changes"], done.outputs["conflicts"]) == ("2", "0")
        with open(done.outputs["plan"], encoding="utf-8") as file:  # noqa: PTH123 - a path as text
            plan = json.load(file)
        assert plan["checksum"] == done.outputs["checksum"]
        assert "**2 filed." in done.summary
        assert f"Committed as {head}" in done.summary
        assert world.there.git("log", "-1", "--format=%an", "main") == "github-actions[bot]"

    def test_its_own_commit_makes_a_run_that_finds_nothing_to_do(self, world: World) -> None:
        world.person.commit({PATH: POST_MORTEM})
        world.person.push()
        world.push()
        head = world.there.head("main")
        world.github.log.clear()
        done = world.push()
        assert done.code == 0
        assert "nothing changed" in done.summary
        assert (done.outputs["changes"], done.outputs["commit"]) == ("0", "")
        assert world.there.head("main") == head
        assert not world.github.log.writes

    def test_issues_link_to_their_document_at_its_revision(self, world: World) -> None:
        made = world.person.commit({PATH: POST_MORTEM})
        world.person.push()
        world.push()
        server = world.runner.variables["GITHUB_SERVER_URL"]
        issue = world.github.store.repositories[SHOP].issues[1]
        assert f"]({'<'}{server}/acme/shop/blob/{made}/{PATH}>)" in (issue.body or "")

    @pytest.mark.parametrize("event", ["schedule", "workflow_dispatch"])
    def test_it_syncs_on_a_schedule_and_by_hand(self, world: World, event: str) -> None:
        world.person.commit({PATH: POST_MORTEM})
        world.person.push()
        world.checkout()
        done = world.runner.run(event, {"schedule": "0 * * * *"}, token=world.token)
        assert done.code == 0, done.log
        assert f"sync: the event is `{event}`" in done.log
        assert "[#1]" in world.on_main()

    def test_a_plan_that_passes_a_limit_is_shown_and_refused(self, world: World) -> None:
        world.person.commit(
            {PATH: POST_MORTEM, "syncer.yaml": CONFIGURATION + "limits: {creates: 1}\n"}
        )
        world.person.push()
        done = world.push()
        assert done.code == 5
        assert world.issues() == []
        assert "**Refused:**" in done.summary
        assert "--force" in done.summary
        assert done.outputs["changes"] == "2"

    def test_a_document_that_cannot_be_read_fails_it_and_stops_no_other(self, world: World) -> None:
        world.person.commit({PATH: POST_MORTEM, "pm/2.md": b"\xff\xfe\x00"})
        world.person.push()
        done = world.push()
        assert done.code == 1
        assert "[#1]" in world.on_main()
        (shown,) = [line for line in annotated(done) if line.startswith("::error")]
        assert shown.startswith("::error file=pm/2.md,line=1,title=syncer::the document is")

    def test_a_bad_configuration_is_told_where_people_look(self, world: World) -> None:
        world.person.commit(
            {PATH: POST_MORTEM, "syncer.yaml": "trackers: {shop: {kind: github, repo: x}}"}
        )
        world.person.push()
        done = world.push()
        assert done.code == 3
        assert "unknown key" in done.summary
        assert annotated(done)[0].startswith("::error title=syncer::the configuration has")


class TestAPreview:
    def test_a_pull_request_gets_one_comment_that_is_kept_up_to_date(self, world: World) -> None:
        number = world.open_pull("topic", {PATH: POST_MORTEM})
        done = world.pull(number, "topic")
        assert done.code == 0, done.log
        (comment,) = world.comments(number)
        assert "Alert on queue depth" in comment
        assert "2 to file" in comment
        assert f"Plan `{done.outputs['checksum']}`" in comment
        assert comment.partition("\n")[2] == done.summary
        assert world.issues() == []

        world.person.git("checkout", "--quiet", "topic")
        world.person.commit({PATH: POST_MORTEM.replace("queue depth", "disk space")})
        world.person.git("push", "--quiet", "origin", "topic")
        world.pull(number, "topic")
        (comment,) = world.comments(number)
        assert "disk space" in comment
        assert "queue depth" not in comment

        world.person.commit({PATH: "# Nothing\n"})
        world.person.git("push", "--quiet", "origin", "topic")
        world.pull(number, "topic")
        (comment,) = world.comments(number)
        assert "nothing to do" in comment

    def test_only_its_own_documents_are_shown(self, world: World) -> None:
        world.person.commit({"pm/old.md": POST_MORTEM.replace("001", "002")})
        world.person.push()
        number = world.open_pull("topic", {PATH: POST_MORTEM.replace("queue depth", "latency")})
        done = world.pull(number, "topic")
        (comment,) = world.comments(number)
        assert "latency" in comment
        assert "pm/old.md" not in comment
        assert "Besides: 2 changes in 1 document that this pull request doesn't touch." in comment
        assert done.outputs["changes"] == "4"

    def test_where_there_is_nothing_to_say_nothing_is_said(self, world: World) -> None:
        world.person.commit(
            {PATH: POST_MORTEM.replace("Not Started", "Done").replace("In Progress", "Done")}
        )
        world.person.push()
        number = world.open_pull("topic", {"README.md": "# Our shop\n"})
        done = world.pull(number, "topic")
        assert done.code == 0
        assert world.comments(number) == []
        assert "nothing to do" in done.summary

    def test_comments_can_be_done_without(self, world: World) -> None:
        number = world.open_pull("topic", {PATH: POST_MORTEM})
        assert world.pull(number, "topic", comment="false").code == 0
        assert world.comments(number) == []

    def test_a_token_that_may_not_comment_is_told_and_fails_nothing(self, world: World) -> None:
        number = world.open_pull("topic", {PATH: POST_MORTEM})
        world.token = world.github.workflow(SHOP, issues="read", pull_requests="read")
        done = world.pull(number, "topic")
        assert done.code == 0, done.log
        assert world.comments(number) == []
        assert any("couldn't be written into a comment" in line for line in annotated(done))
        assert "Alert on queue depth" in done.summary

    def test_where_it_cannot_be_told_what_is_touched_everything_is_shown(
        self, world: World
    ) -> None:
        world.person.commit({"pm/old.md": POST_MORTEM.replace("001", "002")})
        world.person.push()
        number = world.open_pull("topic", {PATH: POST_MORTEM.replace("queue depth", "latency")})
        world.github.store.repositories[SHOP].private = True
        world.token = world.github.workflow(SHOP, issues="read", pull_requests="none")
        done = world.pull(number, "topic", comment="false")
        assert done.code == 0, done.log
        assert "4 to file" in done.summary
        assert "> the plan is that of all documents" in done.summary

    def test_problems_are_shown_at_their_lines(self, world: World) -> None:
        text = POST_MORTEM.replace("In Progress", "Done until #49")
        number = world.open_pull("topic", {PATH: text})
        done = world.pull(number, "topic")
        assert done.code == 0
        line = text.splitlines().index(next(one for one in text.splitlines() if "until" in one)) + 1
        (shown,) = [one for one in annotated(done) if one.startswith("::warning")]
        assert shown.startswith(f"::warning file={PATH},line={line},title=syncer::")

    def test_hostile_text_is_text(self, world: World) -> None:
        number = world.open_pull("topic", {PATH: HOSTILE})
        done = world.pull(number, "topic")
        assert done.code == 0, done.log
        assert all(line.startswith(("::warning file=", "::notice file=")) for line in done.commands)
        (comment,) = world.comments(number)
        for text, comments in ((comment, 1), (done.summary, 0)):
            assert text.count("<!--") - text.count("\\<!--") == comments
            assert "<img" not in text.replace("\\<img", "")
            assert "@alice" not in text
        assert done.outputs["checksum"] != "1"

    @pytest.mark.parametrize("event", ["merge_group", "release", "create"])
    def test_everything_else_is_previewed(self, world: World, event: str) -> None:
        world.person.commit({PATH: POST_MORTEM})
        world.person.push()
        world.checkout()
        done = world.runner.run(event, {"repository": REPOSITORY}, token=world.token)
        assert done.code == 0, done.log
        assert world.issues() == []
        assert "2 to file" in done.summary

    def test_a_push_to_another_branch_is_previewed(self, world: World) -> None:
        world.checkout()
        payload = {"repository": REPOSITORY}
        done = world.runner.run("push", payload, ref="refs/heads/topic", token=world.token)
        assert "dry-run: " in done.log

    def test_a_stranger_is_never_met_with_secrets_at_hand(self, world: World) -> None:
        world.checkout()
        for command in ("auto", "sync", "dry-run"):
            done = world.runner.run(
                "pull_request_target",
                {"repository": REPOSITORY},
                token=world.token,
                command=command,
            )
            assert done.code == 3
            assert "pull_request_target" in done.summary
        assert not world.github.log.exchanges


class TestAFork:
    JIRA = (
        "documents: {paths: ['pm/*.md']}\n"
        "trackers: {ops: {kind: jira, url: 'https://acme.atlassian.net', project: OPS}}\n"
    )

    def test_its_plan_is_in_the_summary_as_far_as_it_goes(self, world: World) -> None:
        world.person.commit({"syncer.yaml": self.JIRA})
        world.person.push()
        number = world.open_pull("topic", {PATH: POST_MORTEM})
        world.token = world.github.workflow(SHOP, issues="read", pull_requests="read")
        done = world.pull(number, "topic", head="mallory/shop")
        assert done.code == 0, done.log
        assert "no secrets" in done.summary
        assert "> Not asked: the tracker 'ops' has no token.\n" in done.summary
        assert "3 action items; open and without an issue: 2" in done.summary
        assert "Alert on queue depth" in done.summary
        assert world.comments(number) == []
        assert not world.github.log.writes

    def test_dependabot_is_a_stranger_too(self, world: World) -> None:
        world.person.commit({"syncer.yaml": self.JIRA})
        world.person.push()
        number = world.open_pull("topic", {"requirements.txt": "jira==3.10.5\n"})
        world.token = world.github.workflow(SHOP, issues="read", pull_requests="read")
        done = world.pull(number, "topic", actor="dependabot[bot]")
        assert done.code == 0, done.log
        assert "There is no document to be read." in done.summary
        assert world.pull(number, "topic", actor="bob").code == 3

    def test_a_repository_that_is_gone_is_nobody_s(self, world: World) -> None:
        number = world.open_pull("topic", {PATH: POST_MORTEM})
        assert world.pull(number, "topic", head=None).code == 0
        assert world.comments(number) == []

    def test_where_its_token_may_read_the_whole_plan_is_shown(self, world: World) -> None:
        number = world.open_pull("topic", {PATH: POST_MORTEM})
        world.token = world.github.workflow(SHOP, issues="read", pull_requests="read")
        done = world.pull(number, "topic", head="mallory/shop")
        assert done.code == 0
        assert "2 to file" in done.summary
        assert world.comments(number) == []


class TestInputs:
    def test_text_in_them_is_text(self, world: World) -> None:
        name = 'pm/it\'s "a" $(touch pwned) `id`.md'
        world.person.commit({name: POST_MORTEM, "pm/2.md": POST_MORTEM.replace("001", "002")})
        world.person.push()
        done = world.push(paths=f"\n  {name}\n\n", command="dry-run")
        assert done.code == 0, done.log
        assert "2 to file" in done.summary
        assert not (world.runner.workspace / "pwned").exists()

    def test_the_configuration_may_be_elsewhere(self, world: World) -> None:
        text = CONFIGURATION.replace("documents: {", "documents: {root: .., ")
        world.person.commit({PATH: POST_MORTEM, "ops/my syncer.yaml": text, "syncer.yaml": None})
        world.person.push()
        assert world.push(config="ops/my syncer.yaml").code == 0
        assert "[#1]" in world.on_main()

    def test_delivery_counts_more_than_the_configuration(self, world: World) -> None:
        world.person.commit(
            {PATH: POST_MORTEM, "syncer.yaml": CONFIGURATION + "delivery: {mode: commit}\n"}
        )
        world.person.push()
        head = world.there.head("main")
        assert world.push(delivery="files").code == 0
        assert world.there.head("main") == head
        assert "[#1]" in (world.runner.workspace / PATH).read_text()

    def test_what_is_wrong_with_them_is_told_as_text(self, world: World) -> None:
        done = world.push(paths="pm/##[add-mask]a.md")
        assert done.code == 3
        (line,) = done.commands
        assert line.startswith("::error title=syncer::")

    @pytest.mark.parametrize(
        "inputs", [{"command": "syncc"}, {"delivery": "mail"}, {"comment": "$(true)"}]
    )
    def test_what_they_may_not_be_is_told(self, world: World, inputs: dict[str, str]) -> None:
        done = world.push(**inputs)
        assert done.code == 3
        assert f"the input `{next(iter(inputs))}` is" in done.log


def test_from_a_merge_to_an_issue_and_back(world: World) -> None:
    """A pull request adds a post-mortem; it is merged; its issue is closed; the row says so."""
    number = world.open_pull("outage", {PATH: POST_MORTEM})
    assert world.pull(number, "outage").code == 0
    assert "2 to file" in world.comments(number)[0]
    merge(world, "outage")
    assert world.push().code == 0
    assert world.issues() == ["Alert on queue depth", "Write failover runbook"]
    assert "| Not Started | [#2] |" in world.on_main()
    assert world.push().outputs["changes"] == "0", "its own commit makes a run that does nothing"
    with world.github.store.lock:
        home, bob = world.github.store.repositories[SHOP], world.github.store.add_user("bob")
        changing.change_issue(
            world.github.store, home, bob, 2, {"state": "closed", "state_reason": "completed"}
        )
    world.checkout()
    done = world.runner.run("schedule", {"schedule": "17 * * * *"}, token=world.token)
    assert done.code == 0
    assert "1 written back" in done.summary
    assert "| Done | [#2] |" in world.on_main()
    assert world.issues() == ["Alert on queue depth", "Write failover runbook"]
    assert len(world.comments(number)) == 1
