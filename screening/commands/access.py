"""`frontdoor token` and `frontdoor users`: who may come in through the API, and the county's own staff."""

import getpass
import hashlib
import secrets
import sys
from datetime import datetime, timedelta

import click
from sqlalchemy import select

from screening import audit
from screening.cli import running_app
from screening.db import db, now, transaction
from screening.errors import Conflict, NotFound
from screening.models import ApiToken, Team, User
from screening.roles import ROLE_WORDS
from screening.sessions import end_sessions_of
from screening.signing_in.passwords import SHORTEST_PASSWORD, hasher

# A person's token lasts a long shift; a client's until it is revoked.
USER_TOKEN_LASTS = timedelta(hours=12)
USER_PREFIX = "user:"


@click.group()
def token() -> None:
    """Tokens for the API."""


@token.command()
@click.option("--client", help="The name of a partner or a system.")
@click.option("--scope", type=click.Choice(["partner", "integration"]), default="partner", show_default=True)
@click.option("--user", "user_name", help="Make a token that acts as this person, for 12 hours.")
def create(client: str | None, scope: str, user_name: str | None) -> None:
    """Make a token and print it once: only its hash is kept."""
    if (client is None) == (user_name is None):
        raise click.UsageError("Name either --client or --user.")
    made = secrets.token_urlsafe(32)
    with running_app("command line"), transaction():
        user = _user(user_name) if user_name else None
        _keep(made, f"{USER_PREFIX}{user.user_name}" if user else str(client), "user" if user else scope, user)
        detail = {"client": client, "scope": "user" if user else scope}
        audit.record("token.made", subject=("user", user.id) if user else None, detail=detail)
    click.echo(made)


@token.command()
@click.argument("client")
def revoke(client: str) -> None:
    """Revoke every token of a CLIENT (for a person: user:NAME)."""
    with running_app("command line"), transaction():
        user = _user_ever(client.removeprefix(USER_PREFIX)) if client.startswith(USER_PREFIX) else None
        whose = ApiToken.user_id == user.id if user else ApiToken.client == client
        rows = list(db.session.scalars(select(ApiToken).where(whose, ApiToken.revoked_at.is_(None))))
        if not rows:
            raise NotFound(f"{client!r} has no token that could be revoked. Nothing was changed.")
        for row in rows:
            row.revoked_at = now()
        detail = {"client": None if user else client, "tokens": len(rows)}
        audit.record("token.revoked", subject=("user", user.id) if user else None, detail=detail)
    click.echo(f"{len(rows)} revoked.")


@click.group()
def users() -> None:
    """The county's own staff."""


@users.command("list")
def list_users() -> None:
    """List who may sign in, with their roles."""
    with running_app("command line"):
        for user in db.session.scalars(select(User).where(User.disabled_at.is_(None)).order_by(User.user_name)):
            click.echo(f"{user.user_name:16} {user.name:24} {', '.join(user.roles)}")


@users.command()
@click.argument("user_name")
@click.option("--name", required=True, help="As colleagues know them.")
@click.option("--email", required=True)
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([str(role) for role in ROLE_WORDS]))
@click.option("--team", "teams", multiple=True, help="Slug of a team; may be given several times.")
@click.option("--social-work-number", help="Of a registered social worker: without it they do not decide.")
def add(
    user_name: str,
    name: str,
    email: str,
    roles: tuple[str, ...],
    teams: tuple[str, ...],
    social_work_number: str | None,
) -> None:
    """Add a person; asks for their password, or reads it from standard input."""
    password = _password()
    with running_app("command line"), transaction():
        _refuse_taken(user_name.lower())
        user = User(
            user_name=user_name.lower(),
            name=name,
            email=email,
            roles=list(roles),
            password_hash=hasher.hash(password),
            social_work_number=social_work_number,
            teams=_teams(teams),
        )
        db.session.add(user)
        db.session.flush()
        audit.record("user.written", subject=("user", user.id), detail={"roles": list(roles)})
    click.echo(f"{name} may sign in as {user_name.lower()}.")


@users.command()
@click.argument("user_name")
def password(user_name: str) -> None:
    """Set a new password, asked for or read from standard input; the person is signed out everywhere."""
    new = _password()
    with running_app("command line"), transaction():
        user = _user(user_name)
        user.password_hash = hasher.hash(new)
        end_sessions_of(user.id)
        audit.record("user.written", subject=("user", user.id), detail={"changed": "password"})
    click.echo(f"{user.name} signs in with the new password.")


@users.command()
@click.argument("user_name")
def disable(user_name: str) -> None:
    """Disable a person: they are signed out everywhere at once."""
    with running_app("command line"), transaction():
        user = _user(user_name)
        user.disabled_at = now()
        end_sessions_of(user.id)
        audit.record("user.written", subject=("user", user.id), detail={"disabled": True})
    click.echo(f"{user.name} can no longer sign in.")


commands = (token, users)


def _keep(made: str, client: str, scope: str, user: User | None) -> None:
    at: datetime = now()
    row = ApiToken(
        client=client,
        scope=scope,
        user_id=user.id if user else None,
        token_hash=hashlib.sha256(made.encode()).digest(),
        created_at=at,
        expires_at=at + USER_TOKEN_LASTS if user else None,
    )
    db.session.add(row)


def _user(user_name: str) -> User:
    found = _user_ever(user_name)
    if found.disabled_at is not None:
        raise NotFound(f"{user_name!r} was disabled. List who may sign in with: frontdoor users list")
    return found


def _user_ever(user_name: str) -> User:
    """Find a user, disabled or not: their tokens can be revoked still."""
    found = db.session.scalar(select(User).where(User.user_name == user_name.lower()))
    if found is None:
        raise NotFound(f"There is no user {user_name!r}. List them with: frontdoor users list")
    return found


def _refuse_taken(user_name: str) -> None:
    if db.session.scalar(select(User.id).where(User.user_name == user_name)):
        raise Conflict(f"There is a user {user_name!r}, now or in the past. Choose another name.")


def _teams(slugs: tuple[str, ...]) -> list[Team]:
    found = list(db.session.scalars(select(Team).where(Team.slug.in_(slugs))))
    unknown = set(slugs) - {team.slug for team in found}
    if unknown:
        raise NotFound(f"There is no team {', '.join(sorted(unknown))}.")
    return found


def _password() -> str:
    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    if len(password) < SHORTEST_PASSWORD:
        raise click.UsageError(f"A password has {SHORTEST_PASSWORD} characters or more.")
    return password
