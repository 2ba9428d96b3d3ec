"""Stateful doubles of Jira on loopback, whose every exchange is held against the API's official description.

```python
with jira_cloud_double(furnished(cloud=True)) as jira:           # server.py, world.py
    token = jira.sign_in("robot")                                # with the address robot@acme.example
    jira.faults.next(faults.DROPPED_AFTER)                       # faults.py
    jira.lag = 3                                                 # the search sees nothing of the last three requests
    ...                                                          # requests to jira.url or jira.gateway_url
    assert jira.log.filed == 1                                   # log.py
```

``jira_server_double`` is Data Center. What there is stands in ``store.py`` and ``projects.py``, the rules by which it
changes in ``changing.py`` and ``values.py``, what a request may see in ``access.py``, the query language in ``jql.py``
and ``searching.py``. Other people's work is done past the API, by ``person.py`` or with ``changing.py``. What the
doubles can't do fails the test that asks for it.
"""
