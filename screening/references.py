"""References that people read out: `FD-` and eight random characters with a check character, never in sequence."""

import secrets

# Crockford's base 32: no I, L, O or U, so nothing is misread or misheard.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 8


def new_reference() -> str:
    """Make one at random. The caller's unique constraint settles the rare clash."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return f"FD-{body}{check_character(body)}"


def check_character(body: str) -> str:
    """Compute the check character: the value modulo 31, so that it is one of the same plain characters."""
    value = 0
    for character in body:
        value = value * 32 + ALPHABET.index(character)
    return ALPHABET[value % 31]
