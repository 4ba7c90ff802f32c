"""Background checks that we answer ourselves, one module each. What the answers mean is in `screening.checks`."""
