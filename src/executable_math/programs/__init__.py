"""What a checked formula is elsewhere: a closed tree as JSON, with its inputs, for a reader's browser."""
