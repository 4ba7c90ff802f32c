"""The form in which the index is written: a number that is another as soon as cards, keys or tokens come out otherwise.

Made from what invented people come to, so that it moves by itself: also where a library that codes names was changed.
"""

from datetime import date
from functools import cache
from hashlib import blake2b
from typing import Any

from screening.people.matching.card import card_of, to_text
from screening.people.matching.keys import birth_years, index_keys, name_tokens, token_key

ON = date(2026, 11, 23)
# Between them everything that a card, a key or a token is made of.
SPECIMENS: tuple[dict[str, Any], ...] = (
    {
        "given_names": ["Kathryn Anne"],
        "family_names": ["Smyth-O'Connor"],
        "also_known_as": ["Kate", "Zuzanna Wiśniewska"],
        "sex": "F",
        "date_of_birth": "2018-05-02",
        "household": "H1",
        "phones": ["07700 900123"],
        "nhs_number": "9990000026",
        "upn": "A999999999999",
        "addresses": [
            {"line_1": "Flat 2, 86 Surrey Drive", "town": "Winchester", "postcode": "SO23 8UG"},
            {"line_1": "Rose Cottage, Mill Street", "postcode": "SO23", "until": "2024-06-30"},
        ],
    },
    {"given_names": ["Muhammad"], "family_names": ["Al Rashid"], "sex": "M", "age_years_estimated": 7,
     "age_as_of": "2026-11-01"},
    {"family_names": ["McDonald"], "expected_delivery_date": "2027-03-01"},
    {"given_names": ["Bill"], "family_names": ["Nguyen"], "date_of_birth": "1988"},
)  # fmt: skip


@cache
def form() -> int:
    """Give the form as of this release: 31 bits."""
    told = repr([_written(described) for described in SPECIMENS])
    return int.from_bytes(blake2b(told.encode(), digest_size=4).digest(), "big") >> 1


def _written(described: dict[str, Any]) -> tuple[Any, ...]:
    card = card_of(described, today=ON)
    tokens = [(token, token_key(token)) for token in name_tokens(card)]
    return to_text(card), sorted(index_keys(card)), tokens, birth_years(card)
