"""LaTeX text to a tree."""
