"""The tracker that the documentation writes passes the suite, and is found and used like any other."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from syncer import trackers
from syncer.errors import ConfigurationError
from syncer.settings import load_settings
from tests.support.plugin import files_of_the_page, install

ROOT = Path(__file__).parents[2]
FILES = files_of_the_page()
DOCUMENT = """\
# Queue outage

## Action Items

| Action | Owner | Due Date | Status |
|---|---|---|---|
| Alert on queue depth | @alice | 2025-12-01 | Blocked |
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder with the package in it."""
    install(tmp_path / "site", FILES)
    return tmp_path / "site"


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A folder with a post-mortem and the page's configuration."""
    work = tmp_path / "work"
    (work / "postmortems").mkdir(parents=True)
    (work / "postmortems" / "1.md").write_text(DOCUMENT)
    (work / "syncer.yaml").write_text(FILES["syncer.yaml"])
    return work


def python(site: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(site), str(ROOT)])
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
    )


def test_it_passes_the_suite(site: Path) -> None:
    run = python(site, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_folder.py", cwd=site)
    counts = {
        word: int(number) for number, word in re.findall(r"(\d+) (passed|skipped)", run.stdout)
    }
    assert run.returncode == 0, run.stdout
    assert counts["passed"] > 150, "that is the suite, and not nothing"
    assert counts["skipped"] <= 12, run.stdout


def test_it_is_found_by_the_name_of_its_kind(
    site: Path, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(site))
    assert "folder" in trackers.kinds()
    settings = load_settings(working=work, environment={})
    model = settings.trackers["notes"]
    assert type(model) is trackers.load("folder").settings_model
    assert model.model_dump() == {"kind": "folder", "path": Path("notes")}
    monkeypatch.delitem(sys.modules, "syncer_folder")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("{kind: folder, pth: notes}", "pth"),
        ("{kind: folder}", "path"),
        ("{kind: folders, path: notes}", "folders"),
    ],
)
def test_its_settings_are_checked_like_all_others(
    site: Path, work: Path, monkeypatch: pytest.MonkeyPatch, wrong: str, message: str
) -> None:
    monkeypatch.syspath_prepend(str(site))
    (work / "syncer.yaml").write_text(f"trackers:\n  notes: {wrong}\n")
    with pytest.raises(ConfigurationError, match=message):
        load_settings(working=work, environment={})
    monkeypatch.delitem(sys.modules, "syncer_folder", raising=False)


def test_without_the_package_its_kind_is_unknown(work: Path) -> None:
    with pytest.raises(ConfigurationError, match="there is no kind `folder`"):
        load_settings(working=work, environment={})


def test_syncer_works_with_it(site: Path, work: Path) -> None:
    preview = python(site, "-m", "syncer", "dry-run", "--exit-code", cwd=work)
    assert preview.returncode == 2, preview.stderr
    assert not (work / "notes").exists(), "a preview writes nothing"
    first = python(site, "-m", "syncer", "sync", cwd=work)
    assert first.returncode == 0, first.stdout + first.stderr
    issue = json.loads((work / "notes" / "1.json").read_text())
    assert (issue["title"], issue["owner"], issue["state"]) == (
        "Alert on queue depth",
        "@alice",
        "open",
    )
    assert "folder:notes/1" in (work / "postmortems" / "1.md").read_text()
    again = python(site, "-m", "syncer", "dry-run", "--exit-code", cwd=work)
    assert again.returncode == 0, again.stdout + again.stderr


def test_what_happens_in_it_comes_back(site: Path, work: Path) -> None:
    python(site, "-m", "syncer", "sync", cwd=work)
    path = work / "notes" / "1.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "state": "done"}))
    run = python(site, "-m", "syncer", "sync", cwd=work)
    assert run.returncode == 0, run.stdout + run.stderr
    assert re.search(r"2025-12-01 \| Done +\|", (work / "postmortems" / "1.md").read_text())
