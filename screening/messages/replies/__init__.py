"""What a professional answers by the link in a message of ours: one page, used once, kept whatever becomes of it."""
