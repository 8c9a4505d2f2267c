"""What a reader sees: pages, figures, set formulas and notebooks, and the adapter for MkDocs."""
