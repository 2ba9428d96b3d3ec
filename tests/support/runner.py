"""GitHub's runner, as far as a composite action notices it: steps, expressions, variables, files for results.

What it can't do, it refuses, so that no test passes because a part of ``action.yml`` was left out.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from tests.support.repositories import VARIABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ACTION", "Done", "Runner", "script"]

REPOSITORY = Path(__file__).resolve().parents[2]
ACTION = yaml.safe_load((REPOSITORY / "action.yml").read_text(encoding="utf-8"))
_EXPRESSION = re.compile(r"\$\{\{ *([a-z_.-]+) *\}\}")

_PYTHON = """\
#!/bin/sh
# Stands for the Python of the runner: makes an environment whose pip writes down what it is to install.
[ "$1" = -I ] || exit 64
if [ "$2" != -m ]; then exec "{python}" "$@"; fi
[ "$2 $3 $4" = "-m venv --clear" ] || exit 64
mkdir -p "$5/bin"
printf '#!/bin/sh\\nprintf "%%s\\\\n" "$*" >> "{log}"\\n' > "$5/bin/python"
printf '#!/bin/sh\\nPYTHONPATH="{repository}" exec "{python}" -P -W error -m syncer "$@"\\n' > "$5/bin/syncer"
chmod +x "$5/bin/python" "$5/bin/syncer"
"""


def script(name: str) -> str:
    """The script of a step."""
    (found,) = (step["run"] for step in ACTION["runs"]["steps"] if step["name"] == name)
    return str(found)


@dataclass(frozen=True)
class Done:
    """What became of a run of the action.

    Attributes:
        code: With what its last step ended.
        log: What its steps printed, both streams.
        outputs: The action's outputs.
        summary: What was added to the job's summary.
        installed: What pip was told, line by line.
    """

    code: int
    log: str
    outputs: dict[str, str]
    summary: str
    installed: list[str]

    @property
    def commands(self) -> list[str]:
        """The workflow commands that the runner takes for such."""
        found, token = [], ""
        for line in self.log.splitlines():
            if token:
                if line.strip() == f"::{token}::":
                    token = ""
            elif line.startswith("::stop-commands::"):
                token = line.removeprefix("::stop-commands::")
            elif line.lstrip().startswith("::") or "##[" in line:  # the older form, anywhere
                found.append(line)
        assert not token, "commands were stopped for good"
        return found


@dataclass
class Runner:
    """A machine that runs workflows of one repository.

    Attributes:
        workspace: Where the repository is checked out.
        temp: The runner's folder for temporary files.
        variables: What is in the environment besides.
    """

    workspace: Path
    temp: Path
    variables: dict[str, str] = field(default_factory=dict)
    _runs: int = 0

    def run(
        self,
        event: str,
        payload: Mapping[str, Any],
        *,
        ref: str = "refs/heads/main",
        token: str = "",
        actor: str = "",
        **given: str,
    ) -> Done:
        """Run the action as a step of a job that an event has started.

        Args:
            event: The event's name.
            payload: What GitHub says about it.
            ref: What is checked out.
            token: The job's token.
            actor: Who has started it.
            given: The inputs that the workflow gives.
        """
        self._runs += 1
        folder = self.temp / str(self._runs)
        folder.mkdir(parents=True)
        files = {name: folder / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        (folder / "event.json").write_text(json.dumps(payload), encoding="utf-8")
        for file in files.values():
            file.touch()
        shims = folder / "shims"
        shims.mkdir()
        log = folder / "installed"
        log.touch()
        python = _PYTHON.format(python=sys.executable, log=log, repository=REPOSITORY)
        (shims / "python3").write_text(python, encoding="utf-8")
        (shims / "python3").chmod(0o755)
        environment = {
            **VARIABLES,
            "PATH": f"{shims}{os.pathsep}{os.environ['PATH']}",
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(REPOSITORY),
            "GITHUB_ACTOR": actor,
            "GITHUB_EVENT_NAME": event,
            "GITHUB_EVENT_PATH": str(folder / "event.json"),
            "GITHUB_REF": ref,
            "GITHUB_REPOSITORY": "acme/shop",
            "GITHUB_RUN_ID": str(self._runs),
            "GITHUB_WORKSPACE": str(self.workspace),
            "RUNNER_TEMP": str(folder),
            **{name: str(file) for name, file in files.items()},
            **self.variables,
        }
        known = {f"inputs.{name}": about["default"] for name, about in ACTION["inputs"].items()}
        for name, value in given.items():
            assert f"inputs.{name}" in known
            known[f"inputs.{name}"] = value
        known["github.token"] = token
        known = {name: _filled(value, known) for name, value in known.items()}
        code, said = 0, ""
        for step in ACTION["runs"]["steps"]:
            assert set(step) <= {"name", "id", "shell", "env", "run"}
            assert step["shell"] == "bash"
            assert "${{" not in step["run"], "what people write is no part of a script"
            env = {name: _filled(value, known) for name, value in step.get("env", {}).items()}
            done = subprocess.run(
                ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]],
                cwd=self.workspace,
                env=environment | env,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
            # The runner reads both streams, each by itself, and may come to this one first.
            code, said = done.returncode, said + done.stderr + done.stdout
            if "id" in step:
                outputs = _outputs(files["GITHUB_OUTPUT"].read_text(encoding="utf-8"))
                known |= {f"steps.{step['id']}.outputs.{n}": value for n, value in outputs.items()}
            if code:
                break
        return Done(
            code,
            said,
            {
                name: _filled(about["value"], known, missing="")
                for name, about in ACTION["outputs"].items()
            },
            files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8"),
            log.read_text(encoding="utf-8").splitlines(),
        )


def _filled(text: str, known: Mapping[str, str], *, missing: str | None = None) -> str:
    """A text with its expressions evaluated."""

    def value(match: re.Match[str]) -> str:
        if match[1] not in known and missing is not None:
            return missing
        return known[match[1]]

    filled = _EXPRESSION.sub(value, text)
    assert "${{" not in text or _EXPRESSION.search(text), f"an expression that isn't known: {text}"
    return filled


def _outputs(text: str) -> dict[str, str]:
    """What a step has written into the file for its outputs."""
    found, lines = {}, iter(text.splitlines())
    for line in lines:
        name, separator, end = line.partition("<<")
        assert separator, line
        value = []
        for part in lines:
            if part == end:
                break
            value.append(part)
        found[name] = "\n".join(value)
    return found


if __name__ == "__main__":
    # For the gate, which runs the step that installs, with a real pip.
    sys.stdout.write(script(sys.argv[1]))
