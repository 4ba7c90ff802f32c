"""Background checks: what was asked about whom, what came back, and who may see it."""
