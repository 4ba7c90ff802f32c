"""Professionals who disagree with an outcome: a manager who did not decide answers, in time or the next level does."""
