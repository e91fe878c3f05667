"""Ways to hide an identifier from an auditor: each must be found, or be among what the flow says was not read."""
