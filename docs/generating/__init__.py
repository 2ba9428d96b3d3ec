"""One module for each kind of text that is made from the program, and ``making``, which puts them in their places."""
