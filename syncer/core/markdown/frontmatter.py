"""Front matter: the YAML between two lines of dashes at a document's very start."""

from __future__ import annotations

from typing import Final

LONGEST: Final = 20_000
"""The longest front matter that is read, in characters."""


class FrontMatterError(ValueError):
    """Front matter that cannot be read; the message says why, in one line."""


def read_front_matter(source: str) -> dict[str, str]:
    """The entries of front matter whose value is a single one, as the text that stands there.

    Nothing is constructed, and no alias followed: a date stays text, and what is nested is left out.

    Args:
        source: YAML.

    Raises:
        FrontMatterError: It isn't YAML, or is too long.
    """
    if len(source) > LONGEST:
        raise FrontMatterError(f"it is longer than {LONGEST:,} characters")
    # Imported here: few post-mortems have front matter.
    import yaml

    loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    try:
        node = yaml.compose(source, loader)
    except yaml.YAMLError as error:
        raise FrontMatterError(_first_line(error)) from None
    except RecursionError:
        raise FrontMatterError("it is nested too deeply") from None
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {
        key.value: value.value
        for key, value in node.value
        if isinstance(key, yaml.ScalarNode) and isinstance(value, yaml.ScalarNode)
    }


def _first_line(error: Exception) -> str:
    problem = getattr(error, "problem", None) or str(error)
    return " ".join(str(problem).split("\n", 1)[0].split())
