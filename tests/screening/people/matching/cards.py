"""People as the tests describe them. All invented."""

from datetime import date

from screening.people.matching import card_of

TODAY = date(2026, 11, 26)


def card(**described):
    return card_of(described, today=TODAY)


def person(given="", family="", born=None, **more):
    """A person by their names and birth."""
    named = {"given_names": [given] if given else [], "family_names": [family] if family else []}
    return card(**named, date_of_birth=born, **more)


def living_at(line_1, postcode="", **more):
    return card(addresses=[{"line_1": line_1, "postcode": postcode, **more}])
