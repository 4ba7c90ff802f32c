"""Where a contact went, in the words of its page."""

from screening.models import Routing
from screening.record import words


def test_those_who_could_take_it_instead_are_named_with_their_reasons():
    found = Routing(
        step="received",
        reasons=["The screening team reads every new contact about a child."],
        runners_up=[
            {"team": "havant", "reason": "Havant knew a child until 1 May 2026"},
            {"team": "gone", "reason": "X."},
        ],
        routed_at=None,
    )

    said = words.routing(found, None, {"havant": "Havant assessment team"})

    assert said["reasons"] == ["The screening team reads every new contact about a child."]
    assert said["runners_up"] == [
        {"name": "Havant assessment team", "why": "Havant knew a child until 1 May 2026."},
        {"name": "gone", "why": "X."},
    ]
