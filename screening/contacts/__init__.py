"""Stage 1: a contact is taken, from the first second of a call, or sent by a partner."""
