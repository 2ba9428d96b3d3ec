"""A package of somebody else's, installed: its modules and its metadata in a folder that is put on the path."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

PAGE: Final = Path(__file__).parents[2] / "docs" / "writing-a-tracker.md"

_FILE: Final = re.compile(
    r"^```(?:python|toml|yaml)\n# (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL
)


def files_of_the_page() -> dict[str, str]:
    """The files that docs/writing-a-tracker.md shows, by name."""
    return {match[1]: match[2] for match in _FILE.finditer(PAGE.read_text("utf-8"))}


def install(folder: Path, files: Mapping[str, str]) -> None:
    """Put a package into a folder as an installer does.

    Args:
        folder: Where to.
        files: Its files by name, the pyproject.toml among them.
    """
    about = tomllib.loads(files["pyproject.toml"])["project"]
    name = f"{about['name'].replace('-', '_')}-{about['version']}.dist-info"
    (folder / name).mkdir(parents=True)
    (folder / name / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {about['name']}\nVersion: {about['version']}\n", "utf-8"
    )
    (folder / name / "entry_points.txt").write_text(
        "".join(
            f"[{group}]\n" + "".join(f"{kind} = {value}\n" for kind, value in points.items())
            for group, points in about["entry-points"].items()
        ),
        "utf-8",
    )
    for file, text in files.items():
        if file.endswith(".py"):
            (folder / file).write_text(text, "utf-8")
