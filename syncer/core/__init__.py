"""The pure part: no I/O, no clock, no environment, no logging. A test walks the imports."""
