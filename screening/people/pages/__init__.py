"""People and their records on a screen and through the API: find, look, change, link, merge."""
