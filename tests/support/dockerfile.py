"""Reads a Dockerfile and a .dockerignore, as far as this project's own go."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Instruction", "Stage", "ignored", "stages"]


@dataclass(frozen=True)
class Instruction:
    """One instruction.

    Attributes:
        name: In capitals, such as ``RUN``.
        value: What follows, on one line.
    """

    name: str
    value: str

    @property
    def words(self) -> list[str]:
        """What follows, word by word, whether it is written as JSON or not."""
        if self.value.startswith("["):
            words: list[str] = json.loads(self.value)
            return words
        return shlex.split(self.value)

    @property
    def pairs(self) -> dict[str, str]:
        """What ``ENV``, ``LABEL`` and ``ARG`` set; empty for what has no value."""
        split = (word.partition("=") for word in self.words)
        return {name: value for name, _, value in split}

    @property
    def option(self) -> str:
        """The value of ``--from``; empty if there is none."""
        found = re.match(r"--from=(\S+)", self.value)
        return found[1] if found else ""

    @property
    def arguments(self) -> list[str]:
        """The words that are no options."""
        return [word for word in self.words if not word.startswith("--")]


@dataclass(frozen=True)
class Stage:
    """One stage of a build.

    Attributes:
        base: The image or the stage that it begins with.
        name: How others call it; empty if they don't.
        instructions: Its instructions.
    """

    base: str
    name: str
    instructions: tuple[Instruction, ...]

    def all(self, name: str) -> list[Instruction]:
        """The instructions of a kind, in their order."""
        return [each for each in self.instructions if each.name == name]

    def last(self, name: str) -> Instruction:
        """The one that counts where each replaces the one before.

        Raises:
            IndexError: There is none.
        """
        return self.all(name)[-1]

    @property
    def environment(self) -> dict[str, str]:
        """What its ``ENV`` set; references to what was set before are left as they are."""
        return {name: value for each in self.all("ENV") for name, value in each.pairs.items()}


def stages(text: str) -> list[Stage]:
    """The stages of a Dockerfile, the last of which is the image."""
    found: list[Stage] = []
    for each in _instructions(text):
        if each.name == "FROM":
            words = each.words
            name = words[2] if len(words) == 3 and words[1].upper() == "AS" else ""
            found.append(Stage(words[0], name, ()))
        else:
            last = found[-1]
            found[-1] = Stage(last.base, last.name, (*last.instructions, each))
    return found


def _instructions(text: str) -> Iterable[Instruction]:
    lines = [
        line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")
    ]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    for line in joined.splitlines():
        name, _, value = line.strip().partition(" ")
        yield Instruction(name.upper(), value.strip())


def ignored(path: str, patterns: str) -> bool:
    """Whether a ``.dockerignore`` keeps a file out of a build; the last pattern that matches counts.

    Args:
        path: The file's path beneath the context.
        patterns: What the ``.dockerignore`` says.
    """
    answer = False
    for line in patterns.splitlines():
        pattern = line.strip()
        if not pattern or pattern.startswith("#"):
            continue
        negated = pattern.startswith("!")
        expression = _expression(pattern.removeprefix("!").strip("/"))
        around = [PurePosixPath(path), *PurePosixPath(path).parents][:-1]
        if any(expression.fullmatch(str(folder)) for folder in around):
            answer = not negated
    return answer


def _expression(pattern: str) -> re.Pattern[str]:
    parts = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    split = re.split(r"(\*\*/|\*\*|\*|\?|\[[^]]+\])", pattern)
    return re.compile(
        "".join(
            parts.get(part) or (part if part.startswith("[") else re.escape(part)) for part in split
        )
    )
