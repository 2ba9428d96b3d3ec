from __future__ import annotations

import tomllib
from importlib import resources

import pytest

from syncer import vocabularies
from syncer.core.reading.statuses import read_status
from syncer.core.reading.words import LONGEST, fold
from syncer.errors import ConfigurationError
from syncer.model import Span, Status
from syncer.vocabularies import LANGUAGES, load

WORDS = load()


@pytest.mark.parametrize(
    "heading",
    [
        *("Action Items", "Action items & Followups", "Actions", "Next steps", "Follow-up actions"),
        *(
            "Corrective and preventive actions",
            "Corrective & Preventative Action Items",
            "Remediation",
        ),
        *(
            "\u30a2\u30af\u30b7\u30e7\u30f3\u30a2\u30a4\u30c6\u30e0",
            "\u518d\u767a\u9632\u6b62\u7b56",
        ),
        *("A\u00e7\u00f5es", "Pr\u00f3ximos passos", "Acciones correctivas", "Actions correctives"),
        *(
            "\u884c\u52a8\u9879",
            "4. \u6539\u8fdb\u9879\uff08\u884c\u52a8\u9879\uff09",
            "\ud6c4\uc18d \uc870\uce58",
        ),
        *("Ma\u00dfnahmen", "N\u00e4chste Schritte", "Follow-ups / Action items"),
    ],
)
def test_sections_of_action_items_are_known_in_eight_languages(heading: str) -> None:
    assert WORDS.heading(heading)


@pytest.mark.parametrize(
    "heading",
    [
        "Timeline",
        "Actions taken",
        "Timeline and actions",
        "Lessons learned",
        "Interactions",
        "",
        "5 Whys",
    ],
)
def test_other_sections_are_not(heading: str) -> None:
    assert not WORDS.heading(heading)


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("Action", "action"),
        ("Action Item(s)", "action"),
        ("Item", "action"),
        ("Recommendation", "action"),
        ("Owner (role)", "owner"),
        ("Who", "owner"),
        ("DRI", "owner"),
        ("Due Date", "due"),
        ("ETA", "due"),
        ("Expected Date", "due"),
        ("State", "status"),
        ("Pri", "priority"),
        ("Bug #", "issue"),
        ("Plane Issue", "issue"),
        ("Issue / PR", "issue"),
        ("Tracking bug", "issue"),
        ("\u30a2\u30af\u30b7\u30e7\u30f3", "action"),
        ("\u62c5\u5f53", "owner"),
        ("\u671f\u9650", "due"),
        ("\u72b6\u614b", "status"),
        ("Accion", "action"),
        ("Respons\u00e1vel", "owner"),
        ("Fecha l\u00edmite", "due"),
        ("Priorit\u00e9", "priority"),
        ("\u8d1f\u8d23\u4eba", "owner"),
        ("\ud310\uc815", "status"),
        ("Zust\u00e4ndig", "owner"),
    ],
)
def test_columns_are_known_in_eight_languages(header: str, column: str) -> None:
    assert WORDS.column(header) == column


@pytest.mark.parametrize(
    "header", ["#", "Type", "Notes", "Evidence", "Date", "Time", "", "Target role"]
)
def test_other_columns_have_no_use(header: str) -> None:
    assert WORDS.column(header) is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", Status)
def test_the_word_for_a_status_reads_back_as_that_status(language: str, status: Status) -> None:
    word = WORDS.write_status(status, language)
    found = read_status(word, WORDS)
    assert (found.status, found.span) == (status, Span(0, len(word)))
    assert language in found.languages


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_header_of_an_added_column_reads_back_as_that_column(language: str) -> None:
    assert WORDS.column(WORDS.write_column("status", language)) == "status"
    assert WORDS.column(WORDS.write_column("issue", language)) == "issue"


def test_a_language_without_words_of_its_own_is_written_in_english() -> None:
    assert WORDS.write_status(Status.DONE, "tlh") == "Done"
    assert WORDS.write_column("issue", "tlh") == "Issue"


def test_no_word_has_two_meanings_in_the_files() -> None:
    meanings: dict[tuple[str, str], set[str]] = {}
    for name in (*LANGUAGES, "symbols"):
        file = resources.files("syncer.vocabulary").joinpath(f"{name}.toml")
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        for (part, key), words in vocabularies._read(data, name).items():
            for word in words:
                question = vocabularies._question(part, key)
                meanings.setdefault((question, fold(word)), set()).add(key)
    assert {place: found for place, found in meanings.items() if len(found) > 1} == {}


def test_a_table_is_of_the_language_of_most_of_its_words() -> None:
    english, french, both = frozenset({"en"}), frozenset({"fr"}), frozenset({"en", "fr"})
    assert WORDS.language([both, french]) == "fr"
    assert WORDS.language([both, english, french]) == "en"
    assert WORDS.language([]) == "en"


class TestAdditions:
    def test_are_known_like_the_words_that_come_with_syncer(self) -> None:
        words = load(
            {
                "headings": ["Promises"],
                "columns": {"owner": ["Caretaker"]},
                "statuses": {"blocked": ["Parked"]},
                "symbols": {"done": ["\U0001f3c1"]},
            }
        )
        assert words.heading("7. Promises")
        assert words.column("Caretaker") == "owner"
        assert words.status("parked") is Status.BLOCKED
        assert read_status("\U0001f3c1", words).status is Status.DONE

    @pytest.mark.parametrize("key", ["wont_do", "Won't Do", "WONT DO", "won\u2019t-do"])
    def test_name_a_status_as_people_do(self, key: str) -> None:
        assert load({"statuses": {key: ["Deferred"]}}).status("deferred") is Status.WONT_DO

    def test_replace_what_a_word_meant(self) -> None:
        assert load({"statuses": {"blocked": ["Pending"]}}).status("pending") is Status.BLOCKED
        assert load({"columns": {"issue": ["Item"]}}).column("Item") == "issue"
        assert WORDS.status("pending") is Status.NOT_STARTED

    @pytest.mark.parametrize(
        ("extra", "place"),
        [
            ({"statuses": {"finished": ["Done"]}}, "vocabulary.statuses.finished"),
            ({"columns": {"assignee": ["Who"]}}, "vocabulary.columns.assignee"),
            ({"heading": ["Promises"]}, "vocabulary.heading"),
            ({"write": {}}, "vocabulary.write"),
            ({"headings": "Promises"}, "vocabulary.headings"),
            ({"columns": ["Owner"]}, "vocabulary.columns"),
            ({"columns": {"owner": "Who"}}, "vocabulary.columns.owner"),
            ({"columns": {"owner": [3]}}, "vocabulary.columns.owner"),
            ({"columns": {"owner": ["  "]}}, "vocabulary.columns.owner"),
            ({"headings": ["x" * (LONGEST + 1)]}, "vocabulary.headings"),
        ],
    )
    def test_that_do_not_fit_are_refused_with_their_place(
        self, extra: dict[str, object], place: str
    ) -> None:
        with pytest.raises(ConfigurationError) as caught:
            load(extra)
        assert place in caught.value.message
        assert caught.value.remedy

    def test_that_give_a_word_two_meanings_are_refused(self) -> None:
        with pytest.raises(ConfigurationError, match="'parked' for both"):
            load({"statuses": {"blocked": ["Parked"], "done": ["parked"]}})
