"""A person decides, child by child, with a rationale on file; a referral is created by that decision."""
