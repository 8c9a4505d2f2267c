"""What a page says, and what came of checking it."""
