"""The documentation, and the program that makes the generated parts of it."""
