"""A stateful double of GitHub on loopback, whose every exchange is held against the API's official description."""
