"""Who may this be: two people compared, as far as names, births, homes and numbers tell. Pure; a person decides.

No database, web or clock. A card is a person in the form in which they are compared; keys find cards worth comparing;
the score says how much more likely the same person is than a stranger or somebody of the same household.
"""

from screening.people.matching.card import Card, card_of, from_text, to_text
from screening.people.matching.frequencies import Frequencies
from screening.people.matching.home import Home
from screening.people.matching.keys import index_keys, query_keys, token_keys
from screening.people.matching.score import Ranked, Scored, fact_to_ask, rank, score, share_out
from screening.people.matching.vocabulary import Vocabulary, expand
from screening.people.matching.weights import MODEL

__all__ = [
    "MODEL",
    "Card",
    "Frequencies",
    "Home",
    "Ranked",
    "Scored",
    "Vocabulary",
    "card_of",
    "expand",
    "fact_to_ask",
    "from_text",
    "index_keys",
    "query_keys",
    "rank",
    "score",
    "share_out",
    "to_text",
    "token_keys",
]
