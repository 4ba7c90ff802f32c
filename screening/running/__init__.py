"""Running the service on one machine: its servers and programs, and whether everything is there to start."""
