"""Checks with partners: asked by program or by a form sent to their mailbox, chased where no answer comes."""
