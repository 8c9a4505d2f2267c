"""Documentation as it stands, in every format that the field uses, to the formulas that it prints and their places."""
