"""Passwords: as argon2id hashes, and looked at for as long where there is no such account."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select

from screening.db import db
from screening.models import User

# OWASP's smallest argon2id setting (19 MiB, 2 passes, 1 lane): 98 ms on one of our two cores.
hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Checked when there is no such account, so that both refusals take as long.
NOBODY = hasher.hash("no such account")
# ASVS 5.0 V6.2 for accounts that stand alone.
SHORTEST_PASSWORD = 15


def user_with(user_name: str, password: str) -> User | None:
    """Find who has this user name and password, or None; both refusals take as long."""
    user = db.session.scalar(select(User).where(User.user_name == user_name, User.disabled_at.is_(None)))
    try:
        hasher.verify(user.password_hash if user else NOBODY, password[:128])
    except (VerificationError, InvalidHashError):
        return None
    return user
