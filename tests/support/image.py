"""Builds the image as far as that goes without an engine: the builder's steps, in a folder instead of a root.

What ``RUN`` and ``COPY`` of the stage called ``builder`` say is done by this machine's own Python. An absolute path
such as ``/opt/syncer`` is taken to be beneath the folder. The stage that is shipped is not built: it installs packages
of the base's distribution.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support import dockerfile

__all__ = ["build"]

REPOSITORY = Path(__file__).resolve().parents[2]
_ABSOLUTE = re.compile(r"(?<![\w./~-])/(?=[a-z])")


def build(root: Path) -> Path:
    """Do the builder's steps.

    Args:
        root: The folder that stands for ``/``; it must not exist.

    Returns:
        The folder that the image gets from the builder.
    """
    stages = {
        stage.name: stage for stage in dockerfile.stages((REPOSITORY / "Dockerfile").read_text())
    }
    root.mkdir(parents=True)
    working = root
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    for step in stages["builder"].instructions:
        match step.name:
            case "ENV":
                environment |= step.pairs
            case "WORKDIR":
                working = _beneath(root, step.value)
                working.mkdir(parents=True, exist_ok=True)
            case "COPY":
                _copy(step.arguments, working)
            case "RUN":
                command = _ABSOLUTE.sub(f"{root}/", step.value)
                subprocess.run(
                    ["/bin/sh", "-ec", command], cwd=working, env=environment, check=True
                )
            case other:
                raise ValueError(f"{other}: this instruction isn't known here")
    (shipped,) = stages[""].all("COPY")
    source, target = shipped.arguments
    if source != target:  # a virtual environment works where it was made, and nowhere else
        raise ValueError(f"{source} is shipped as {target}")
    return _beneath(root, source)


def _beneath(root: Path, path: str) -> Path:
    return root / path.removeprefix("/")


def _copy(arguments: list[str], working: Path) -> None:
    *sources, target = arguments
    patterns = (REPOSITORY / ".dockerignore").read_text()
    for source in sources:
        origin = REPOSITORY / source
        files = (
            [origin] if origin.is_file() else [each for each in origin.rglob("*") if each.is_file()]
        )
        for file in files:
            path = file.relative_to(REPOSITORY).as_posix()
            if dockerfile.ignored(path, patterns):
                continue
            # A file goes into the folder that is named, and of a folder what is in it.
            inside = file.name if origin.is_file() else file.relative_to(origin)
            copy = working / target / inside
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, copy)


if __name__ == "__main__":
    sys.stdout.write(f"{build(Path(sys.argv[1]).resolve())}\n")
