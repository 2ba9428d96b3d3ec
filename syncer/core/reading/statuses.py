"""The status in a cell: what it means, and which characters of the cell say so.

A cell says more than its status: ``✅ Done (2025-10-12)``, ``Todo (depends on #3)``, ``[Done](https://…/pull/14)``.
It has a status if exactly one phrase of the vocabulary is left once everything in parentheses, links and references
to other things (issues, commits, dates) is set aside. Anything else is not guessed at: ``not done``, ``Done until
#49``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from syncer.core.reading.statustokens import Kind, Token, tokens
from syncer.core.reading.words import fold
from syncer.model import Span, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from syncer.core.reading.vocabulary import Vocabulary

LONGEST_CELL: Final = 2_000
"""The longest cell, in characters, in which a status is looked for."""

_NEUTRAL: Final = frozenset({Kind.BLANK, Kind.EMPHASIS, Kind.MARK})
_REFERENCES: Final = frozenset({Kind.REFERENCE, Kind.LINK, Kind.CODE})

_PULL_REQUEST: Final = frozenset(("pr", "prs", "mr", "mrs"))
_NUMBERED: Final = _PULL_REQUEST | {"issue", "issues", "ticket", "tickets", "bug", "bugs", "task"}
_BEFORE_REFERENCE: Final = _NUMBERED | {
    *("in", "via", "by", "with", "see", "per", "on", "as", "at", "through"),
    *("pull", "merge", "request", "commit", "commits", "jira", "git", "github", "gitlab"),
}
"""Words that lead to a reference and, before one, say nothing about the status."""

_BEFORE_DATE: Final = frozenset(("on", "since", "as", "of", "at"))


@dataclass(frozen=True, slots=True)
class StatusText:
    """What a cell says about the status.

    Attributes:
        status: The meaning; ``None`` if it can't be told.
        span: The words to replace, with the emoji and emphasis that belong to them, in the cell's source;
            ``None`` if they can't be replaced without touching something else.
        languages: The languages of the phrase.
    """

    status: Status | None
    span: Span | None = None
    languages: frozenset[str] = frozenset()


_JOINING: Final = "_-/#@'\u2019"

_UNKNOWN: Final = StatusText(None)


def read_status(source: str, vocabulary: Vocabulary) -> StatusText:
    """Find the status in a cell.

    Args:
        source: The cell's inline Markdown.
        vocabulary: The phrases and signs.
    """
    return _read(source, vocabulary) if len(source) <= LONGEST_CELL else _UNKNOWN


@lru_cache(maxsize=2048)
def _read(source: str, vocabulary: Vocabulary) -> StatusText:
    word = vocabulary.statuses.get(fold(source))
    if word is not None and source[0].isalnum() and source[-1].isalnum():
        return StatusText(word.status, Span(0, len(source)), word.languages)
    found = tokens(source)
    if found is None:
        return _UNKNOWN
    return _Reader(source, found, vocabulary).read()


@dataclass(frozen=True, slots=True)
class _Phrase:
    """Tokens that say a status: from ``first`` to ``last``, both included."""

    first: int
    last: int
    status: Status
    languages: frozenset[str]
    inner: Span | None = None


class _Reader:
    def __init__(self, source: str, found: list[Token], vocabulary: Vocabulary) -> None:
        self.source = source
        self.tokens = found
        self.vocabulary = vocabulary

    def read(self) -> StatusText:
        phrases = list(self._phrases())
        symbols = [
            _Phrase(index, index, status, frozenset())
            for index, token in enumerate(self.tokens)
            if token.kind is Kind.SYMBOL and (status := self._symbol(token)) is not None
        ]
        speaking = phrases or symbols
        statuses = {phrase.status for phrase in speaking}
        if len(statuses) != 1 or not self._rest_is_silent(phrases):
            return _UNKNOWN
        status = statuses.pop()
        if not phrases and self._count(Kind.SYMBOL) != len(symbols):
            return _UNKNOWN
        if any(_contradicts(symbol.status, status) for symbol in symbols):
            return _UNKNOWN
        if self._names_pull_request() and any(self._words(phrase) == "open" for phrase in phrases):
            # "PR #12 open": it is the pull request that is open.
            return _UNKNOWN
        languages = phrases[0].languages if phrases else frozenset[str]()
        return StatusText(status, self._span(phrases), languages)

    def _count(self, kind: Kind) -> int:
        return sum(token.kind is kind for token in self.tokens)

    def _words(self, phrase: _Phrase) -> str:
        found = self.tokens[phrase.first : phrase.last + 1]
        return " ".join(token.value for token in found if token.kind is not Kind.BLANK)

    def _names_pull_request(self) -> bool:
        return any(t.kind is Kind.WORD and t.value in _PULL_REQUEST for t in self.tokens)

    def _symbol(self, token: Token) -> Status | None:
        return self.vocabulary.symbols.get(token.value)

    def _phrases(self) -> Iterator[_Phrase]:
        index = 0
        while index < len(self.tokens):
            phrase = self._phrase(index)
            if phrase is not None:
                yield phrase
                index = phrase.last
            index += 1

    def _phrase(self, first: int) -> _Phrase | None:
        """The longest phrase that begins with this token."""
        token = self.tokens[first]
        if token.kind is Kind.LINK:
            return self._linked(first)
        if token.kind is Kind.CODE:
            word = self.vocabulary.statuses.get(fold(token.value))
            return _Phrase(first, first, word.status, word.languages) if word else None
        if token.kind is not Kind.WORD:
            return None
        best = None
        words = ""
        index = first
        for _ in range(self.vocabulary.longest_status):
            words += token.value
            known = self.vocabulary.statuses.get(words)
            if known is not None:
                best = _Phrase(first, index, known.status, known.languages)
            following = self.tokens[index + 1 : index + 3]
            if [t.kind for t in following] != [Kind.BLANK, Kind.WORD]:
                break
            words += " "
            index += 2
            token = self.tokens[index]
        return best

    def _linked(self, index: int) -> _Phrase | None:
        """A link whose whole text is a status; another link is one more reference."""
        token = self.tokens[index]
        inner = read_status(token.value, self.vocabulary)
        if inner.status is None or inner.span is None:
            return None
        if inner.span != Span(0, len(token.value)):
            return None
        start = token.start + 1
        span = Span(start, start + len(token.value))
        return _Phrase(index, index, inner.status, inner.languages, span)

    def _rest_is_silent(self, phrases: Sequence[_Phrase]) -> bool:
        """Whether no word outside of the phrases could change what they say.

        Words that introduce or join references don't: "in PR #12", "PRs #1 and #2", "since 2025-10-12".
        """
        said = {i for phrase in phrases for i in range(phrase.first, phrase.last + 1)}
        rest = [
            (token, index in said)
            for index, token in enumerate(self.tokens)
            if token.kind not in _NEUTRAL
        ]
        leads = False
        for index in reversed(range(len(rest))):
            token, is_said = rest[index]
            if token.kind is not Kind.WORD or is_said:
                leads = token.kind in _REFERENCES and not is_said
                continue
            before = rest[index - 1][0] if index else None
            after = rest[index + 1][0] if index + 1 < len(rest) else None
            if after is not None and after.kind is Kind.DATE:
                silent = leads = token.value in _BEFORE_DATE
            elif token.value.isdecimal():
                silent = leads = before is not None and before.value in _NUMBERED
            elif token.value == "and":
                silent = leads and before is not None and before.kind in _REFERENCES
            else:
                silent = leads and token.value in _BEFORE_REFERENCE
            if not silent:
                return False
        return True

    def _span(self, phrases: Sequence[_Phrase]) -> Span | None:
        """What is replaced: all words and signs of the status, if nothing else stands between them."""
        signs = [i for i, token in enumerate(self.tokens) if token.kind is Kind.SYMBOL]
        if phrases and phrases[0].inner is not None:
            return None if signs or len(phrases) > 1 else phrases[0].inner
        places = signs + [i for phrase in phrases for i in (phrase.first, phrase.last)]
        first, last = min(places), max(places)
        covered = {i for phrase in phrases for i in range(phrase.first, phrase.last + 1)}
        between = (
            self.tokens[i] for i in range(first, last) if i not in covered and i not in signs
        )
        if any(token.kind not in _NEUTRAL for token in between):
            return None
        span = self._with_emphasis(first, last)
        return None if span is None or self._touches_word(span) else span

    def _touches_word(self, span: Span) -> bool:
        """Whether words in this place would run into others: a sign may stand right beside one."""
        around = self.source[span.start - 1 : span.start] + self.source[span.end : span.end + 1]
        return any(character.isalnum() or character in _JOINING for character in around)

    def _with_emphasis(self, first: int, last: int) -> Span | None:
        """The range widened by the emphasis that it opens or that encloses it."""
        while True:
            before = self._emphasis(first - 1)
            after = self._emphasis(last + 1)
            odd = self._unpaired(first, last)
            if odd:
                if after in odd:
                    last += 1
                elif before in odd:
                    first -= 1
                else:
                    return None
            elif before and before == after:
                first, last = first - 1, last + 1
            else:
                return Span(self.tokens[first].start, self.tokens[last].end)

    def _emphasis(self, index: int) -> str:
        if not 0 <= index < len(self.tokens) or self.tokens[index].kind is not Kind.EMPHASIS:
            return ""
        return self.tokens[index].value

    def _unpaired(self, first: int, last: int) -> set[str]:
        odd: set[str] = set()
        for index in range(first, last + 1):
            marker = self._emphasis(index)
            if marker:
                odd ^= {marker}
        return odd


def _contradicts(symbol: Status, words: Status) -> bool:
    """Whether a sign denies what the words beside it say: a tick an open item, an empty box a finished one."""
    return symbol.finished != words.finished


def replacement(
    cell: str, status: Status, used: Sequence[str], language: str, vocabulary: Vocabulary
) -> str:
    """What to write in place of a cell's status words.

    Args:
        cell: The inline Markdown of the cell; its present status can be told, or it is empty or a mere dash.
        status: The status that it is to have.
        used: The status words of the table's rows with their emoji and emphasis, in the order of the rows.
        language: The language of the table's headers.
        vocabulary: The words to use where the table shows none.

    Returns:
        Words that the table already uses for this status, the most frequent ones; otherwise the word of the
        table's language, in the letter case and emphasis of what it replaces. Put in place of the span, it makes
        ``read_status`` tell the new status.
    """
    present = read_status(cell, vocabulary)
    span = present.span or Span(0, len(cell))
    old = span.of(cell)
    spoken = [(words, read_status(words, vocabulary)) for words in used]
    counts: dict[str, int] = {}
    for words, meaning in spoken:
        if meaning.status is status and meaning.span == Span(0, len(words)):
            counts[words] = counts.get(words, 0) + 1
    table_language = vocabulary.language(
        [frozenset({language}), *(m.languages for _, m in spoken), present.languages]
    )
    own = vocabulary.write_status(status, table_language)
    candidates = sorted(counts, key=lambda words: -counts[words])
    if present.languages:
        candidates.append(_styled(own, old))
    for words in candidates:
        if _fits(cell, span, words, status, vocabulary):
            return words
    return own


def _fits(cell: str, span: Span, words: str, status: Status, vocabulary: Vocabulary) -> bool:
    changed = read_status(cell[: span.start] + words + cell[span.end :], vocabulary)
    return changed.status is status and changed.span == Span(span.start, span.start + len(words))


def _styled(words: str, old: str) -> str:
    """Words in the letter case and emphasis of others."""
    for marker in ("***", "**", "*", "__", "_", "`"):
        if len(old) > 2 * len(marker) and old.startswith(marker) and old.endswith(marker):
            return marker + _styled(words, old[len(marker) : -len(marker)]) + marker
    if old.isupper() and len(old) > 1:
        return words.upper()
    return words.lower() if old.islower() and words.isascii() else words
