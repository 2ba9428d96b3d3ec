"""What GitHub tells a step of a workflow: why it runs, for whom, and where its results go.

The names are those of GitHub's documentation, “Variables” and “Events that trigger workflows”. With the inputs of
``action.yml``, which come as ``INPUT_…``, this is all that the Action reads of its environment.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, cast, get_args
from urllib.parse import quote

from pydantic import SecretStr

from syncer.errors import ConfigurationError
from syncer.settings import load_settings
from syncer.settings.keys import Delivery

if TYPE_CHECKING:
    from collections.abc import Mapping

    from syncer.settings import Settings

Command = Literal["auto", "sync", "dry-run"]

_BOT: Final = "github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>"
"""Who commits in a workflow unless somebody else is configured: GitHub's own account for that."""

_ELSEWHERE: Final = {"token", "remote", "repository", "url"}
"""Keys of delivery that may say that it goes where a workflow's own token isn't for."""

_HEADS: Final = "refs/heads/"
_MAX_EVENT: Final = 30_000_000
_DEPENDABOT: Final = "dependabot[bot]"
_TRUTH: Final = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class PullRequest:
    """The pull request that a workflow runs for.

    Attributes:
        number: Its number.
        is_fork: Whether it comes from another repository, or from one that is gone.
        by_dependabot: Whether Dependabot has started the workflow.
    """

    number: int
    is_fork: bool
    by_dependabot: bool = False

    @property
    def has_secrets(self) -> bool:
        """Whether the repository's secrets are here.

        To GitHub, Dependabot is a stranger, too (“Troubleshooting Dependabot on GitHub Actions”).
        """
        return not self.is_fork and not self.by_dependabot


@dataclass(frozen=True, slots=True)
class Inputs:
    """The Action's inputs.

    Attributes:
        command: What to do.
        config: The configuration file, relative to the workspace; ``None`` for the one that is found.
        paths: Files and folders to look at; all if there are none.
        delivery: How changed documents are delivered; empty for what the configuration says.
        comment: Whether a pull request gets a comment.
    """

    command: Command = "auto"
    config: Path | None = None
    paths: tuple[Path, ...] = ()
    delivery: str = ""
    comment: bool = True


@dataclass(frozen=True, slots=True)
class Workflow:
    """Why and for whom a step runs.

    Attributes:
        event: Name of the event: ``push``.
        repository: ``owner/name``.
        ref: What was checked out: ``refs/heads/main``.
        default_branch: The repository's default branch; empty if the event doesn't say.
        server: The address of GitHub's pages.
        run: Address of the page of this run; empty if it can't be told.
        workspace: Where the repository is checked out; a real path.
        scratch: A folder for files that a later step may want.
        output: The file that takes outputs; ``None`` if nobody wants any.
        summary: The file that takes the job's summary, likewise.
        pull_request: The pull request; ``None`` if it is about none.
        inputs: The inputs.
    """

    event: str
    repository: str
    ref: str
    default_branch: str
    server: str
    run: str
    workspace: Path
    scratch: Path
    output: Path | None = None
    summary: Path | None = None
    pull_request: PullRequest | None = None
    inputs: Inputs = field(default_factory=Inputs)

    @property
    def branch(self) -> str:
        """The branch that was checked out; empty for a tag, and for the merge of a pull request."""
        return self.ref.removeprefix(_HEADS) if self.ref.startswith(_HEADS) else ""

    def prefix(self, folder: Path) -> str:
        """Where in the repository a folder is: empty for its top, else with a slash at the end.

        The repository may be checked out in a folder of the workspace.
        """
        around = (one for one in (folder, *folder.parents) if (one / ".git").exists())
        top = next(around, self.workspace)
        if not folder.is_relative_to(top) or folder == top:
            return ""
        return f"{folder.relative_to(top).as_posix()}/"


def load_workflow(environment: Mapping[str, str] | None = None) -> Workflow:
    """What GitHub tells this step.

    Args:
        environment: The environment, unless it is the process's own.

    Raises:
        ConfigurationError: This is no workflow, or one of the inputs is no good.
    """
    environment = os.environ if environment is None else environment
    event = environment.get("GITHUB_EVENT_NAME", "")
    if not event:
        raise ConfigurationError(
            "this is no workflow of GitHub: GITHUB_EVENT_NAME is not set",
            remedy="Use `syncer dry-run` or `syncer sync`; `syncer action` is what the GitHub Action runs.",
        )
    payload = _payload(environment.get("GITHUB_EVENT_PATH", ""))
    server = environment.get("GITHUB_SERVER_URL", "").rstrip("/")
    repository = environment.get("GITHUB_REPOSITORY", "")
    number = environment.get("GITHUB_RUN_ID", "")
    return Workflow(
        event=event,
        repository=repository,
        ref=environment.get("GITHUB_REF", ""),
        default_branch=_text(payload, "repository", "default_branch"),
        server=server,
        run=f"{server}/{repository}/actions/runs/{number}" if server and number else "",
        workspace=Path(environment.get("GITHUB_WORKSPACE") or Path.cwd()).resolve(),
        scratch=Path(environment.get("RUNNER_TEMP") or Path.cwd()),
        output=_file(environment, "GITHUB_OUTPUT"),
        summary=_file(environment, "GITHUB_STEP_SUMMARY"),
        pull_request=_pull_request(payload, environment.get("GITHUB_ACTOR", "")),
        inputs=_inputs(environment),
    )


