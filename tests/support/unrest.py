"""People go on with both sides, at random: values of rows and of issues that the two can hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncer.core.reading.postmortem import parse
from syncer.core.writing.writeback import RowEdit, write_back
from syncer.errors import DocumentError
from syncer.model import Status
from tests.support.memory import VOCABULARY

if TYPE_CHECKING:
    from random import Random

    from syncer.model import Field
    from tests.support.worlds import World

_VALUES: dict[Field, tuple[str, ...]] = {
    "action": ("Say it in other words", "Do something else"),
    "owner": ("@alice", "@zoe", "Payments team"),
    "due": ("2026-01-31", "2026-02-28"),
    "status": tuple(Status),
    "priority": ("P1", "P3"),
}
_ACCOUNTS = ("alice", "zoe", "")


def unsettle(world: World, chance: Random) -> None:
    """Change about every second row in one value, and about every second issue."""
    for path, text in world.texts().items():
        world.write(path, _edited(path, text, chance))
    for key, issue in world.issues().items():
        if chance.random() < 0.5:
            name = chance.choice(list(_VALUES))
            value = chance.choice(_VALUES[name])
            if name == "action":
                world.edit(key, title=f"{issue.title} {value}"[:255])
            elif name == "owner":
                world.edit(key, owner=chance.choice(_ACCOUNTS))
            else:
                world.edit(key, **{name: value})


def _edited(path: str, text: str, chance: Random) -> str:
    document = parse(text, path, VOCABULARY)
    rows = []
    for item in document.items:
        if item.writable and chance.random() < 0.5:
            name = chance.choice(sorted(item.writable))
            values = {name: chance.choice(_VALUES[name])}
            rows.append(RowEdit(item.table, item.row, values, None))
    try:
        return write_back(document, rows, [], vocabulary=VOCABULARY, add_columns=False)
    except DocumentError:
        return text
