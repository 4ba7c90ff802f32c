"""What the rules say of a contact: scored, kept, found again, explained, and scored by other rules to compare."""
