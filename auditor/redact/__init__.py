"""A session that can be shared: a recorded session in, the same session with a pseudonym for every value out."""
