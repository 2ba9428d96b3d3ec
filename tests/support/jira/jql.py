"""The part of Jira's query language that is spoken here.

```
query   = [clause {"AND" clause}] ["ORDER BY" field ["ASC" | "DESC"] {"," field ["ASC" | "DESC"]}]
clause  = field ("=" | ">" | ">=" | "<" | "<=") value | field "in" "(" value {"," value} ")"
value   = word | "…" | '…'
```
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<sign>[<>]=?|=|[(),])|(?P<word>[\w.-]+))"""
)
_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
_ESCAPED: Final = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", '"': '"', "'": "'", " ": " "}
_WORDS: Final = (
    "and or not in is was changed empty null order by asc desc select from where group having "
    "limit after before abort access add alter any as audit between boolean break byte case "
    "cast char check column commit connect continue count create current date default delete "
    "distinct do double drop else encoding end equals escape exec execute exists explain false "
    "field file first float for function go goto grant greater if immediate increment index "
    "initial inner inout input insert int integer intersect into isempty isnull join last left "
    "less like lock long max min minus mode modify multiply next noaudit notin nowait number "
    "object of on option outer output power previous prior privileges public raise raw "
    "remainder rename resource return returns revoke right row rows session set share size sqrt "
    "start strict string subtract sum synonym table then to trans transaction trigger true uid "
    "union unique update user validate values view when whenever while with "
)
_RESERVED: Final = frozenset(_WORDS.split())


class QueryError(Exception):
    """A query that isn't right, or that says more than is understood here."""


@dataclass(frozen=True)
class Clause:
    """What an issue has to be like.

    Attributes:
        field: In lower case.
        sign: ``=`` and so on, or ``in``.
    """

    field: str
    sign: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Query:
    """Clauses that all have to hold, and what the issues are sorted by: fields, and whether backwards."""

    clauses: tuple[Clause, ...]
    order: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str

    def says(self, *words: str) -> bool:
        """Whether it is one of these words or signs."""
        return self.kind != "quoted" and self.text.lower() in words


_END: Final = _Token("end", "")


def parse(text: str) -> Query:
    """What a query says.

    Raises:
        QueryError: It isn't understood.
    """
    return _Reader(_tokens(text), text).query()


def _tokens(text: str) -> list[_Token]:
    tokens = []
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            raise QueryError(f"the double can't read the query from “{text[at:]}” on: {text}")
        at = match.end()
        kind = match.lastgroup or ""
        token = match[kind]
        tokens.append(_Token(kind, _unquoted(token) if kind == "quoted" else token))
    return tokens


def _unquoted(token: str) -> str:
    def read(match: re.Match[str]) -> str:
        if match[1]:
            return chr(int(match[1], 16))
        if match[2] not in _ESCAPED:
            raise QueryError(f"'\\{match[2]}' is an illegal JQL escape sequence")
        return _ESCAPED[match[2]]

    return _ESCAPE.sub(read, token[1:-1])


class _Reader:
    def __init__(self, tokens: Sequence[_Token], text: str) -> None:
        self._tokens = tokens
        self._text = text
        self._at = 0

    def query(self) -> Query:
        clauses = []
        if not self._next.says("order") and self._next is not _END:
            clauses.append(self._clause())
            while self._next.says("and"):
                self._take()
                clauses.append(self._clause())
        order = self._order() if self._next.says("order") else []
        if self._next is not _END:
            raise self._unexpected()
        return Query(tuple(clauses), tuple(order))

    def _clause(self) -> Clause:
        field = self._take("word", "quoted").text.lower()
        sign = self._take().text.lower()
        if sign == "in":
            self._sign("(")
            values = [self._value()]
            while self._next.says(","):
                self._take()
                values.append(self._value())
            self._sign(")")
            return Clause(field, sign, tuple(values))
        if sign not in ("=", ">", ">=", "<", "<="):
            raise QueryError(f"the double doesn't know “{sign}”: {self._text}")
        return Clause(field, sign, (self._value(),))

    def _value(self) -> str:
        token = self._take("word", "quoted")
        if token.kind == "word" and token.text.lower() in _RESERVED:
            raise QueryError(
                f"“{token.text}” is a reserved word and has to be quoted: {self._text}"
            )
        return token.text

    def _order(self) -> list[tuple[str, bool]]:
        self._take()
        if not self._take().says("by"):
            raise self._unexpected()
        order = [self._sorted()]
        while self._next.says(","):
            self._take()
            order.append(self._sorted())
        return order

    def _sorted(self) -> tuple[str, bool]:
        field = self._take("word", "quoted").text.lower()
        return field, self._next.says("asc", "desc") and self._take().says("desc")

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else _END

    def _take(self, *kinds: str) -> _Token:
        token = self._next
        if token is _END or (kinds and token.kind not in kinds):
            raise self._unexpected()
        self._at += 1
        return token

    def _sign(self, sign: str) -> None:
        if not self._take().says(sign):
            raise self._unexpected()

    def _unexpected(self) -> QueryError:
        return QueryError(f"the double doesn't understand “{self._next.text}” there: {self._text}")
