"""The ladder: who is told that something waits for a person, by which clock, until somebody acts."""
