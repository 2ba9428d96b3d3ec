"""What a release must be, before anything of it is published. ``.github/workflows/release.yml`` is who asks.

python -m tools.release check v1.4.0     # prints what the later steps need, as name=value
python -m tools.release notes v1.4.0     # prints what the changelog says of it
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from packaging.version import InvalidVersion, Version

from syncer import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ROOT: Final = Path(__file__).resolve().parents[1]
_HEADING: Final = re.compile(
    r"^## \[(?P<name>[^]]+)\](?: - (?P<day>\d{4}-\d{2}-\d{2}))?$", re.MULTILINE
)
_LINK: Final = re.compile(r"^\[[^]]+\]: ", re.MULTILINE)


class NotReadyError(Exception):
    """Why a tag can't be released."""


@dataclass(frozen=True, slots=True)
class Release:
    """What is released, and what else it moves.

    Attributes:
        version: Its version, as the package has it.
        prerelease: Whether it is one that nobody gets without asking for it.
        major: The tag that people use in workflows, such as ``v1``.
        moves_major: Whether that tag is moved to it: it is the newest of that major version.
        latest: Whether it is the newest of all.
    """

    version: str
    prerelease: bool
    major: str
    moves_major: bool
    latest: bool

    def outputs(self) -> str:
        """One ``name=value`` a line, as a workflow takes it."""
        flags = {
            "prerelease": self.prerelease,
            "moves-major": self.moves_major,
            "latest": self.latest,
        }
        texts = {"version": self.version, "major": self.major}
        texts |= {name: str(flag).lower() for name, flag in flags.items()}
        return "".join(f"{name}={text}\n" for name, text in texts.items())


def release(tag: str, version: str, tags: Iterable[str]) -> Release:
    """What a tag would release.

    Args:
        tag: The tag.
        version: The version that the package says it has.
        tags: All tags of the repository; those that are no version don't count.

    Raises:
        NotReadyError: The tag isn't that of the package's version.
    """
    if tag != f"v{version}":
        raise NotReadyError(
            f"the tag is {tag}, and syncer.__version__ is {version}: it should be v{version}"
        )
    this = Version(version)
    finals = [each for each in map(_version, tags) if each and not each.is_prerelease]
    newer = [each for each in finals if each > this]
    return Release(
        version=version,
        prerelease=this.is_prerelease,
        major=f"v{this.major}",
        moves_major=not this.is_prerelease and all(each.major != this.major for each in newer),
        latest=not this.is_prerelease and not newer,
    )


def notes(changelog: str, version: str) -> str:
    """What the changelog says of a version.

    Args:
        changelog: The whole changelog.
        version: The version, or ``Unreleased``.

    Raises:
        NotReadyError: It has no section, no day, or says nothing.
    """
    headings = list(_HEADING.finditer(changelog))
    found = next((each for each in headings if each["name"] == version), None)
    if found is None or not (found["day"] or version == "Unreleased"):
        raise NotReadyError(f"CHANGELOG.md has no heading `## [{version}] - YEAR-MONTH-DAY`")
    ends = [each.start() for each in headings if each.start() > found.start()]
    section = changelog[found.end() : ends[0] if ends else len(changelog)]
    links = _LINK.search(section)
    text = section[: links.start() if links else len(section)].strip()
    if not text:
        raise NotReadyError(f"CHANGELOG.md says nothing of {version}")
    return text + "\n"


def _version(tag: str) -> Version | None:
    try:
        return Version(tag.removeprefix("v")) if re.match(r"v\d+\.\d+\.\d+", tag) else None
    except InvalidVersion:
        return None


def main(arguments: Sequence[str] | None = None) -> int:
    """Check a tag, or print what the changelog says of it; returns the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("what", choices=["check", "notes"])
    parser.add_argument("tag")
    options = parser.parse_args(arguments)
    listed = subprocess.run(
        ["git", "tag", "--list"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    try:
        found = release(options.tag, __version__, listed.stdout.split())
        text = notes((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), found.version)
    except NotReadyError as error:
        sys.stderr.write(f"{options.tag} cannot be released: {error}\n")
        return 1
    sys.stdout.write(found.outputs() if options.what == "check" else text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
