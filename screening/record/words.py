"""A contact's rows in the words of a page. Reads rows that were found; shows nothing that the viewer may not see."""

from screening import codes
from screening.db import Json
from screening.models import Contact, Message, Routing, Team
from screening.telling import Row, said

STATE_WORDS = {"received": "Received", "decided": "Decided", "closed": "Closed"}
STEP_WORDS = {
    "received": "When it came",
    "raised": "When it became red",
    "referral": "As a referral",
    "decided_again": "Decided again",
    "decided_by_team": "Decided by the team",
}
KIND_WORDS = {"receipt": "Receipt", "acknowledgement": "Acknowledgement", "outcome": "Outcome"}
MESSAGE_LOOKS = {"pending": "waiting", "sent": "found", "failed": "not-checked", "withheld": "not-checked"}


def routing(found: Routing, team: Team | None, names: dict[str, str]) -> Row:
    """Say where a contact was sent at one step, and why. `names` are the teams' by their slugs."""
    return {
        "step_words": STEP_WORDS.get(found.step.partition(".")[0], found.step),
        "team": team.name if team else "Nobody's queue: the duty manager places it",
        "at": found.routed_at,
        "reasons": [_sentence(reason) for reason in found.reasons],
        "runners_up": [
            {"name": names.get(other["team"], other["team"]), "why": _sentence(other["reason"])}
            for other in found.runners_up
        ],
    }


def _sentence(words: str) -> str:
    return f"{words.rstrip('.')}."


def views(contact: Contact) -> list[Row]:
    """Give what the child and the family say, of each child where it differs; or why nobody was asked."""
    told = contact.views
    of_children = [
        said(f"{title}, of {child.full_name}", (child.views or {}).get(name))
        for child in contact.children
        for name, title in (("child", "What the child says"), ("family", "What the family says"))
        if (child.views or {}).get(name)
    ]
    return [
        explored("The child's view", told.get("child"), told, "child_not_explored"),
        explored("The family's view", told.get("family"), told, "family_not_explored"),
        *of_children,
    ]


def identity(contact: Contact) -> list[Row]:
    """Give how identity matters here; or why it was not explored."""
    told = contact.identity
    return [explored("Why it matters here", told.get("relevance"), told, "not_explored")]


def explored(title: str, words: str | None, told: Json, why: str) -> Row:
    """Give what was said, or why it was not explored. Silence is no answer, and says so."""
    because = ": ".join(part for part in (codes.NOT_EXPLORED.get(told.get(why, "")), told.get(f"{why}_why")) if part)
    reason = f"Not explored. {because}" if because else None
    found = said(title, words or reason)
    return found if words or reason else found | {"value": "Not explored yet"}


def sharing(contact: Contact) -> list[Row]:
    """Give what the parents know, and whether they agree."""
    told = contact.information_sharing
    return [
        said("Parents know", codes.PARENTS_INFORMED.get(told.get("parents_informed", ""))),
        said("Agreement", codes.AGREEMENTS.get(told.get("agreement", ""))),
        said("Why", told.get("reason")),
    ]


def message(found: Message) -> Row:
    """Say what became of a message, in words."""
    told = found.told_by_phone_at is not None
    words = {
        "pending": "Waiting for a social worker"
        if found.kind == "acknowledgement" and not found.written_by_id
        else "On its way",
        "sent": "Sent",
        "failed": "Not delivered",
        "withheld": "Not sent",
    }[found.state]
    return {
        "kind_words": KIND_WORDS[found.kind],
        "state_words": "Told by telephone" if told else words,
        "look": "found" if told else MESSAGE_LOOKS[found.state],
        "at": found.told_by_phone_at or found.sent_at,
        "text": "" if told else found.reason or "",
    }
