"""Documents made to mislead a reader of Markdown tables, from a seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

CELLS = (
    *("a", "b1", "i j", "é", "**g**", "&amp;", "<br>", "[z]", "", "  ", "\t"),
    *("`x|y`", "`x\\|y`", "c\\|d", "\\\\|e", "\\", "f\\\\\\|", "`", "``h`|``", "\\`"),
    *("-", "--", ":-:", "1. k", "#", "> l", "\u2028m", "\x0b", "n\xa0"),
)

LINES = (
    *("", "text", "more text", "text |", "a | b", "|", "||", "| |", "|\t", "=", "--", "-- |"),
    *("# head", "## h ##", "#", "#x", "===", "---", "***", "- - -", "_ _ _", "* * x"),
    *("- item", "-", "* x", "+ y", "1. one", "2. two", "1.", "2)", "1)", "10. z", "- [ ] task"),
    *("- [x] done", "  - sub", "   cont", "      deep", "-\tx", "- \ty", "- - u", "- > t"),
    *("> q", ">", "> > r", ">- s", ">\tz", "> ```", "- ```", "  ```", "> <!--", "- <div>"),
    *("> a|b", "> -|-", "> c|d", ">  |a|b|", "- a|b", "  -|-", "  c|d", "  |a|b|", "1) a|b"),
    *("   -|-", "    | i |", "  indented", "    code", "\tcode2", "```", "~~~", "```py", "``` `x"),
    *("<div>", "</div>", "<!-- c", "-->", "<!-- d -->", "<a>", "<a b='c'>", "</a>", "<pre>"),
    *("</pre>", "<?php", "?>", "<!X", "<![CDATA[", "]]>", "<x y", "<script>", "</script>"),
    *("<hr/>", "<hr />", "<table><tr>", "</p", "<style>x</style>", "\\", "\xa0", "\u3000x"),
    *("[r]: /u", "[s]: /u 'title'", "[t]:", "/url", "'ti", "tle'", "[u]: <a b> (x)"),
    *("[v]: /u x", "> [w]: /q", '[r]: /u "t', "[s]:", "  [t]: /u"),
)

LABELS = "rstuvw"
"""The labels that ``LINES`` define."""

_INDENTS = (*("",) * 5, " ", "  ", "   ", "    ", "\t", " \t")


def hostile_document(random: Random) -> str:
    """A document of some tables, whole and broken, between blocks of every kind."""
    lines: list[str] = []
    for _ in range(random.choice((1, 2, 2, 3, 3, 4, 5))):
        lines += _in_container(random, _group(random))
    end = random.choice((*("\n",) * 6, "\r\n", "\r", ""))
    text = "".join(line + (end or random.choice(("\n", "\r\n", "\r"))) for line in lines)
    if random.random() < 0.1:
        text = text.rstrip("\r\n")
    return "\ufeff" + text if random.random() < 0.05 else text


def _group(random: Random) -> list[str]:
    kind = random.random()
    if kind < 0.35:
        return _table(random)
    if kind < 0.5:
        rows = [_row(random) for _ in range(random.choice((0, 1, 2)))]
        return [_row(random), _delimiter(random), *rows]
    if kind < 0.6:
        return [_row(random)]
    return [random.choice(LINES) for _ in range(random.choice((1, 1, 2)))]


def _table(random: Random) -> list[str]:
    """A table whose header and delimiter row mostly fit, with rows that need not."""
    width = random.choice((1, 2, 2, 3, 3))
    padding = random.choice((" ", ""))
    opening, closing = random.random() < 0.7, random.random() < 0.7

    def line(cells: list[str]) -> str:
        inner = "|".join(padding + cell + padding for cell in cells)
        return "|" * opening + inner + "|" * closing

    dashes = width if random.random() < 0.9 else width + 1
    return [
        line([random.choice(CELLS) for _ in range(width)]),
        line([random.choice(("---", ":-:", "-")) for _ in range(dashes)]),
        *(_row(random) for _ in range(random.choice((0, 1, 2, 3)))),
    ]


def _row(random: Random) -> str:
    cells = [random.choice(CELLS) for _ in range(random.choice((1, 2, 2, 2, 3, 3, 4)))]
    padding = random.choice((" ", " ", "", "\t", "  "))
    ending = random.choice(("", "", "", " ", "\t"))
    return random.choice(_INDENTS) + _piped(random, cells, padding) + ending


def _delimiter(random: Random) -> str:
    width = random.choice((1, 2, 2, 2, 3, 3, 4))
    cells = [random.choice(("-", "---", ":-", ":-:", "-:", "--", ":--")) for _ in range(width)]
    padding = random.choice((" ", "", "", "  ", "\t"))
    return random.choice(_INDENTS[:9]) + _piped(random, cells, padding)


def _piped(random: Random, cells: list[str], padding: str) -> str:
    inner = "|".join(padding + cell + padding for cell in cells)
    kind = random.random()
    if kind < 0.5:
        return f"|{inner}|"
    if kind < 0.6:
        return f"|{inner}"
    return f"{inner}|" if kind < 0.7 else inner


def _in_container(random: Random, lines: list[str]) -> list[str]:
    """The lines as they are, or in a quote or list, some of them without its marker."""
    kind = random.random()
    if kind < 0.08:
        return ["> " + line for line in lines]
    if kind < 0.12:
        return ["- " + lines[0], *("  " + line for line in lines[1:])]
    if kind < 0.15:
        return [">" + line if random.random() < 0.8 else line for line in lines]
    if kind < 0.17:
        first, *others = lines
        return ["> " + first, *("> " + x if random.random() < 0.5 else x for x in others)]
    return lines
