"""A child is in danger now: the social workers on duty are told on their screens, and one of them says "I have it"."""
