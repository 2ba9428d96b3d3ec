"""The stories that the README and other pages tell, run for real.

A page's blocks say by a marker on the line before them what they are:

- ``<!-- first-command -->`` and ``<!-- run -->``: commands, which are run one after the other;
- ``<!-- edit PATH -->``: a diff, which is applied to a document;
- ``<!-- output -->``: what the commands before it print. A line ``…`` stands for any number of lines.

``<!-- happens: @alice closes #1 -->`` stands by itself: somebody does that meanwhile. ``<!-- scene NAME -->`` says what
there is besides a folder, see ``scenes``.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from docs.generating.examples import put_examples
from docs.generating.scenes import SCENES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from docs.generating.scenes import Scene

COLUMNS: Final = 100
"""How wide the terminal is: as wide as a block of code on a web page."""

_STEP: Final = re.compile(
    r"^<!-- (?P<kind>first-command|run|edit|output)(?: (?P<path>\S+))? -->\n```\w*\n(?P<text>.*?)^```$"
    r"|^<!-- happens: (?P<event>.+?) -->$",
    re.MULTILINE | re.DOTALL,
)
_SCENE: Final = re.compile(r"^<!-- scene (\w+) -->$", re.MULTILINE)
_LEFT_OUT: Final = "…"
_LATE: Final = re.compile(r"(?<=\d{4}-\d\d-\d\d)( late)|(?: \(|, \d+ )late\)?")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC")


class ExcerptError(Exception):
    """An excerpt of what commands print isn't one; says what they print."""


@dataclass(frozen=True, slots=True)
class Step:
    """A block of the story.

    Attributes:
        kind: What it is: ``first-command``, ``run``, ``edit``, ``output`` or ``happens``.
        path: The document that an edit changes, from the repository's root.
        text: What stands in the block.
        start: Where that begins in the page.
    """

    kind: str
    path: str
    text: str
    start: int


def steps(page: str) -> list[Step]:
    """The blocks of a page that belong to its story, in order."""
    return [
        Step("happens", "", match["event"], match.start("event"))
        if match["event"]
        else Step(match["kind"], match["path"] or "", match["text"], match.start("text"))
        for match in _STEP.finditer(page)
    ]


def scene_of(page: str) -> AbstractContextManager[Scene]:
    """What stands behind a page's story."""
    named = _SCENE.search(page)
    return SCENES[named[1] if named else "nothing"]()


def told(page: str, root: Path) -> list[str]:
    """What the commands before each output block print.

    They are run in a copy of the examples, in a terminal that is ``COLUMNS`` wide.

    Args:
        page: The page.
        root: The repository.

    Raises:
        subprocess.CalledProcessError: A command failed.
    """
    printed = ""
    outputs = []
    with tempfile.TemporaryDirectory() as scratch, scene_of(page) as scene:
        shell = Shell(Path(scratch).resolve(), root, scene)
        for step in steps(page):
            if step.kind == "output":
                outputs.append(printed)
                printed = ""
            elif step.kind == "edit":
                shell.edit(step.path, step.text)
            elif step.kind == "happens":
                scene.happens(step.text)
            else:
                # The first command makes an environment before it comes to the point; here there is one.
                printed += shell.run(
                    step.text.rpartition("&& ")[2] if step.kind == "first-command" else step.text
                )
    return outputs


def retold(page: str, outputs: Sequence[str]) -> str:
    """A page with its output blocks brought up to date.

    Args:
        page: The page.
        outputs: What the commands before each output block print.

    Raises:
        ExcerptError: A block that leaves lines out is no excerpt of what they print.
    """
    found = [step for step in steps(page) if step.kind == "output"]
    for step, printed in reversed(list(zip(found, outputs, strict=True))):
        if shows(step.text, printed):
            continue
        if _LEFT_OUT in step.text.split("\n"):
            raise ExcerptError(f"the page shows\n\n{step.text}\nof what is really\n\n{printed}")
        page = page[: step.start] + printed + page[step.start + len(step.text) :]
    return page


