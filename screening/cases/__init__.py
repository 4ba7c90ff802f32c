"""The case system's side of the door: who is open to whom, as it tells us, and the referrals that it is to have."""
