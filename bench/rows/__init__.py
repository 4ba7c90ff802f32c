"""One file for each budget. `measure(house, size)` gives the rows of the table that it fills."""
