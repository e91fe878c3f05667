"""How the view's process says what its person wants; known to the recorder without loading the view."""

STOP = 10
"""The recording is to end. Any other code leaves it alone."""
