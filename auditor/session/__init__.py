"""The files of a session: what was tested, what was planted, what is accepted, and the key for digests."""
