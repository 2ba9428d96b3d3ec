"""From settled decisions to a document's text: the labels that the issues get there."""

from __future__ import annotations

import pytest

from syncer import vocabularies
from syncer.core.reading.postmortem import parse
from syncer.core.reconciling.decision import Row
from syncer.core.reconciling.filing import plan_new
from syncer.core.reconciling.lens import Lens
from syncer.core.reconciling.people import People
from syncer.core.reconciling.settling import settle
from syncer.core.state import action_hash
from syncer.core.writing.editing import Settled, edited
from tests.support.making import FakeDirectory, issue

VOCABULARY = vocabularies.load()
TABLE = "# T\n\n## Action Items\n\n| Action | Issue |\n|---|---|\n| Add an alert | |\n"
SHOP = FakeDirectory()
LENS = Lens(SHOP, People())


def filed(text: str) -> str:
    """The document once its row has issue 7."""
    document = parse(text, "a.md", VOCABULARY)
    (item,) = document.items
    row = Row("a.md", item.line, item.text, {"action": action_hash(item.text)}, item.writable, ())
    decision = settle(plan_new(row, "0123456789abcdef", LENS, ()), issue(title=item.text), LENS)
    one = Settled(item, SHOP.names("7"), lambda url: SHOP.resolve(url) == "7", decision)
    return edited(document, [one], VOCABULARY, add_columns=False)


@pytest.mark.parametrize(
    ("taken", "label"),
    [
        ([], "#7"),
        (["#7"], "shop#7"),
        (["#7", "shop#7"], "shop#7 (2)"),
        (["#7", "shop#7", "shop#7 (2)"], "shop#7 (3)"),
    ],
)
def test_an_issue_gets_the_shortest_label_that_the_author_has_not_defined(
    taken: list[str], label: str
) -> None:
    text = filed(TABLE + "\n" + "".join(f"[{mine}]: /mine\n" for mine in taken))

    assert f"| Add an alert | [{label}] |" in text
    assert f"\n[{label}]: https://shop.example/issues/7 " in text
    assert all(f"[{mine}]: /mine\n" in text for mine in taken)


def test_a_definition_under_another_address_of_the_issue_keeps_its_label() -> None:
    text = filed(TABLE.replace("alert | |", "alert | [x] |") + "\n[x]: shop#7 'sync 1'\n")

    assert "| Add an alert | [x] |" in text
    assert "\n[x]: https://shop.example/issues/7 " in text
