"""The daemon: syncs repositories on a schedule until it is told to stop, and says how that goes."""
