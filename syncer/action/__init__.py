"""What the GitHub Action does: a preview in a pull request, a sync on the default branch, and how it tells of it."""
