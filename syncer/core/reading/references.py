"""What the issue column of a row says: a link, the name of an issue, that none is wanted, or nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from syncer.core.markdown import normalise_label
from syncer.core.markdown.inline import links, plain_text
from syncer.core.reading.placeholders import is_form, says_nothing
from syncer.core.reading.statuses import read_status
from syncer.core.reading.words import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from syncer.core.markdown.blocks import Definition
    from syncer.core.markdown.inline import Link
    from syncer.core.reading.vocabulary import Vocabulary

_NAME: Final = re.compile(
    r"(?:(?:gh|github|gitlab|jira|linear|issue|bug|ticket|task|tracked|in|no|number|id)[.:]?\s+){0,4}"
    r"\[?(?P<name>(?:[\w.-]{1,100}/)?[\w.-]{0,100}\#\d{1,18}|(?:[\w.-]{1,100}/)?[A-Za-z][A-Za-z0-9_]{0,30}-\d{1,18})\]?",
    re.IGNORECASE,
)
_LABEL: Final = re.compile(r"\[([^\[\]\\`*_<&~!|]{1,100})\]")
_NO_ISSUE: Final = re.compile(
    r"/(?:pull|pulls|merge_requests|commit|commits)/[0-9a-f]+", re.IGNORECASE
)
_PARENTHESES: Final = re.compile(r"\([^()]*\)")
_NAMED: Final = re.compile(r"\#\d|[A-Z]-\d|://")
_MANY_WORDS: Final = 5


@dataclass(frozen=True, slots=True)
class Reference:
    """What an issue column says.

    Attributes:
        text: The name of the issue where there is one (``#12``, ``PAY-7``, ``acme/shop#12``), otherwise the words
            of the cell.
        url: Where its link leads; ``None`` if it isn't one.
        label: The key of the definition that the link goes through, if it does.
        skip: Whether the row is never to be filed.
    """

    text: str
    url: str | None = None
    label: str | None = None
    skip: bool = False

    @property
    def names_issue(self) -> bool:
        """Whether the text is the name of an issue in some tracker."""
        return _NAME.fullmatch(self.text) is not None


def read_reference(
    source: str, definitions: Mapping[str, Definition], vocabulary: Vocabulary
) -> Reference | None:
    """Read an issue cell.

    Args:
        source: Its inline Markdown.
        definitions: The document's definitions by key.
        vocabulary: The words for "none".

    Returns:
        The reference, ``None`` for a cell that is empty, a dash, or left to be filled in. One that names several
        issues is a reference by its whole text, which no tracker knows: nobody can tell which one is meant.
    """
    quick = _LABEL.fullmatch(source)
    definition = definitions.get(normalise_label(quick[1])) if quick else None
    if quick is not None and definition is not None:
        return Reference(" ".join(quick[1].split()), definition.url, definition.key)
    if "[" in source or "://" in source:
        found = _candidates(links(source, definitions.keys()), definitions)
        if len(found) == 1:
            return found[0]
        if found:
            return Reference(plain_text(source, definitions.keys()))
    words = _read_words(source, vocabulary)
    if words is None or words.skip or words.names_issue:
        return words
    status = read_status(source, vocabulary)
    if status.span is None:
        return words
    # Some keep the status in this column: "n/a **DONE**", "Bug 5554823 **TODO**".
    rest = source[: status.span.start] + source[status.span.end :]
    return _read_words(rest, vocabulary)


def _read_words(source: str, vocabulary: Vocabulary) -> Reference | None:
    text = plain_text(source)
    bare = _PARENTHESES.sub("", text).strip(" .,;:") or text.strip("() ")
    # A name in brackets is a link that lost its definition, not a field of a blank form.
    name = _NAME.fullmatch(bare)
    if name is not None and not is_form(name["name"]):
        return Reference(name["name"])
    if says_nothing(text, vocabulary):
        return None
    return Reference(text, skip=fold(text) in vocabulary.placeholders.not_applicable)


def _candidates(found: Sequence[Link], definitions: Mapping[str, Definition]) -> list[Reference]:
    """The links of a cell that may lead to an issue; pull requests are no candidates beside one."""
    references: dict[str, Reference] = {}
    for link in found:
        label = None if link.label is None else normalise_label(link.label)
        url = link.url if label is None else definitions[label].url
        if url:
            references.setdefault(url, Reference(link.text, url, label))
    issues = [one for url, one in references.items() if not _NO_ISSUE.search(url)]
    return issues or list(references.values())


def is_prose(sources: Sequence[str]) -> bool:
    """Whether a column headed "Issue" describes problems rather than naming issues.

    Args:
        sources: The inline Markdown of its cells.
    """
    if any(_NAMED.search(source) for source in sources if len(source) < 500):
        return False
    return any(source.count(" ") >= _MANY_WORDS for source in sources)


def link_urls(source: str, definitions: Mapping[str, Definition]) -> list[str]:
    """The addresses of a cell's links, in order."""
    if "[" not in source and "://" not in source:
        return []
    urls = []
    for link in links(source, definitions.keys()):
        url = link.url if link.label is None else definitions[normalise_label(link.label)].url
        if url:
            urls.append(url)
    return urls
