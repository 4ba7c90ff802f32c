"""Are the rules right? What teams answered and what people decided, beside what the rules proposed; who agrees.

Reads and counts; changes nothing. The rows behind each number are `tally`'s.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, any_, func, literal, select

from routing_rules import clocks
from screening.access import viewer
from screening.db import Json, db, now
from screening.errors import NotFound
from screening.models import Contact, Membership, RulesetInForce, Screening, ScreeningFinding, Team, User
from screening.models.acceptance_view import ACCEPTANCE_ANSWERS
from screening.oversight import tally
from screening.oversight.periods import Asked, least
from screening.oversight.tally import Count, Which
from screening.scoring import service as scoring
from screening.visibility.rule import visible

MOST_LISTED = 200
DECIDED = ("as_proposed", "lower", "higher")
OWN = ("own_same", "own_lower", "own_higher")
AGREEMENT = ("pair", "pair_same", "pair_near", "pair_as_soon", "second", "second_level", "second_agreed")
# What a number may count, in the words that stand over its contacts.
WHAT_WORDS = {
    "contact": "Contacts received",
    "fired": "In which it fired",
    "carried_level": "In which it carried the level",
    "carried_urgency": "In which it carried the urgency",
    "as_proposed": "Decided as the rules proposed",
    "lower": "Decided lower than the rules proposed",
    "higher": "Decided higher than the rules proposed",
    "right": "Accepted as about right",
    "too_high": "Accepted as too high",
    "too_low": "Accepted as too low",
    "wrong_team": "Accepted, and the wrong team",
    "own_same": "Own view at the rules' level",
    "own_lower": "Own view below the rules' level",
    "own_higher": "Own view above the rules' level",
    "pair": "Two people gave their own view of a child",
    "pair_same": "Two own views at the same level",
    "pair_near": "Two own views within one level",
    "pair_as_soon": "Two own views with the same urgency",
    "second": "A second person was asked",
    "second_level": "The second person chose the same level",
    "second_agreed": "The second person decided the same",
}
OF_A_RULE = (*DECIDED, *ACCEPTANCE_ANSWERS)
WHAT_WORDS |= {f"rule_{what}": WHAT_WORDS[what] for what in OF_A_RULE}


class Counts:
    """Counts of rows by kind and what they are grouped by; 0 where there is none."""

    def __init__(self, found: Iterable[Count]) -> None:
        self._rows: dict[tuple[str, str, str | None], int] = Counter()
        self._totals: dict[str, int] = Counter()
        self.versions: dict[str, list[str]] = {}
        for one in found:
            if one.what == "version":
                if one.by == "rule" and one.key and one.label:
                    self.versions.setdefault(one.key, []).append(one.label)
                continue
            self._rows[one.what, one.by, one.key] += one.rows
            # Every row has a month, so the months add up to all.
            self._totals[one.what] += one.rows if one.by == "month" else 0

    def of(self, whats: Iterable[str], by: str, key: str, *, prefix: str = "") -> Json:
        """Give the counts of some kinds for one rule, team, person or month."""
        return {what: self._rows[f"{prefix}{what}", by, key] for what in whats}

    def total(self, whats: Iterable[str]) -> Json:
        """Give the counts of some kinds over all."""
        return {what: self._totals[what] for what in whats}

    def keys(self, by: str) -> set[str]:
        """Name all rules, teams, people or months that anything was counted of."""
        return {key for _, kind, key in self._rows if kind == by and key is not None}


def calibration(asked: Asked) -> Json:
    """Count all that the page and the API show. Shares are None where there are too few to say."""
    found, enough = Counts(tally.counts(asked.period)), least()
    totals = found.total(("contact", *DECIDED, *ACCEPTANCE_ANSWERS))
    return {
        **asked.query,
        "too_few_under": enough,
        "contacts": totals.pop("contact"),
        **_shares(totals, enough),
        "rules": _rules(found, enough),
        "teams": _teams(found, enough),
        "agreement": _agreement(found, enough),
        "people": _people(found, enough),
        "months": [
            {"month": month, **_shares(found.of((*DECIDED, *ACCEPTANCE_ANSWERS), "month", month), enough)}
            for month in asked.months
        ],
        "versions": _versions(asked),
    }


def contacts_behind(asked: Asked, which: Which) -> tuple[list[Contact], int, int]:
    """List the contacts that a number counts, newest first: those shown, how many may be opened, how many may not.

    Raises:
        NotFound: there is no such number, or it is about a person whose numbers the viewer may not see.
    """
    if which.what not in WHAT_WORDS or (which.user_id and which.user_id not in {one.id for one in people_in_sight()}):
        raise NotFound("There is no such number. Open the calibration page again, and choose one there.")
    ids = tally.contacts_behind(asked.period, which)
    among = Contact.id == any_(literal(ids, ARRAY(Uuid)))
    newest = select(Contact).where(among).order_by(Contact.first_received_at.desc(), Contact.seq.desc())
    openable = _visible_among(among)
    return list(db.session.scalars(newest.limit(MOST_LISTED))), openable, len(ids) - openable


def _visible_among(among: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count()).select_from(Contact).where(among, visible(viewer()))) or 0


def people_in_sight() -> list[User]:
    """List whose agreement with the rules the viewer may see, by name: an auditor all, a manager their own teams'.

    By name and never by number: this is for a talk between two people, and is no league table. Nobody else sees it.
    """
    question = select(User).order_by(User.name)
    if viewer().may("audit.read"):
        return list(db.session.scalars(question))
    if not viewer().may("queue.allocate"):
        return []
    theirs = select(Membership.user_id).where(Membership.team_id.in_(viewer().team_ids))
    return list(db.session.scalars(question.where(User.id.in_(theirs))))


def share(part: int, of: int, enough: int) -> int | None:
    """Give a share in whole per cent; None where there are too few to say."""
    return round(100 * part / of) if of >= enough else None


def _shares(found: Json, enough: int) -> Json:
    decided, answered = (sum(found[what] for what in whats) for whats in (DECIDED, ACCEPTANCE_ANSWERS))
    return {
        **found,
        "decided": decided,
        "answered": answered,
        "against_percent": share(found["lower"] + found["higher"], decided, enough),
        "lower_percent": share(found["lower"], decided, enough),
        "higher_percent": share(found["higher"], decided, enough),
        "right_percent": share(found["right"], answered, enough),
    }


def _rules(found: Counts, enough: int) -> list[Json]:
    """Those most decided against come first; then those with too few decisions to say, by how many there are."""
    today = scoring.rules_or_none(clocks.london_date(now()))
    texts = {rule.id: rule.text for rule in today.gravest_first} if today else {}
    rows = [
        {
            "rule": rule,
            "text": texts.get(rule) or _text_of(rule, found.versions.get(rule, [])),
            "in_force": rule in texts,
            "versions": sorted(found.versions.get(rule, [])),
            **found.of(("fired", "carried_level", "carried_urgency"), "rule", rule),
            **_shares(found.of(OF_A_RULE, "rule", rule, prefix="rule_"), enough),
        }
        for rule in found.keys("rule")
    ]
    return sorted(rows, key=_most_against)


def _most_against(row: Json) -> tuple[Any, ...]:
    percent = row["against_percent"]
    return percent is None, -(percent or 0), -(row["lower"] + row["higher"]), -row["fired"], row["rule"]


def _text_of(rule: str, versions: list[str]) -> str:
    """Give the words of a rule that is no longer in force, from a screening in which it fired."""
    fired = (
        select(Screening.output["findings"])
        .join(ScreeningFinding, ScreeningFinding.screening_id == Screening.id)
        .where(Screening.ruleset.in_(versions), ScreeningFinding.rule == rule)
    )
    findings = db.session.scalar(fired.limit(1)) or []
    words = (finding.get("text") for finding in findings if finding["rule"] == rule)
    return next((found for found in words if found), rule.replace("_", " ").capitalize())


def _teams(found: Counts, enough: int) -> list[Json]:
    teams = db.session.scalars(select(Team).where(Team.id.in_([UUID(key) for key in found.keys("team")])))
    return [
        {
            "team": team.slug,
            "name": team.name,
            **_shares(found.of((*DECIDED, *ACCEPTANCE_ANSWERS), "team", str(team.id)), enough),
        }
        for team in sorted(teams, key=lambda team: team.name)
    ]


def _agreement(found: Counts, enough: int) -> Json:
    counted = found.total(AGREEMENT)
    return {
        **counted,
        "same_percent": share(counted["pair_same"], counted["pair"], enough),
        "near_percent": share(counted["pair_near"], counted["pair"], enough),
        "as_soon_percent": share(counted["pair_as_soon"], counted["pair"], enough),
        "second_level_percent": share(counted["second_level"], counted["second"], enough),
        "second_agreed_percent": share(counted["second_agreed"], counted["second"], enough),
    }


def _people(found: Counts, enough: int) -> list[Json]:
    counted = found.keys("user")
    people = [user for user in people_in_sight() if str(user.id) in counted]
    return [_person(found, user, enough) for user in people]


def _person(found: Counts, user: User, enough: int) -> Json:
    key = str(user.id)
    own, decided = found.of(OWN, "user", key), found.of(DECIDED, "user", key)
    viewed, made = sum(own.values()), sum(decided.values())
    return {
        "user": key,
        "name": user.name,
        **own,
        **decided,
        "viewed": viewed,
        "decided": made,
        "own_same_percent": share(own["own_same"], viewed, enough),
        "as_proposed_percent": share(decided["as_proposed"], made, enough),
    }


def _versions(asked: Asked) -> list[Json]:
    """List the rules that came into force in these months."""
    since, until = (clocks.london_date(at) for at in (asked.period.since, asked.period.until))
    question = (
        select(RulesetInForce.hash, RulesetInForce.in_force_from)
        .where(RulesetInForce.withdrawn_at.is_(None), RulesetInForce.in_force_from >= since)
        .where(RulesetInForce.in_force_from < until)
        .order_by(RulesetInForce.in_force_from)
    )
    return [
        {"hash": row.hash, "in_force_from": row.in_force_from, "month": f"{row.in_force_from:%Y-%m}"}
        for row in db.session.execute(question)
    ]
