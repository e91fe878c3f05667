"""The corpus of disguises that identification is judged by: made from a seed, of made-up people and devices only.

It shares no code with `auditor.identify`: spellings and encodings are written down here a second time.
"""
