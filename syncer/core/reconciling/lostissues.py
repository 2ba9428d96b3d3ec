"""Issues that were filed for rows already, by runs that died before they could write the links, or whose links wait."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from syncer.core.matching.identity import match_agreed, match_edited
from syncer.core.reconciling.likeness import most_alike

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from syncer.core.matching.identity import MarkerIndex
    from syncer.core.reconciling.documentrows import DocumentRows
    from syncer.core.reconciling.lens import Lens
    from syncer.core.tracking import Issue

ADOPTION_AGE: Final = timedelta(days=7)
"""How old an issue may be to be taken for one that was filed for an earlier wording of a row; no bound where links may
wait."""


@dataclass(frozen=True, slots=True)
class LostIssues:
    """What is known of the issues of one tracker that a document's rows may have.

    Attributes:
        rows: The document's rows.
        lens: The tracker in the document's terms.
        markers: The issues that syncer filed there. The list may lag behind.
        taken: Item ids of the issues that the document names, which were read by their keys.
        kept: Keys of the issues about which the document keeps what was agreed.
        now: The present, in UTC.
        waiting: Whether links may wait to be delivered for as long as people like, rather than be lost in a crash.
    """

    rows: DocumentRows
    lens: Lens
    markers: MarkerIndex
    taken: Collection[str]
    kept: Collection[str]
    now: datetime
    waiting: bool = False

    def of(
        self, numbers: Sequence[int], *, unfiled: Collection[int]
    ) -> tuple[dict[int, Issue], dict[int, str]]:
        """The issues that were filed for rows already, and the item ids of the other rows.

        A row's id has the first ordinal that no issue has yet. An issue with such an id that no row names was filed
        for one of the rows with these words.

        Args:
            numbers: The rows without a link.
            unfiled: Those of them that were hardly filed under other words, as they were never worked on: rows that
                are finished. While links wait, a row may well be finished, and be edited, too.
        """
        alike: dict[str, list[int]] = {}
        for number in numbers:
            alike.setdefault(self.rows.item_id(number, 0), []).append(number)
        adopted: dict[int, Issue] = {}
        free: dict[int, str] = {}
        for same in alike.values():
            lost, unused = self._by_words(same)
            found = {}
            if lost:
                candidates = {number: self.rows.candidate(number, self.lens) for number in same}
                found = most_alike(candidates, lost)
            adopted |= found
            free |= zip((number for number in same if number not in found), unused, strict=False)
        others = [number for number in free if self.waiting or number not in unfiled]
        reworded = self._reworded(adopted, others)
        return adopted | reworded, free

    def _by_words(self, same: Sequence[int]) -> tuple[list[Issue], list[str]]:
        """The issues that were filed for rows with the same words, and as many ids that none has."""
        lost: list[Issue] = []
        unused: list[str] = []
        for ordinal in itertools.count():
            item = self.rows.item_id(same[0], ordinal)
            filed = self.markers.with_item(item)
            if item in self.taken or any(one.issue is None for one in filed):
                continue
            if filed and filed[0].issue is not None:
                lost.append(filed[0].issue)
            elif len(unused) < len(same):
                unused.append(item)
            else:
                break
        return lost, unused

    def _reworded(self, adopted: Mapping[int, Issue], numbers: Sequence[int]) -> dict[int, Issue]:
        """The issues that were filed for an earlier wording of these rows."""
        document = self.rows.document
        known = {*self.kept, *(issue.key for issue in adopted.values())}
        lost = [i for i in self.markers.lost(document.path) if i.key not in known]
        if not lost:
            return {}
        agreed = match_agreed(
            {number: self.lens.hash(document.items[number].text) for number in numbers}, lost
        )
        known = {issue.key for issue in agreed.values()}
        texts = {n: document.items[n].text for n in numbers if n not in agreed}
        others = [i for i in lost if i.key not in known and self._may_be_of_other_words(i)]
        return agreed | match_edited(texts, others)

    def _may_be_of_other_words(self, issue: Issue) -> bool:
        """Whether an issue may be the one of a row that was edited since.

        One that a crash left behind is found within days. Later on, or once it is closed, it is rather one whose row
        and link a person has removed. Where links wait, all that time passes before there is a link to be removed.
        """
        recent = not issue.status.finished and self.now - issue.created <= ADOPTION_AGE
        return recent or self.waiting
