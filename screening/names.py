"""Folds a name for looking up: what differs only in accents, case, hyphens or apostrophes is the same key."""

import unicodedata

# Letters that decomposition leaves as they are.
PLAIN = str.maketrans({"ł": "l", "ø": "o", "ß": "ss", "ı": "i", "đ": "d", "æ": "ae", "œ": "oe", "'": None, "’": None})


def fold(text: str) -> str:
    """Fold one or more names: `Zoë-Ann O'Hara` → `zoe ann ohara`."""
    letters = unicodedata.normalize("NFKD", text.lower().translate(PLAIN))
    kept = "".join(" " if not letter.isalnum() else letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(kept.split())


def name_key(given_name: str | None, family_name: str | None) -> str | None:
    """Fold a full name; None where no part of it is known."""
    return fold(" ".join(part for part in (given_name, family_name) if part)) or None
