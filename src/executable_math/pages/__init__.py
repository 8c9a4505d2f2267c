"""A page to what came of checking it: its formulas in order, and what puts a false one right."""
