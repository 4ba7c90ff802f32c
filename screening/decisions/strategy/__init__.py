"""Strategy discussions: called, held, who took part, what was decided for each child, and what is to be done."""
