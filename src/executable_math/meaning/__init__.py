"""A tree and what a page has said, to values."""
