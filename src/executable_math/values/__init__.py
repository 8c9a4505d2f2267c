"""The values that a formula is tried for."""
