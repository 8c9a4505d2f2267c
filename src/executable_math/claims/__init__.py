"""A formula to a verdict."""
