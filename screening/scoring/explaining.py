"""Why a contact was scored as it was: its newest screening, explained from the facts and the rules that it kept."""

from dataclasses import replace

from routing_rules import clocks
from routing_rules.explain import explanation
from routing_rules.facts import ContactFacts
from routing_rules.screen import screen
from screening.db import Json, db
from screening.models import Contact, Screening
from screening.scoring import rules_in_force
from screening.scoring.replaying import Published, canonical


def explain(contact: Contact, screening: Screening) -> Json | None:
    """Explain a screening, with the children's names; None where it was not scored, or its rules are not kept.

    `as_kept` is False where today's engine makes something else of the same facts and rules: then what was kept is
    what counted, and the explanation is how it would be read now.
    """
    rules = Published().on(screening.ruleset, clocks.london_date(contact.first_received_at))
    if rules is None or screening.output is None:
        return None
    facts = ContactFacts.from_json(screening.facts)
    told = explanation(facts, replace(rules, status=rules_in_force.status(db.session(), screening.ruleset)))
    names = {str(child.id): child.full_name for child in contact.children}
    children = [child | {"name": names.get(child["id"], child["words"])} for child in told["children"]]
    as_kept = canonical(screen(facts, rules)) == canonical(screening.output)
    return told | {"children": children, "as_kept": as_kept, "screened_at": screening.screened_at}
