"""Finding a person of the index: the keys that lead to them, the search over those, and a search as one types."""
