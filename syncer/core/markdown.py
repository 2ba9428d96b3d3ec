"""Markdown blocks with exact offsets in the original text."""
