"""The program as a person starts it: a process of its own, in a folder, with an environment that is known."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["POST_MORTEM", "Program"]

REPOSITORY = Path(__file__).resolve().parents[2]

POST_MORTEM = """\
# Checkout timed out

**Incident ID:** INC-2025-11-03-001
**Date:** 2025-11-03

## Action Items

| Action | Owner | Due Date | Status |
|--------|-------|----------|--------|
| Alert on queue depth | @alice | 2025-12-01 | Not Started |
| Write failover runbook | @bob | 2025-12-15 | In Progress |
| Roll back | @bob | 2025-11-03 | Done |
"""


@dataclass(frozen=True)
class Program:
    """Starts syncer in a folder.

    Attributes:
        folder: The working directory.
        variables: Environment variables besides the few that any process needs.
    """

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        process = self.start(*arguments)
        out, err = process.communicate()
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command, and don't wait for it."""
        return subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "syncer", *arguments],
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY), **self.variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def write(self, path: str, text: str) -> Path:
        """Write a file, its folders with it, byte for byte."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
        return file

    def read(self, path: str) -> str:
        """A file's text, byte for byte."""
        return (self.folder / path).read_bytes().decode()

    def issues(self) -> list[dict[str, Any]]:
        """All issues of the embedded tracker."""
        done = self("issues", "list", "--all", "--json")
        assert done.returncode == 0, done.stderr
        found: list[dict[str, Any]] = json.loads(done.stdout)["issues"]
        return found

    def snapshot(self) -> dict[str, bytes]:
        """Every file beneath the folder."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }
