"""What a county keeps: its rules, their versions and drafts, and what other rules would have said."""
