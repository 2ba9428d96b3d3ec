"""The words that documents use, of all languages at once, and what they mean.

The words themselves are data (``syncer/vocabulary/*.toml``, extended by the configuration); ``syncer/vocabularies.py``
loads them. Here is how they are asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from syncer.core.reading.words import fold, heading_forms, label_forms
from syncer.model import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from syncer.model import Column

Metadatum = Literal["id", "title", "date", "duration", "severity", "status"]
"""A fact about the incident."""

METADATA: Final[tuple[Metadatum, ...]] = (
    "id",
    "title",
    "date",
    "duration",
    "severity",
    "status",
)

Unit = Literal["day", "week", "month"]
"""A unit in which a due date may count from the incident's date."""

UNITS: Final[tuple[Unit, ...]] = ("day", "week", "month")

DEFAULT_LANGUAGE: Final = "en"
"""The language of a document whose headers tell none."""

STATUS_KEYS: Final[Mapping[str, Status]] = {
    "not_started": Status.NOT_STARTED,
    "in_progress": Status.IN_PROGRESS,
    "blocked": Status.BLOCKED,
    "done": Status.DONE,
    "wont_do": Status.WONT_DO,
}
"""How the data files and the configuration call the five meanings."""


@dataclass(frozen=True, slots=True)
class ColumnWord:
    """What a column header means.

    Attributes:
        column: The use of the column.
        rank: 0 for a word that is sure; 1 for one that counts only where no surer header of the table claims the
            use; 2 for one that heads anything, and counts only beside columns of other uses.
        languages: The languages that the word belongs to.
    """

    column: Column
    rank: int
    languages: frozenset[str]


@dataclass(frozen=True, slots=True)
class StatusWord:
    """What a status phrase means, and the languages that it belongs to."""

    status: Status
    languages: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Placeholders:
    """What stands in a blank form; all of them folded.

    Attributes:
        any: In any cell.
        action: In the cell of an action.
        owner: In the cell of an owner.
        not_applicable: In an issue column, of a row that is never to be filed.
        prefixes: Beginnings of an action in a blank form.
    """

    any: frozenset[str]
    action: frozenset[str]
    owner: frozenset[str]
    not_applicable: frozenset[str]
    prefixes: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class RelativeDates:
    """The words of a due date that counts from the incident's date, all folded.

    Attributes:
        units: What the amount counts.
        before: What may stand before the amount.
        after: What may stand after the unit.
    """

    units: Mapping[str, Unit]
    before: frozenset[str]
    after: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """All words, ready to be looked up. Two vocabularies are equal only if they are the same object.

    The keys of all mappings are folded (see ``words.fold``).

    Attributes:
        languages: The codes of the languages, in the order of preference.
        headings: Names of the Action Items section.
        columns: Headers of columns that syncer has a use for.
        timeline: Headers of the first column of a timeline.
        row_numbers: Headers of a column that numbers rows.
        statuses: Status phrases; one of several words is joined by single blanks.
        longest_status: The number of words in the longest status phrase.
        symbols: Emoji, shortcodes and check boxes that mean a status by themselves.
        written_columns: What to call an added column, by language and column.
        written_statuses: How to write a status, by language and meaning.
        metadata: Labels of the incident's facts.
        incident_words: Severities and statuses of an incident, which a blank form offers to choose from.
        placeholders: What stands in a blank form.
        relative_dates: The words of a relative due date.
    """

    languages: tuple[str, ...]
    headings: frozenset[str]
    columns: Mapping[str, ColumnWord]
    timeline: frozenset[str]
    row_numbers: frozenset[str]
    statuses: Mapping[str, StatusWord]
    longest_status: int
    symbols: Mapping[str, Status]
    written_columns: Mapping[str, Mapping[Column, str]]
    written_statuses: Mapping[str, Mapping[Status, str]]
    metadata: Mapping[str, Metadatum]
    incident_words: frozenset[str]
    placeholders: Placeholders
    relative_dates: RelativeDates

    def heading(self, text: str) -> bool:
        """Whether a section of this name (plain text) holds action items.

        A heading that joins several names counts if each of them does: "Action Items & Follow-ups" does, "Timeline
        and Actions" doesn't.
        """
        return any(
            form in self.headings or self._joins_headings(form) for form in heading_forms(text)
        )

    def _joins_headings(self, words: str) -> bool:
        for joint in (" and ", "/", ", ", " + ", " y ", " e ", " et ", " und ", "と", "及び"):
            if joint in words:
                parts = words.split(joint)
                if all(part.strip() in self.headings for part in parts):
                    return True
        return False

    def column_word(self, text: str) -> ColumnWord | None:
        """What a header (plain text) means; ``None`` if syncer has no use for the column."""
        for form in label_forms(text):
            word = self.columns.get(form)
            if word is not None:
                return word
        return None

    def column(self, text: str) -> Column | None:
        """The use of a column with this header (plain text), ``None`` if there is none."""
        word = self.column_word(text)
        return word.column if word else None

    def is_timeline(self, text: str) -> bool:
        """Whether this header (plain text) is that of a timeline's first column."""
        return any(form in self.timeline for form in label_forms(text))

    def is_row_number(self, text: str) -> bool:
        """Whether a column with this header (plain text) numbers rows."""
        return any(form in self.row_numbers for form in label_forms(text))

    def status(self, words: str) -> Status | None:
        """The meaning of a status phrase, ``None`` if it has none."""
        word = self.statuses.get(fold(words))
        return word.status if word else None

    def metadatum(self, text: str) -> Metadatum | None:
        """Which of the incident's facts a label (plain text) announces."""
        for form in label_forms(text):
            if form in self.metadata:
                return self.metadata[form]
        return None

    def write_column(self, column: Column, language: str) -> str:
        """What to call an added column in a table of this language."""
        words = self.written_columns
        return words.get(language, words[DEFAULT_LANGUAGE])[column]

    def write_status(self, status: Status, language: str) -> str:
        """How to write a status in a table of this language that doesn't show a way of its own."""
        words = self.written_statuses
        return words.get(language, words[DEFAULT_LANGUAGE])[status]

    def language(self, candidates: Iterable[frozenset[str]]) -> str:
        """The language that most words of a table belong to; of several the preferred one.

        Args:
            candidates: The languages of each word.
        """
        counts = dict.fromkeys(self.languages, 0)
        for languages in candidates:
            for code in languages:
                counts[code] = counts.get(code, 0) + 1
        best = max(counts.values(), default=0)
        if best == 0:
            return DEFAULT_LANGUAGE
        return next(code for code, count in counts.items() if count == best)