def settings_in(workflow: Workflow) -> Settings:
    """The configuration, with what is otherwise in a workflow unless it says so.

    Of delivery: the input counts more; where nothing is said, documents are committed, on the branch that the
    workflow runs for, with the token that the step was given, by GitHub's account for workflows. And issues link to
    their documents.

    Raises:
        ConfigurationError: Something is wrong with it.
    """
    inputs = workflow.inputs
    settings = load_settings(config=inputs.config, arguments=inputs.paths)
    keys = settings.keys
    said = keys.delivery.model_fields_set
    changes: dict[str, Any] = {}
    if inputs.delivery:
        changes["mode"] = inputs.delivery
        settings.origins.note(("delivery", "mode"), inputs.delivery, "the input `delivery`")
    elif "mode" not in said:
        changes["mode"] = "commit"
    if "branch" not in said and workflow.branch:
        changes["branch"] = workflow.branch
    token = settings.github_environment.get("GITHUB_TOKEN", "")
    if token and not said & _ELSEWHERE:
        changes["token"] = SecretStr(token)
    if "author" not in said:
        changes["author"] = _BOT
    update: dict[str, Any] = {"delivery": keys.delivery.model_copy(update=changes)}
    if not keys.documents.link:
        prefix = quote(workflow.prefix(settings.root))
        link = f"{workflow.server}/{workflow.repository}/blob/{{revision}}/{prefix}"
        update["documents"] = keys.documents.model_copy(update={"link": link})
    return replace(settings, keys=keys.model_copy(update=update))


def _inputs(environment: Mapping[str, str]) -> Inputs:
    def given(name: str) -> str:
        return environment.get(f"INPUT_{name.upper()}", "").strip()

    command = given("command") or "auto"
    known = get_args(Command)
    if command not in known:
        raise _bad("command", command, f"one of {', '.join(known)}")
    delivery, modes = given("delivery"), get_args(Delivery.model_fields["mode"].annotation)
    if delivery and delivery not in modes:
        raise _bad("delivery", delivery, f"one of {', '.join(modes)}, or nothing")
    comment = given("comment").lower() or "true"
    if comment not in _TRUTH:
        raise _bad("comment", comment, "true or false")
    paths = [line.strip() for line in environment.get("INPUT_PATHS", "").splitlines()]
    return Inputs(
        command=cast("Command", command),
        config=Path(given("config")) if given("config") else None,
        paths=tuple(Path(path) for path in paths if path),
        delivery=delivery,
        comment=_TRUTH[comment],
    )


def _bad(name: str, value: str, wanted: str) -> ConfigurationError:
    return ConfigurationError(
        f"the input `{name}` is {value!r}", remedy=f"In the workflow, give it {wanted}."
    )


def _payload(path: str) -> dict[str, Any]:
    """What GitHub says about the event."""
    if not path:
        return {}
    try:
        with Path(path).open("rb") as file:
            found = json.loads(file.read(_MAX_EVENT))
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigurationError(
            f"what GitHub says about the event can't be read: {path}",
            remedy="Run the workflow again; GITHUB_EVENT_PATH names a file that GitHub's runner writes.",
        ) from error
    return found if isinstance(found, dict) else {}


def _pull_request(payload: Mapping[str, Any], actor: str) -> PullRequest | None:
    number = payload.get("pull_request", {}).get("number") if _has(payload, "pull_request") else 0
    if not isinstance(number, int) or number < 1:
        return None
    # The repository of a branch may be deleted while its pull request is open: then it is nobody's.
    head = _text(payload, "pull_request", "head", "repo", "full_name")
    base = _text(payload, "pull_request", "base", "repo", "full_name")
    is_fork = not head or head.lower() != base.lower()
    return PullRequest(number, is_fork, by_dependabot=actor == _DEPENDABOT)


def _has(payload: Mapping[str, Any], key: str) -> bool:
    return isinstance(payload.get(key), dict)


def _text(payload: Any, *keys: str) -> str:
    """A text somewhere in a payload; empty if there is none."""
    for key in keys:
        payload = payload.get(key) if isinstance(payload, dict) else None
    return payload if isinstance(payload, str) else ""


def _file(environment: Mapping[str, str], name: str) -> Path | None:
    return Path(environment[name]) if environment.get(name) else None
