"""A preview writes nothing, and the sync after it carries out exactly what it showed."""

from __future__ import annotations

import itertools
import os
import random
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from docs.generating.examples import put_examples
from syncer.core.plan import Kind
from tests.support.disk_world import DiskWorld
from tests.support.editable import documents
from tests.support.forwarding import Forwarding
from tests.support.interruptions import Wire
from tests.support.model_tracker import ModelTracker
from tests.support.people import post_mortems
from tests.support.story import begin
from tests.support.unrest import unsettle
from tests.support.worlds import CONSENT, MemoryWorld

if TYPE_CHECKING:
    from syncer.core.plan import Change, Plan
    from tests.support.worlds import Contents, World

REPOSITORY = Path(__file__).parents[2]
OWN = ("docs/**/*.md", "*.md")
"""Where the repository itself has documents."""

CORPUS = "SYNCER_CORPUS"
"""A folder of more documents, in the environment."""


def check(world: World) -> Plan:
    """Preview, then sync; answers what was planned."""
    before = world.contents()
    planned = world.preview()
    assert world.contents() == before
    # A run that finds another plan than the expected one refuses to begin.
    done = world.run(Wire(), replace(CONSENT, expect=planned.checksum))
    assert [*map(_unnamed, done.changes)] == [*map(_unnamed, planned.changes)]
    assert done.conflicts == planned.conflicts
    assert set(planned.problems) <= set(done.problems)
    check_nothing_else(planned, before, world.contents())
    return planned


def check_nothing_else(planned: Plan, before: Contents, after: Contents) -> None:
    """Whatever has changed is in the plan."""
    documents = {change.document for change in planned.changes}
    for path, text in after.documents.items():
        assert path in documents or text == before.documents[path]
    filed = after.issues.keys() - before.issues.keys()
    assert len(filed) == planned.count(Kind.CREATE)
    announced = {
        re.sub(r"\D", "", change.issue)
        for change in planned.changes
        if any(field.side == "tracker" for field in change.fields.values())
    }
    for key in before.issues.keys() - announced:
        assert after.issues[key] == before.issues[key]


def _unnamed(change: Change) -> Change:
    """A creation's issue has a name only once it is filed."""
    return replace(change, issue="", url="") if change.kind is Kind.CREATE else change


def check_days(world: World, seed: int) -> list[Kind]:
    """Preview and sync, then let people go on with both sides, twice; answers what there was to do."""
    chance = random.Random(seed)  # noqa: S311 - what people do, no secret
    kinds = [change.kind for change in check(world).changes]
    for _ in range(2):
        assert world.preview().changes == ()
        unsettle(world, chance)
        kinds += [change.kind for change in check(world).changes]
    assert world.preview().changes == ()
    return kinds


@pytest.fixture
def disk(tmp_path: Path) -> DiskWorld:
    folders = (tmp_path / str(number) for number in itertools.count())
    return DiskWorld(next(folders), folders, Forwarding)


def test_a_preview_of_everything_at_once(disk: DiskWorld) -> None:
    begin(disk)
    # Comments alone are made only where on_removed asks for them, as in the tests of that.
    assert {c.kind for c in check(disk).changes} == {*Kind} - {Kind.REOPEN, Kind.COMMENT}


def test_previews_of_the_repositorys_own_documents(disk: DiskWorld, tmp_path: Path) -> None:
    put_examples(REPOSITORY, tmp_path)
    found = {file: REPOSITORY for pattern in OWN for file in REPOSITORY.glob(pattern)}
    found |= dict.fromkeys(tmp_path.glob("examples/**/*.md"), tmp_path)
    for file, root in found.items():
        disk.write(f"pm/{file.relative_to(root).as_posix()}", file.read_bytes().decode())
    assert {Kind.CREATE, Kind.UPDATE, Kind.WRITE_BACK} <= set(check_days(disk, 1))


@pytest.mark.skipif(CORPUS not in os.environ, reason=f"{CORPUS} names no folder of documents")
def test_previews_of_a_corpus(disk: DiskWorld) -> None:
    folder = Path(os.environ[CORPUS])
    found = sorted(folder.rglob("*.md"))
    assert found
    for file in found:
        disk.write(f"pm/{file.relative_to(folder).as_posix()}", file.read_bytes().decode())
    assert {Kind.CREATE, Kind.UPDATE, Kind.WRITE_BACK} <= set(check_days(disk, 2))


@settings(
    max_examples=settings().max_examples // 4, suppress_health_check=[HealthCheck.too_slow]
)  # whole documents are drawn, in small steps
@given(
    texts=st.lists(documents() | post_mortems(), min_size=1, max_size=3),
    rich=st.booleans(),
    seed=st.integers(0, 9),
)
def test_previews_of_documents_of_every_shape(texts: list[str], *, rich: bool, seed: int) -> None:
    tracker = ModelTracker(rich=rich)
    for number in range(8):
        tracker.file(f"Somebody's issue {number}")
    # What the documents call #7 is called SHOP-7 here.
    named = [re.sub(r"#(\d)", r"SHOP-\1", text) for text in texts]
    world = MemoryWorld({f"{n}.md": text for n, text in enumerate(named)}, tracker, Forwarding)
    check_days(world, seed)
