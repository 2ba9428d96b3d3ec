"""The vocabularies as data: one TOML file per language, read by ``syncer/vocabularies.py``."""
