"""What waits longer than it may, each read once for whoever is told of it: the board, a page, an alarm."""