def shows(block: str, printed: str) -> bool:
    """Whether a block is what is printed, but for what depends on the day, and for lines that it leaves out."""
    pattern = ""
    for line in timeless(block).splitlines():
        pattern += r"(?:.*\n)*?" if line == _LEFT_OUT else re.escape(line) + r"\n"
    return re.fullmatch(pattern, timeless(printed)) is not None


def timeless(text: str) -> str:
    """A text without what is another one tomorrow: moments, and which issues are late."""
    # In a table what stands to the right of it keeps its place.
    punctual = _LATE.sub(lambda match: " " * len(match[1] or ""), text)
    return "".join(line.rstrip() + "\n" for line in _MOMENT.sub("(then)", punctual).splitlines())


class Shell:
    """A terminal in a folder with a copy of the examples, under version control, and nothing else.

    Args:
        folder: An empty folder.
        root: The repository.
        scene: What there is besides.
    """

    def __init__(self, folder: Path, root: Path, scene: Scene) -> None:
        self._folder = folder
        self._scene = scene
        self._working = folder
        home = folder / ".venv"
        (home / "bin").mkdir(parents=True)
        program = home / "bin/syncer"
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m syncer "$@"\n', encoding="utf-8")
        program.chmod(0o755)
        (home / "bin/activate").touch()
        self._environment = {
            "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(root),
            "HOME": str(home),
            "LC_ALL": "C.UTF-8",
            "TERM": "dumb",
            "NO_COLOR": "1",
            "COLUMNS": str(COLUMNS),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_PAGER": "cat",
        }
        put_examples(root, folder)
        identity = "-c user.name=Somebody -c user.email=somebody@example.com"
        self.run(f"git init -q\ngit add examples\ngit {identity} commit -qm Examples\n")

    def run(self, commands: str) -> str:
        """Run commands; returns what they print. Where they go to, the next ones are.

        Raises:
            subprocess.CalledProcessError: One failed, or complained.
        """
        place = self._folder / ".venv/place"
        script = f'{commands}\npwd > "{place}"\n'
        terminal, inner = os.openpty()
        with subprocess.Popen(  # noqa: S603 - what the README tells people to type
            ["sh", "-eu", "-c", script],  # noqa: S607
            cwd=self._working,
            env=self._environment | dict(self._scene.environment),
            stdin=subprocess.DEVNULL,
            stdout=inner,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            os.close(inner)
            printed = _read(terminal)
            _, complaint = process.communicate()
        if process.returncode or (complaint and not self._scene.real):
            raise subprocess.CalledProcessError(process.returncode, script, printed, complaint)
        self._working = Path(place.read_text(encoding="utf-8").strip())
        # What takes long is announced beside the output, before anything of it is done.
        shown = complaint + printed
        for address, real in self._scene.real.items():
            shown = shown.replace(address, real)
        return shown

    def edit(self, path: str, diff: str) -> None:
        """Apply a diff of lines that follow each other to a document: ``-`` goes, ``+`` comes, a blank stays."""
        lines = diff.splitlines(keepends=True)
        old = "".join(line[1:] for line in lines if line[0] in "- ")
        new = "".join(line[1:] for line in lines if line[0] in "+ ")
        file = self._folder / path
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{path} has no line {old}"  # noqa: S101 - the story would go wrong
        file.write_text(text.replace(old, new), encoding="utf-8")

    def read(self, path: str) -> str:
        """A document's text."""
        return (self._folder / path).read_text(encoding="utf-8")


def _read(terminal: int) -> str:
    """All that is printed to a terminal until nobody holds it open any more."""
    pieces = []
    with os.fdopen(terminal, "rb", buffering=0) as stream:
        while True:
            try:
                piece = stream.read(65536)
            except OSError:  # on Linux, the end
                break
            if not piece:
                break
            pieces.append(piece)
    return b"".join(pieces).decode().replace("\r\n", "\n")
