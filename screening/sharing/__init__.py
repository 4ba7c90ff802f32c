"""On what basis what is known of a family is shared, whom nothing may reach, and what was shared. Below the stages."""

from screening.sharing.permission import Permission, allows

__all__ = ["Permission", "allows"]
