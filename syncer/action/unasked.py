"""What documents alone tell, where no tracker may be asked: for pull requests from forks, which have no secrets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

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

NOT_ASKED = (
    "The tracker was not asked: a pull request from a fork has no secrets. This is what the documents alone tell; what "
    "a sync will do is seen once it is merged."
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


def described(glance: Glance) -> str:
    """What they tell, as Markdown."""
    lines = []
    for document in glance.documents:
        lines += [f"**{_text(document.path)}**", "", *_items(document), ""]
    if not glance.documents:
        lines += ["No document of these can be read.", ""]
    worth = [problem for problem in glance.problems if problem.level is not Level.INFO]
    if worth:
        lines += ["**Problems**", ""]
        lines += [
            f"- {one.level.value} {_text(one.document)}:{one.line or ''} {_text(one.message)}. {_text(one.remedy)}"
            for one in worth
        ]
        lines.append("")
    return "\n".join([f"> {NOT_ASKED}", "", *lines]).rstrip() + "\n"


def _items(document: PostMortem) -> Iterator[str]:
    if not document.items:
        yield "No action items."
        return
    new = [item for item in document.items if _is_new(item)]
    yield f"{count(len(document.items), 'action item')}, of which {len(new)} would be filed:"
    yield ""
    for item in new:
        yield f"- line {item.line}: {_text(item.text)}"


def _is_new(item: ActionItem) -> bool:
    """Whether a row has no issue yet and isn't finished, as far as can be told by looking at it."""
    status = item.values.get("status", "")
    return item.reference is None and not (status and Status(status).finished)


def _text(text: str) -> str:
    return escape(safe(text).replace("@", "@\u200b"))
