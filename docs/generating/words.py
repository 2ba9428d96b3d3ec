"""The words that syncer knows, from its vocabularies."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any, Final

from syncer.vocabularies import LANGUAGES

NAMES: Final = {
    "en": "English",
    "ja": "Japanese",
    "pt": "Portuguese",
    "es": "Spanish",
    "fr": "French",
    "zh": "Chinese",
    "ko": "Korean",
    "de": "German",
}
_MEANINGS: Final = {
    "not_started": "Not Started",
    "in_progress": "In Progress",
    "blocked": "Blocked",
    "done": "Done",
    "wont_do": "Won't Do",
}
_USES: Final = {
    "action": "Action",
    "owner": "Owner",
    "due": "Due date",
    "status": "Status",
    "priority": "Priority",
    "issue": "Issue",
}
_FACTS: Final = ("id", "date", "duration", "severity", "status", "title")


def written() -> str:
    """A table of what is written into documents, by language."""
    head = ["Language", "Status column", "Issue column", *_MEANINGS.values()]
    rows = [head, ["---"] * len(head)]
    for code in LANGUAGES:
        words = _data(code)["write"]
        columns, statuses = words["columns"], words["statuses"]
        own = [columns["status"], columns["issue"], *(statuses[key] for key in _MEANINGS)]
        rows.append([NAMES[code], *own])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n"


def read() -> str:
    """All words of all languages, with headings of the second level."""
    parts = ["## Signs", _list(_data("symbols")["symbols"], _MEANINGS)]
    for code in LANGUAGES:
        data = _data(code)
        parts += [f"## {NAMES[code]}", f"**Headings of the section:** {_words(data['headings'])}"]
        parts += ["**Headers of columns:**", _columns(data)]
        parts += ["**Statuses:**", _list(data["statuses"], _MEANINGS)]
        facts = {name: data["metadata"].get(name, []) for name in _FACTS}
        parts += ["**The incident's facts:**", _list(facts, {name: name for name in _FACTS})]
    return "\n\n".join(parts) + "\n"


def _columns(data: dict[str, Any]) -> str:
    lines = []
    for key, name in _USES.items():
        sure = data["columns"].get(key, [])
        weak = data.get("weak_columns", {}).get(key, []) + data.get("generic_columns", {}).get(
            key, []
        )
        also = f"; where no other column claims the use, also {_words(weak)}" if weak else ""
        lines.append(f"- {name}: {_words(sure)}{also}")
    return "\n".join(lines)


def _list(words: dict[str, list[str]], names: dict[str, str]) -> str:
    return "\n".join(f"- {names[key]}: {_words(words[key])}" for key in names if words.get(key))


def _words(words: list[str]) -> str:
    # As code: some are brackets, hashes and shortcodes, which Markdown would read otherwise.
    return ", ".join(f"`{word}`" for word in words)


def _data(name: str) -> dict[str, Any]:
    file = resources.files("syncer.vocabulary").joinpath(f"{name}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))
