"""What doubles of services on loopback have in common: how they listen, fail, remember, and tell what was wrong."""
