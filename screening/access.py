"""Who is looking, and what they may do. Deny by default; knows no Flask.

What a role allows is data, in `roles`. Which contacts and people a viewer may know of is said in `visibility`.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from screening.db import db
from screening.errors import NotAllowed
from screening.models import Team, User
from screening.roles import API_OF, ROLE_PERMISSIONS, SCOPE_PERMISSIONS


@dataclass(frozen=True)
class Viewer:
    """Who is looking: a user, a client, or a named worker of ours. `kind` is `user`, `client` or `worker`."""

    kind: str
    id: str
    name: str
    permissions: frozenset[str]
    user_id: UUID | None = None
    team_ids: frozenset[UUID] = frozenset()
    client: str | None = None

    def may(self, permission: str) -> bool:
        """Say whether this viewer's roles include the permission."""
        return permission in self.permissions


def user_viewer(user: User) -> Viewer:
    """See as a member of staff, with all that their roles allow."""
    return staff_viewer(user.id, user.name, user.roles, (team.id for team in user.teams))


def staff_viewer(user_id: UUID, name: str, roles: Iterable[str], team_ids: Iterable[UUID]) -> Viewer:
    """See as `user_viewer` does, where only this much of the user was read."""
    permissions = frozenset().union(*(ROLE_PERMISSIONS.get(role, frozenset()) for role in roles))
    return Viewer("user", str(user_id), name, permissions, user_id, frozenset(team_ids))


def user_token_viewer(user: User) -> Viewer:
    """See as a member of staff who came with a token: what their roles allow, and the API's side of it."""
    viewer = user_viewer(user)
    through_the_api = frozenset().union(*(api for page, api in API_OF.items() if page in viewer.permissions))
    return Viewer(
        "user",
        viewer.id,
        viewer.name,
        viewer.permissions | through_the_api,
        user.id,
        viewer.team_ids,
        f"user:{user.id}",
    )


def client_viewer(client: str, scope: str) -> Viewer:
    """See as a partner's or an integration's client."""
    return Viewer("client", client, client, SCOPE_PERMISSIONS[scope], client=client)


def worker_viewer(name: str) -> Viewer:
    """See as one of our own workers, which must see every contact to move it."""
    return Viewer("worker", name, name, frozenset())


def display_viewer(display_id: UUID) -> Viewer:
    """See as a display on a wall does: nobody in particular, who is shown counts of the board and no contact."""
    return Viewer("display", str(display_id), "Display", frozenset({"board.read"}))


@contextmanager
def viewing(viewer: Viewer) -> Iterator[None]:
    """Let this viewer's eyes be the session's for a while."""
    before = db.session.info.get("viewer")
    db.session.info["viewer"] = viewer
    try:
        yield
    finally:
        db.session.info["viewer"] = before


def viewer() -> Viewer:
    """Tell who is looking.

    Raises:
        LookupError: nobody said; a query on people's records without a viewer is a fault of ours.
    """
    found: Viewer | None = db.session.info.get("viewer")
    if found is None:
        raise LookupError("No viewer is set: open `viewing(...)` before asking for contacts or people.")
    return found


def require(permission: str) -> None:
    """Let a viewer with the permission pass.

    Raises:
        NotAllowed: the viewer's roles do not include it.
    """
    if not viewer().may(permission):
        raise NotAllowed("Your role does not include this. Ask your manager if you need it.")


def teams_of(seen_by: Viewer) -> list[Team]:
    """List the viewer's own teams, by name."""
    return list(db.session.scalars(select(Team).where(Team.id.in_(seen_by.team_ids)).order_by(Team.name)))
