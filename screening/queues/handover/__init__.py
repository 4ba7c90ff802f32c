"""The night and the change of shifts: what came is triaged by a person, and what goes on is handed over and signed."""
