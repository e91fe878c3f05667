"""How tests start Chromium: it asks for no names and probes no network of its own accord."""

QUIET = ("--no-sandbox", "--disable-background-networking", "--disable-component-update", "--host-resolver-rules=MAP * ~NOTFOUND")
