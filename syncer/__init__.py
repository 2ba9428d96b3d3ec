"""Keeps the action items of Markdown post-mortems and an issue tracker the same."""

__version__ = "0.1.0"
