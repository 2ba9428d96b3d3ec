"""Which issue belongs to which row: item ids, links, and who owns an issue that several rows name."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from syncer.core.tracking import Issue

_CLOSE_ENOUGH: Final = 0.75
_LOOKED_AT: Final = 255


class IssueId(NamedTuple):
    """An issue: the name of its tracker, and its key there."""

    tracker: str
    key: str


def item_id(incident: str, path: str, action: str, ordinal: int) -> str:
    """The identity of a row until its link is there: 16 hexadecimal digits.

    Args:
        incident: The incident's id, empty if it has none.
        path: The document's path.
        action: Plain text of the action; case and white space don't matter.
        ordinal: 0 for the first row with this text, 1 for the second, and so on.
    """
    words = " ".join(unicodedata.normalize("NFKC", action).casefold().split())
    text = "\0".join((incident, path, words, str(ordinal)))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(slots=True)
class LinkIndex:
    """Which documents name which issue, over a whole run.

    Keeps one short string an issue, in dictionaries of text alone, which the garbage collector needn't look through:
    so it stays small and quick over many thousand documents.
    """

    _first: dict[str, dict[str, str]] = field(default_factory=dict)
    _more: dict[IssueId, list[str]] = field(default_factory=dict)
    _bare: dict[IssueId, set[str]] = field(default_factory=dict)

    def add(self, issue: IssueId, path: str, *, bare: bool = False) -> None:
        """Note that a row of the document at ``path`` names the issue.

        Args:
            issue: The issue.
            path: The document's path.
            bare: Whether the document keeps nothing that was agreed about the issue.
        """
        if bare:
            self._bare.setdefault(issue, set()).add(path)
        first = self._first.setdefault(issue.tracker, {})
        if issue.key in first:
            self._more.setdefault(issue, [first[issue.key]]).append(path)
        else:
            first[issue.key] = path

    def move(self, former: IssueId, present: IssueId) -> None:
        """Take the links to an issue for links to what it is called now."""
        paths, bare = list(self.documents(former)), self._bare.pop(former, set())
        self._first.get(former.tracker, {}).pop(former.key, None)
        self._more.pop(former, None)
        for path in paths:
            self.add(present, path, bare=path in bare)

    def documents(self, issue: IssueId) -> Sequence[str]:
        """Paths of the documents that name the issue, once for each row, in the order of reading."""
        more = self._more.get(issue)
        if more is not None:
            return more
        first = self._first.get(issue.tracker, {}).get(issue.key)
        return () if first is None else (first,)

    def bare(self, issue: IssueId) -> AbstractSet[str]:
        """Those of the documents that name the issue and keep nothing that was agreed about it."""
        return self._bare.get(issue, frozenset())

    def __contains__(self, issue: IssueId) -> bool:
        return issue.key in self._first.get(issue.tracker, ())

    def shared(self) -> Iterator[tuple[IssueId, Sequence[str]]]:
        """The issues that more than one row names."""
        yield from self._more.items()


@dataclass(frozen=True, slots=True)
class Filed:
    """An issue that syncer filed.

    Attributes:
        key: Its key.
        issue: The issue, kept only where no row names it.
    """

    key: str
    issue: Issue | None


@dataclass(slots=True)
class MarkerIndex:
    """The issues of one tracker that syncer filed, by item id.

    Keeps issues only where no row names them, which are few, so that it stays small over many thousand issues.
    """

    _by_item: dict[str, list[Filed]] = field(default_factory=dict)
    _lost: dict[str, list[Issue]] = field(default_factory=dict)

    def add(self, issue: Issue, *, linked: bool) -> None:
        """Note an issue; the oldest comes first. One without a marker isn't syncer's and is passed over."""
        if issue.marker is None:
            return
        filed = Filed(issue.key, None if linked else issue)
        self._by_item.setdefault(issue.marker.item, []).append(filed)
        if not linked:
            self._lost.setdefault(issue.marker.document, []).append(issue)

    def refresh(self, listed: Issue, present: Issue | None, *, linked: bool) -> None:
        """Put an issue as it is now in the place of one as the list had it, which may lag behind.

        Args:
            listed: The issue as it was added, named by no row.
            present: The issue as it is; ``None`` if it is gone, or isn't marked any more.
            linked: Whether a row names it after all.
        """
        if listed.marker is None or listed is present:
            return
        place = self._by_item[listed.marker.item]
        number = next((n for n, filed in enumerate(place) if filed.issue is listed), None)
        if number is None:
            return
        self._lost[listed.marker.document].remove(listed)
        if present is None or present.marker is None:
            del place[number]
            return
        if present.marker.item != listed.marker.item:
            # It was closed as a duplicate since, and has an item id of its own.
            del place[number]
            self.add(present, linked=linked)
            return
        place[number] = Filed(present.key, None if linked else present)
        if not linked:
            self._lost.setdefault(present.marker.document, []).append(present)

    def repeated(self) -> list[Sequence[Filed]]:
        """The issues of each item that was filed more than once, where some of them are named by no row."""
        return [
            tuple(filed)
            for filed in self._by_item.values()
            if len(filed) > 1 and any(one.issue is not None for one in filed)
        ]

    def with_item(self, item: str) -> Sequence[Filed]:
        """The issues with this item id; more than one if a create was once repeated."""
        return self._by_item.get(item, ())

    def lost(self, document: str) -> Sequence[Issue]:
        """The issues that were filed for rows of a document and that no row names."""
        return self._lost.get(document, ())

    def documents_of_lost(self) -> Iterator[str]:
        """The documents that issues were filed for which are open and named by no row."""
        for document, issues in self._lost.items():
            if any(not issue.status.finished for issue in issues):
                yield document


def match_edited(texts: Mapping[int, str], issues: Sequence[Issue]) -> dict[int, Issue]:
    """Pair rows without a link with issues that were filed for an earlier wording of them.

    That is what is left when a run died between filing and writing back, or while the link waits to be delivered, and
    somebody edited the row meanwhile.

    Args:
        texts: Plain text of each row's action, by any number of the caller's.
        issues: Issues of the same document that no row names, and that may be those of other words.

    Returns:
        The issue for a row, only where the two texts are close, and neither is close to anything else.
    """
    close = [
        (number, issue)
        for number, text in texts.items()
        for issue in issues
        if _similar(text, issue.title)
    ]
    return _unambiguous(close)


def match_agreed(hashes: Mapping[int, str], issues: Sequence[Issue]) -> dict[int, Issue]:
    """Pair rows without a link with issues whose marker says that their present words were agreed once.

    Args:
        hashes: The hash of each row's action, by any number of the caller's.
        issues: Issues of the same document that no row names.

    Returns:
        The issue for a row, only where each fits nothing else.
    """
    agreed = [(issue, _agreed_action(issue)) for issue in issues]
    close = [
        (number, issue)
        for number, value in hashes.items()
        for issue, values in agreed
        if value in values
    ]
    return _unambiguous(close)


def _agreed_action(issue: Issue) -> tuple[str, ...]:
    action = issue.marker.state.values.get("action") if issue.marker else None
    return (action.document, action.tracker) if action else ()


def _unambiguous(pairs: Sequence[tuple[int, Issue]]) -> dict[int, Issue]:
    """Those pairs of which neither half is in another one."""
    rows = Counter(number for number, _ in pairs)
    keys = Counter(issue.key for _, issue in pairs)
    return {number: issue for number, issue in pairs if rows[number] == 1 and keys[issue.key] == 1}


def _similar(one: str, other: str) -> bool:
    a, b = (" ".join(text[:_LOOKED_AT].casefold().split()) for text in (one, other))
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    # ratio() is quadratic in the worst case: cheap upper bounds first.
    return (
        matcher.real_quick_ratio() >= _CLOSE_ENOUGH
        and matcher.quick_ratio() >= _CLOSE_ENOUGH
        and matcher.ratio() >= _CLOSE_ENOUGH
    )
