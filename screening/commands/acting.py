"""A command that acts as a person: by a token in a file, or in FRONTDOOR_TOKEN.

Never by one that is typed: every user of the machine can read what a command was called with.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from screening.access import viewing
from screening.cli import running_app
from screening.db import transaction
from screening.errors import NotAllowed, NotSignedIn
from screening.sign_in import refuse_without, viewer_of_token

VARIABLE = "FRONTDOOR_TOKEN"
as_person = click.option(
    "--token-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=f"Holds the token of who does this, from `frontdoor token create --user NAME`.  [default: ${VARIABLE}]",
)


@contextmanager
def acting(token_file: Path | None, permission: str) -> Iterator[None]:
    """Open a transaction on the service's database in the name of the person whose token it is.

    Raises:
        UsageError, NotSignedIn, NotAllowed: as for `seeing()`.
    """
    with seeing(token_file, permission), transaction():
        yield


@contextmanager
def seeing(token_file: Path | None, permission: str) -> Iterator[None]:
    """See with the eyes of the person whose token it is, for a command that opens its transactions by itself.

    Raises:
        UsageError: no token is given.
        NotSignedIn: it is not known, or has expired.
        NotAllowed: it is no person's, or their roles do not include the permission: the audit keeps that.
    """
    token = _token(token_file)
    with running_app("command line"):
        with transaction():
            person = viewer_of_token(token)
        if person is None:
            raise NotSignedIn("The token is not known, or has expired. Make one: frontdoor token create --user NAME")
        if person.user_id is None:
            raise NotAllowed("Only a person can do this. Make a token for one: frontdoor token create --user NAME")
        with viewing(person):
            refuse_without(permission)
            yield


def _token(token_file: Path | None) -> str:
    given = token_file.read_text() if token_file else os.environ.get(VARIABLE, "")
    if not given.strip():
        raise click.UsageError(f"Say who does this: give --token-file, or set {VARIABLE}.")
    return given.strip()
