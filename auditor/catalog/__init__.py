"""The knowledge as data: TOML files, and the modules that read them."""
