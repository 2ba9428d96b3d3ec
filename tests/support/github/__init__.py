"""A stateful double of GitHub on loopback, whose every exchange is held against the API's official description.

```python
with github_double() as github:                                  # server.py
    github.store.add_repository("acme/shop", roles={"robot": "write"}, assignable=["alice"])
    token = github.sign_in("robot")
    github.faults.next(faults.DROPPED_AFTER)                     # faults.py
    ...                                                          # requests to github.api_url
    assert len(github.log.creates) == 1                          # log.py
```

What there is stands in ``store.py``, the rules by which it changes in ``changing.py`` and ``values.py``, what a request
may do in ``access.py``. Other people's work is done past the API, by ``person.py`` or with ``changing.py``. What the
double can't do fails the test that asks for it.
"""
