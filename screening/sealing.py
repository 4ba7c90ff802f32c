"""Seals what may not lie readable, such as a half-taken contact or somebody's letter: AES-256-GCM, key kept apart."""

import secrets
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from screening.errors import NotFound

NONCE_BYTES = 12
# First byte of everything sealed: which key. A new key gets the next number, and the old one stays readable.
KEY_NUMBER = b"\x01"


def seal(key: bytes, text: str, *, bound_to: str) -> bytes:
    """Seal a text under a 32-byte key; it opens only under the same `bound_to`, so rows cannot be swapped."""
    return seal_bytes(key, text.encode(), bound_to=bound_to)


def seal_bytes(key: bytes, content: bytes, *, bound_to: str) -> bytes:
    """Seal a file's content likewise."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return KEY_NUMBER + nonce + AESGCM(key).encrypt(nonce, content, bound_to.encode())


def unseal(key: bytes, sealed: bytes, *, bound_to: str) -> str:
    """Open a sealed text.

    Raises:
        NotFound: it was sealed under another key or for another row, or was changed.
    """
    return unseal_bytes(key, sealed, bound_to=bound_to).decode()


def unseal_bytes(key: bytes, sealed: bytes, *, bound_to: str) -> bytes:
    """Open a sealed file's content; raises as `unseal` does."""
    nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, body, bound_to.encode())
    except InvalidTag as problem:
        raise NotFound("This draft cannot be opened with the key in use. Tell support: nothing is lost.") from problem


def journal_key(key: bytes, contact_id: UUID) -> bytes:
    """Derive the 32-byte key of one call's journal from the key of drafts: of no other call, and never that key."""
    return HKDF(SHA256(), 32, salt=None, info=f"journal/{contact_id}".encode()).derive(key)
