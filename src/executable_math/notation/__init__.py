"""The notations, a subject a file: each is one record."""
