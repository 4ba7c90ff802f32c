"""Signing in and out: the pages, passwords, and how often somebody may try."""
