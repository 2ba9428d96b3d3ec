"""Loads the vocabularies: the data files of the package, and what the configuration adds to them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from syncer.core.reading.vocabulary import (
    METADATA,
    STATUS_KEYS,
    UNITS,
    ColumnWord,
    Metadatum,
    Placeholders,
    RelativeDates,
    StatusWord,
    Unit,
    Vocabulary,
)
from syncer.core.reading.words import LONGEST, fold
from syncer.errors import ConfigurationError
from syncer.model import COLUMNS, Column, Status

LANGUAGES: Final = ("en", "ja", "pt", "es", "fr", "zh", "ko", "de")
"""The languages that come with syncer, in the order of preference where a word belongs to several."""

_COLUMN_KEYS: Final = frozenset(COLUMNS)
_SHAPE: Final[Mapping[str, frozenset[str]]] = {
    "columns": _COLUMN_KEYS,
    "weak_columns": _COLUMN_KEYS,
    "generic_columns": _COLUMN_KEYS,
    "other_columns": frozenset({"timeline", "row_numbers"}),
    "statuses": frozenset(STATUS_KEYS),
    "symbols": frozenset(STATUS_KEYS),
    "metadata": frozenset(METADATA),
    "incident": frozenset({"severities", "statuses"}),
    "placeholders": frozenset({"any", "action", "owner", "not_applicable"}),
    "relative_dates": frozenset({*UNITS, "before", "after"}),
}

_RANKS: Final = {"columns": 0, "weak_columns": 1, "generic_columns": 2}

_Words = dict[tuple[str, str], tuple[str, ...]]
"""The words of one source by section and key; headings have the key ``""``."""


def load(extra: Mapping[str, object] | None = None) -> Vocabulary:
    """All built-in languages and the configuration's additions as one vocabulary.

    Args:
        extra: The configuration's ``vocabulary``, in the shape of the data files: ``headings`` is a list of names;
            ``columns``, ``weak_columns``, ``generic_columns``, ``other_columns``, ``statuses``, ``symbols``,
            ``metadata``, ``incident``, ``placeholders`` and ``relative_dates`` have a list of words under each of
            their keys. A word that has another meaning already gets the one that is given here.

    Raises:
        ConfigurationError: An addition has a key that doesn't exist, isn't a list of words, or gives one word two
            meanings; it names the key.
    """
    builder = _Builder()
    for code in LANGUAGES:
        data = _data(code)
        builder.add(_read(data, f"{code}.toml"), code)
        builder.add_written(data["write"], code)
    builder.add(_read(_data("symbols"), "symbols.toml"), None)
    if extra:
        builder.replace(_read(extra, "vocabulary"))
    return builder.build()


@cache
def _data(name: str) -> dict[str, Any]:
    file = resources.files("syncer.vocabulary").joinpath(f"{name}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _read(data: Mapping[str, object], source: str) -> _Words:
    """The words of a data file, or of the configuration, with its shape checked."""
    words: _Words = {}
    for section, content in data.items():
        place = f"{source}.{section}"
        if section == "headings":
            words["headings", ""] = _list(content, place)
        elif section in _SHAPE:
            if not isinstance(content, Mapping):
                raise ConfigurationError(
                    f"{place} is not a mapping",
                    remedy=f"Give it a list of words under {_choice(_SHAPE[section])}.",
                )
            for name, value in content.items():
                words[section, _key(section, str(name), place)] = _list(value, f"{place}.{name}")
        elif not (section == "write" and source != "vocabulary"):
            raise ConfigurationError(
                f"{place} is unknown", remedy=f"It can have {_choice({'headings', *_SHAPE})}."
            )
    return words


def _key(section: str, name: str, place: str) -> str:
    key = name
    if section in ("statuses", "symbols"):
        # "Won't Do" is as good as "wont_do".
        key = fold(name).replace("'", "").replace(" ", "_")
    if key not in _SHAPE[section]:
        raise ConfigurationError(
            f"{place}.{name} is unknown", remedy=f"It can be {_choice(_SHAPE[section])}."
        )
    return key


def _list(value: object, place: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise ConfigurationError(
            f"{place} is not a list", remedy='Write the words as a list: ["Owner", "DRI"].'
        )
    for word in value:
        if not isinstance(word, str) or not fold(word):
            raise ConfigurationError(
                f"{place} has {word!r}, which is not a word",
                remedy=f"Give text of 1 to {LONGEST} characters, in quotes.",
            )
    return tuple(value)


def _choice(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in sorted(names))


@dataclass(frozen=True, slots=True)
class _Meaning:
    key: str
    rank: int
    languages: frozenset[str]


class _Builder:
    """Collects the words of all sources, by the question that they answer."""

    def __init__(self) -> None:
        self.meanings: dict[str, dict[str, _Meaning]] = {}
        self.columns: dict[str, dict[Column, str]] = {}
        self.statuses: dict[str, dict[Status, str]] = {}

    def add(self, words: _Words, language: str | None) -> None:
        """Add the words of a file. A word that has a meaning already keeps it, and belongs to one language more."""
        languages = frozenset({language} if language else ())
        for (section, key), entries in words.items():
            meanings = self.meanings.setdefault(_question(section, key), {})
            for word in map(fold, entries):
                old = meanings.get(word)
                new = _Meaning(key, _RANKS.get(section, 0), languages)
                if old is not None:
                    new = _Meaning(old.key, min(old.rank, new.rank), old.languages | languages)
                meanings[word] = new

    def replace(self, words: _Words) -> None:
        """Add the configuration's words: what it says replaces what a file says."""
        given: dict[tuple[str, str], str] = {}
        for (section, key), entries in words.items():
            question = _question(section, key)
            meanings = self.meanings.setdefault(question, {})
            for word in map(fold, entries):
                other = given.setdefault((question, word), key)
                if other != key:
                    raise ConfigurationError(
                        f"vocabulary.{section} has '{word}' for both {other} and {key}",
                        remedy="Keep the one that your documents mean.",
                    )
                meanings[word] = _Meaning(key, _RANKS.get(section, 0), frozenset())

    def add_written(self, data: Mapping[str, Mapping[str, str]], language: str) -> None:
        """Add the words that are written into a document of a language."""
        columns = data["columns"]
        self.columns[language] = {name: columns[name] for name in COLUMNS if name in columns}
        self.statuses[language] = {
            status: data["statuses"][key] for key, status in STATUS_KEYS.items()
        }

    def build(self) -> Vocabulary:
        statuses = self.meanings["statuses"]
        columns: dict[str, Column] = {name: name for name in COLUMNS}
        metadata: dict[str, Metadatum] = {name: name for name in METADATA}
        units: dict[str, Unit] = {name: name for name in UNITS}
        return Vocabulary(
            languages=LANGUAGES,
            headings=self._words("headings"),
            columns={
                word: ColumnWord(columns[meaning.key], meaning.rank, meaning.languages)
                for word, meaning in self.meanings["columns"].items()
            },
            timeline=self._words("timeline"),
            row_numbers=self._words("row_numbers"),
            statuses={
                word: StatusWord(STATUS_KEYS[meaning.key], meaning.languages)
                for word, meaning in statuses.items()
            },
            longest_status=max(len(word.split()) for word in statuses),
            symbols={
                word: STATUS_KEYS[meaning.key] for word, meaning in self.meanings["symbols"].items()
            },
            written_columns=self.columns,
            written_statuses=self.statuses,
            metadata={
                word: metadata[meaning.key] for word, meaning in self.meanings["metadata"].items()
            },
            incident_words=self._words("incident"),
            placeholders=Placeholders(
                any=self._words("any"),
                action=frozenset(w for w in self._words("action") if not w.endswith("*")),
                owner=self._words("owner"),
                not_applicable=self._words("not_applicable"),
                prefixes=tuple(
                    w.rstrip(" *") + " " for w in sorted(self._words("action")) if w.endswith("*")
                ),
            ),
            relative_dates=RelativeDates(
                units={word: units[meaning.key] for word, meaning in self.meanings["unit"].items()},
                before=self._words("before"),
                after=self._words("after"),
            ),
        )

    def _words(self, question: str) -> frozenset[str]:
        return frozenset(self.meanings[question])


def _question(section: str, key: str) -> str:
    """What is asked of a word: one with two answers to the same question would be ambiguous."""
    if section in _RANKS:
        return "columns"
    if section in ("other_columns", "placeholders") or key in ("before", "after"):
        return key
    return "unit" if section == "relative_dates" else section
