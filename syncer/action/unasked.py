"""What documents alone tell, where no tracker can be asked: pull requests from forks have no secrets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from syncer.core.markdown.inline import escape
from syncer.core.reading.postmortem import parse
from syncer.errors import DocumentError
from syncer.model import Level, Problem, Status
from syncer.render.safe import safe
from syncer.render.summary import count

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from syncer.core.reading.postmortem import ActionItem, PostMortem
    from syncer.core.reading.vocabulary import Vocabulary
    from syncer.documents import DocumentStore

NOT_ASKED: Final = (
    "A pull request from a fork, or by Dependabot, has no secrets. This is what the documents alone tell; what a sync "
    "will do is seen once it is merged."
)


@dataclass(frozen=True, slots=True)
class Glance:
    """What some documents tell.

    Attributes:
        documents: Those that could be read.
        problems: What couldn't be read in them.
    """

    documents: tuple[PostMortem, ...]
    problems: tuple[Problem, ...]


def look(
    store: DocumentStore,
    vocabulary: Vocabulary,
    documents: Collection[str],
    *,
    max_characters: int,
    max_line: int,
) -> Glance:
    """Read documents, and ask nobody.

    Args:
        store: Where they are.
        vocabulary: The words to read with.
        documents: Their paths; those that aren't among the store's are passed over.
        max_characters: Longest document that is read.
        max_line: Longest line.
    """
    read, problems = [], []
    for path in store.paths():
        if path not in documents:
            continue
        try:
            text = store.read(path).text
        except DocumentError as error:
            problems.append(Problem(Level.ERROR, path, error.line, error.message, error.remedy))
            continue
        found = parse(text, path, vocabulary, max_characters=max_characters, max_line=max_line)
        read.append(found)
        problems += found.problems
    return Glance(tuple(read), tuple(problems))


def described(glance: Glance, reasons: Collection[str]) -> str:
    """What they tell, as Markdown.

    Args:
        glance: What was seen.
        reasons: Why nobody was asked.
    """
    lines = [*(f"> Not asked: {_text(' '.join(one.split()))}." for one in reasons), ">"]
    lines += [f"> {NOT_ASKED}", ""]
    for document in glance.documents:
        lines += [f"**{_text(document.path)}**", "", *_items(document), ""]
    worth = [problem for problem in glance.problems if problem.level is not Level.INFO]
    if not glance.documents and not worth:
        lines += ["There is no document to be read.", ""]
    if worth:
        lines += ["**Problems**", ""]
        lines += [
            f"- {one.level.value} {_text(one.document)}:{one.line or ''} {_text(one.message)}. {_text(one.remedy)}"
            for one in worth
        ]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _items(document: PostMortem) -> Iterator[str]:
    if not document.items:
        yield "No action items."
        return
    new = [item for item in document.items if _is_new(document, item)]
    yield f"{count(len(document.items), 'action item')}; open and without an issue: {len(new)}"
    yield ""
    for item in new:
        yield f"- line {item.line}: {_text(item.text)}"


def _is_new(document: PostMortem, item: ActionItem) -> bool:
    """Whether a row is open and has no issue yet, as far as can be told by looking at it."""
    if item.reference is not None:
        return False
    status = item.values.get("status")
    if status is None:
        # What is in the cell can't be read, if there is one.
        return "status" not in document.tables[item.table].columns
    return not (status and Status(status).finished)


def _text(text: str) -> str:
    return escape(safe(text).replace("@", "@\u200b"))
