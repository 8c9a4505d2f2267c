"""The documentation of other projects, as it stands: the formulas that a file prints, with their places."""
