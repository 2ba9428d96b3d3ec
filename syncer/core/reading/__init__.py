"""From Markdown to a post-mortem: its incident, its action items, and what their cells mean."""
