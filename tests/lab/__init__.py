"""The lab: local servers that answer under public host names, and scripted clients that talk to them.

`python -m tests.lab.record DIR` records a whole session. The modules are small so that other tests can use one of them:
`authority` (certificates), `world` (names and addresses), `servers`, `resolver_addon` (mitmproxy), `network` (namespaces).
Nothing here ever contacts the internet: a name that is not in the table of `world` fails.
"""
