"""What a decision still waits for: agreement to the service, acceptance by a named person, the next statutory steps."""
