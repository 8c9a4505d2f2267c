"""Documentation that is checked where it stands: a file beside it says which of its formulas are held against what."""
