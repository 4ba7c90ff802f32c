"""Ops staff watch every queue and clock: the board, health and metrics."""
