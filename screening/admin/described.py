"""Versions and drafts of the rules as data, for programs: what the API answers and the commands print as JSON."""

from routing_rules import compare
from screening.admin import publishing, queries
from screening.db import Json
from screening.models import RulesDraft, RulesetInForce


def version(row: RulesetInForce) -> Json:
    """Describe a published version, without its text."""
    rules = queries.rules_of(row)
    return {
        "hash": row.hash,
        "label": rules.label if rules else None,
        "name": rules.name if rules else None,
        "damaged": rules is None,
        "in_force_from": row.in_force_from.isoformat(),
        "sample": row.sample,
        "adopted_by": row.adopted_by or [],
        "adopted_on": row.adopted_on.isoformat() if row.adopted_on else None,
        "review_on": row.review_on.isoformat() if row.review_on else None,
        "proposed_by": queries.name_of(row.proposed_by_id),
        "published_by": queries.name_of(row.published_by_id),
        "withdrawn_at": row.withdrawn_at.isoformat() if row.withdrawn_at else None,
    }


def draft(row: RulesDraft) -> Json:
    """Describe a draft, without its text."""
    return {
        "id": str(row.id),
        "version": row.version,
        "title": row.title,
        "state": row.state,
        "based_on": row.based_on,
        "made_by": row.made_by.name,
        "proposed_by": row.proposed_by.name if row.proposed_by else None,
        "in_force_from": row.in_force_from.isoformat() if row.in_force_from else None,
        "why": row.why,
    }


def whole(row: RulesDraft) -> Json:
    """Describe a draft: its text, its problems, what it would change, and the `seen` that a publisher sends back."""
    difference = queries.difference(row)
    return draft(row) | {
        "yaml": row.yaml,
        "problems": list(queries.check(row.yaml).problems),
        "changes": compare.as_json(difference) if difference is not None else None,
        "seen": publishing.seen_token(row) if row.state == "proposed" else None,
    }
