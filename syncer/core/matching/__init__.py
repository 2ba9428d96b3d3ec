"""Which issue belongs to which row."""
