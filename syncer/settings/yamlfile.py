"""Reads ``syncer.yaml``: plain data with the line of each key, and nothing that YAML could hide in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from syncer.settings.faults import Fault, Key, secret

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 1_000_000
"""The largest configuration that is read."""

_PLAIN = "tag:yaml.org,2002:"

_SECRETS = {
    "a GitHub token": re.compile(r"\b(gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})"),
    "an Atlassian token": re.compile(r"\bAT[A-Z]TT3[A-Za-z0-9_=-]{20,}"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "an address with a password": re.compile(
        # Bounded, so that a long text takes no longer than its length.
        r"[a-z][a-z0-9+.-]{0,20}://[^/\s:@]{0,200}:[^/\s@]{1,200}@"
    ),
}
"""What a secret looks like, whatever key it stands under."""


@dataclass(frozen=True, slots=True)
class YamlFile:
    """A configuration file's content.

    Attributes:
        data: Its keys and values; those of the first level that have no value are left out.
        lines: The line of each key and list entry, counted from 1.
        faults: What is wrong with the file as YAML, and secrets that it holds, placed by line.
    """

    data: dict[str, Any] = field(default_factory=dict)
    lines: dict[Key, int] = field(default_factory=dict)
    faults: list[tuple[int, Fault]] = field(default_factory=list)


class _Loader(yaml.SafeLoader):
    """The safe loader without aliases, which let a few lines stand for a billion."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.get_mark()
            raise yaml.MarkedYAMLError(problem="aliases (`*name`) are not read", problem_mark=mark)
        return super().compose_node(parent, index)


def read(path: Path) -> YamlFile:
    """The content of a configuration file.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        return parse(file.read(MAX_BYTES + 1))


def parse(data: bytes) -> YamlFile:
    """What the bytes of a configuration file hold."""
    if len(data) > MAX_BYTES:
        return _broken(1, f"the file is larger than {MAX_BYTES:,} bytes", "Is it the right one?")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return _broken(line, "the file is not UTF-8", "Save it as UTF-8.")
    try:
        return _read(_Loader(text))
    except RecursionError:
        return _broken(1, "the file is nested too deeply", "Is it the right one?")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = ", ".join(filter(None, (error.context, error.problem)))
        return _broken(mark.line + 1 if mark else 1, problem, _remedy(problem))
    except yaml.YAMLError:
        return _broken(1, "the file has characters that YAML forbids", "Save it as plain text.")


def _read(loader: _Loader) -> YamlFile:
    content = YamlFile()
    node = loader.get_single_node()
    if node is None:
        return content
    data = _Reader(loader, content).value(node, ())
    if data is None:
        return content
    if not isinstance(data, dict):
        return _broken(1, "the file holds no keys", "Write `key: value`, one key on a line.")
    content.data.update({key: value for key, value in data.items() if value is not None})
    return content


class _Reader:
    """Turns nodes into data, noting lines and faults in ``content``."""

    def __init__(self, loader: _Loader, content: YamlFile) -> None:
        self._loader = loader
        self._content = content

    def value(self, node: yaml.Node, key: Key) -> Any:
        self._content.lines.setdefault(key, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode) and node.tag == f"{_PLAIN}map":
            return self._mapping(node, key)
        if isinstance(node, yaml.SequenceNode) and node.tag == f"{_PLAIN}seq":
            return [self.value(item, (*key, number)) for number, item in enumerate(node.value)]
        if isinstance(node, yaml.ScalarNode) and node.tag.startswith(_PLAIN):
            return self._scalar(node, key)
        self._fault(node, key, f"the tag `{node.tag}` is not read", "Write the plain value.")
        return None

    def _mapping(self, node: yaml.MappingNode, key: Key) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, value in node.value:
            if not isinstance(name, yaml.ScalarNode) or name.tag != f"{_PLAIN}str":
                self._fault(name, key, "has a key that is no text", "Put the key in quotes.")
                continue
            inner = (*key, name.value)
            if name.value in values:
                first = self._content.lines[inner]
                self._fault(name, inner, f"is set in line {first} already", "Keep one of the two.")
                continue
            self._content.lines[inner] = name.start_mark.line + 1
            self._look_for_secrets(name, key)
            values[name.value] = self.value(value, inner)
        return values

    def _scalar(self, node: yaml.ScalarNode, key: Key) -> Any:
        self._look_for_secrets(node, key)
        try:
            return self._loader.construct_object(node)
        except ValueError:
            return node.value  # looks like a date, and is none: whoever wants one says so
        except (LookupError, AttributeError, TypeError):
            # A tag was written out, and PyYAML stumbles over what isn't of that kind.
            self._fault(node, key, f"the tag `{node.tag}` is not read", "Write the plain value.")
            return None

    def _look_for_secrets(self, node: yaml.ScalarNode, key: Key) -> None:
        for name, pattern in _SECRETS.items():
            if pattern.search(node.value):
                self._content.faults.append((node.start_mark.line + 1, secret(key, f"is {name}")))
                return

    def _fault(self, node: yaml.Node, key: Key, message: str, remedy: str) -> None:
        self._content.faults.append((node.start_mark.line + 1, Fault(key, message, remedy)))


def _broken(line: int, message: str, remedy: str) -> YamlFile:
    """A file of which nothing can be used."""
    return YamlFile(faults=[(line, Fault((), message, remedy))])


def _remedy(problem: str) -> str:
    if "cannot start any token" in problem:
        return "Put the text in quotes." if "\\t" not in problem else "Indent with blanks."
    if "mapping values are not allowed" in problem:
        return "Put a text with a colon in quotes, and look at the indentation."
    if "alias" in problem:
        return "Write the value out."
    return "Look at the indentation and the quotes there."
