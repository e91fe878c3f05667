"""Renders reports: a result document goes in, bytes come out. One module for each format; `formats` lists them."""
