"""The examples as they come with the repository, whatever somebody has tried on them since."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def put_examples(root: Path, folder: Path) -> None:
    """Put the examples into a folder.

    The first thing that people are told to do is to sync them, which changes them. So they are taken as they are staged
    in Git; outside a clone there is nothing else than the files that there are.

    Args:
        root: The repository.
        folder: Where ``examples`` will be.

    Raises:
        subprocess.CalledProcessError: Git couldn't do it.
    """
    if not (root / ".git").exists():
        shutil.copytree(root / "examples", folder / "examples", ignore=lambda *_: {".syncer"})
        return
    listed = subprocess.run(  # noqa: S603 - nothing of it comes from elsewhere
        ["git", "-C", root, "ls-files", "-z", "examples"],  # noqa: S607
        check=True,
        capture_output=True,
    )
    subprocess.run(  # noqa: S603 - nothing of it comes from elsewhere
        ["git", "-C", root, "checkout-index", "-z", "--stdin", f"--prefix={folder.resolve()}/"],  # noqa: S607
        check=True,
        input=listed.stdout,
    )
