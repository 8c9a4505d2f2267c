"""Errors that a formula might have, and the changes that undo them."""
