"""A source's people, taken in from a file: read, checked, written many at once or told anew."""
