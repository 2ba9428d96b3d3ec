"""Whatever is written in a configuration, it is read, or refused in words."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from syncer.errors import ConfigurationError
from syncer.settings import load_settings
from syncer.settings.keys import Keys
from syncer.settings.showing import effective

WORDS = st.sampled_from(
    [
        *Keys.model_fields,
        "paths",
        "root",
        "kind",
        "local",
        "here",
        "done",
        "owner",
        "creates",
        "a/*.md",
        "no",
    ]
)
SCALARS = st.one_of(
    WORDS, st.text(max_size=8), st.integers(), st.floats(), st.booleans(), st.none(), st.dates()
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=3)),
    max_leaves=8,
)
CONFIGURATIONS = st.dictionaries(WORDS, VALUES, max_size=4)
SNIPPETS = st.lists(
    st.sampled_from(
        ["tracker", "trackers", ": ", "\n", "  ", "- ", "{", "}", "[", "]", "&a ", "*a"]
    )
    | st.sampled_from(
        ["!!", "'", '"', "|", ">", "#", "---\n", "\t", "? ", "<<", "2025-99-99", "é"]
    ),
    max_size=20,
).map("".join)


def load(text: str, environment: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as name, suppress(ConfigurationError):
        Path(name, "syncer.yaml").write_text(text)
        effective(load_settings(working=Path(name), environment=environment))


@given(data=CONFIGURATIONS)
def test_any_data_is_read_or_refused(data: dict[str, Any]) -> None:
    load(yaml.safe_dump(data, allow_unicode=True), {})


@given(text=SNIPPETS | st.text(st.characters(codec="utf-8"), max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    load(text, {})


@given(
    variables=st.dictionaries(
        st.lists(WORDS, min_size=1, max_size=4).map(lambda parts: "SYNCER_" + "__".join(parts)),
        st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
        | VALUES.map(lambda value: yaml.safe_dump(value, default_flow_style=True)),
        max_size=4,
    )
)
def test_any_environment_is_read_or_refused(variables: dict[str, str]) -> None:
    load("trackers: {here: {kind: local}}", variables)
