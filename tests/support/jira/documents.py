"""Texts as version 3 has them: documents. Only their words come through, paragraph by paragraph."""

from __future__ import annotations

from typing import Any


def as_document(text: str) -> dict[str, Any]:
    """A text as a document."""
    paragraphs = [
        {"type": "paragraph", "content": [{"type": "text", "text": line}] if line else []}
        for line in text.split("\n")
    ]
    return {"type": "doc", "version": 1, "content": paragraphs}


def as_text(document: Any) -> str:
    """A document as a text."""
    return "\n".join(_words(block) for block in document["content"])


def _words(node: Any) -> str:
    inner = "".join(_words(one) for one in node.get("content", ()))
    return str(node.get("text", "")) + inner
