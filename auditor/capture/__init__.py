"""Capture files to flows and messages: one module per format, and the wire protocols they need. Bytes in, facts out."""
