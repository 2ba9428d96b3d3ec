"""Issues of one repository on github.com, GHE.com or a GitHub Enterprise Server."""
