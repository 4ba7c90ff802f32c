"""The PostgreSQL and Redis-protocol servers that ship in wheels, started as children that never outlive us."""

from screening.embedded.postgres import EmbeddedPostgres
from screening.embedded.valkey import EmbeddedValkey

__all__ = ["EmbeddedPostgres", "EmbeddedValkey"]
