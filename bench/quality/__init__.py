"""How well people are found: measured on public test sets and on invented counties, against fixed bars."""
