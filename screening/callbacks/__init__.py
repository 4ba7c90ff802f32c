"""Calls that somebody was promised: rung in time, as they said is safe, and never forgotten."""
