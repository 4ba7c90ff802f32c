"""What we tell the referrer, and what may leave: receipt, acknowledgement, or a person who rings instead."""
