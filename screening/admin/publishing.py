"""Publishing rules that somebody else proposed; withdrawing them before their day; writing down who adopted them."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from routing_rules.rules import Ruleset
from screening import audit
from screening.access import require, viewer
from screening.admin import queries, service
from screening.db import Json, db, now
from screening.errors import Conflict, Invalid, NotAllowed, Stale
from screening.models import RulesDraft, RulesetInForce
from screening.wording import long_day, moment

# Publishing, withdrawing and adopting are rare, and each looks at what the others wrote: one at a time.
ONE_AT_A_TIME = 7_331_002


def seen_token(draft: RulesDraft) -> str:
    """Name the difference that a draft has now: of which rules, against which. Who publishes says that they saw it."""
    rules = queries.check(draft.yaml).rules
    return f"{queries.base_of(draft).hash[:16]}-{rules.hash[:16] if rules else 'unsound'}"


def publish(draft_id: UUID, *, seen: str, version: int) -> RulesetInForce:
    """Put what somebody else proposed in force from its day on. It stays a sample until a partnership adopts it.

    `seen` is the `seen_token()` of the difference that the publisher was shown.

    Raises:
        NotAllowed: the publisher proposed it.
        Stale: the draft, or what it is compared with, is not what was seen.
        Conflict: it is not proposed any more, or its day has come or is taken; says who and when.
        Invalid: there is no shadow run of exactly these rules.
    """
    draft, rules = _proposed(draft_id, seen, version)
    if queries.shadow_run(rules.hash) is None:
        told = "Say that you publish without a run over stored contacts, or have one made first."
        raise Invalid("No shadow run shows what these rules would change.", fields={"/without_shadow_run": [told]})
    return _publish(draft, rules)


def publish_without_shadow_run(draft_id: UUID, *, seen: str, version: int) -> RulesetInForce:
    """Do what `publish()` does, of rules of which nobody saw whom they would move: the publisher says that they know.

    Raises:
        NotAllowed, Stale, Conflict: as for `publish()`.
    """
    return _publish(*_proposed(draft_id, seen, version))


def put_in_force(rules: Ruleset, day: date, detail: Json, **who: Any) -> RulesetInForce:
    """Keep rules that score what is received from a day on, and that they were published: by `who`, in its columns."""
    row = RulesetInForce(hash=rules.hash, yaml=rules.text, in_force_from=day, published_at=now(), **who)
    db.session.add(row)
    db.session.flush()
    told = {"rules": len(rules.rules), "in_force_from": str(day)} | detail
    audit.record("rules.published", subject=("ruleset", row.hash[:12]), detail=told)
    return row


def withdraw(digits: str, *, because: str) -> RulesetInForce:
    """Take back a published version before its first day.

    Raises:
        Conflict: its first day has come, or it is withdrawn already.
    """
    require("rules.publish")
    row = _version(digits)
    if row.withdrawn_at is not None:
        raise Conflict(
            f"{queries.name_of(row.withdrawn_by_id) or 'Somebody'} withdrew it at {moment(row.withdrawn_at)}."
        )
    if row.in_force_from <= queries.today():
        raise Conflict("These rules count already, and contacts were scored by them. Publish others instead.")
    row.withdrawn_at, row.withdrawn_by_id, row.withdrawn_because = now(), service.me(), because
    db.session.flush()
    audit.record("rules.withdrawn", subject=("ruleset", row.hash[:12]))
    return row


def adopt(digits: str, *, names: Sequence[str], adopted_on: date, review_on: date) -> RulesetInForce:
    """Write down that a partnership adopted a version: who, when, and when it is looked at again.

    Raises:
        Conflict: it was withdrawn, or is adopted already: who adopted it is never overwritten.
        Invalid: there are fewer than two names, or a date is on the wrong side of another.
    """
    require("rules.publish")
    row = _version(digits)
    if row.withdrawn_at is not None:
        raise Conflict("These rules were withdrawn, and never count. Adopt those that do.")
    if not row.sample:
        raise Conflict("These rules are adopted already. After a review, publish a version of its own, and adopt that.")
    wrong = _adoption_problems(names, adopted_on, review_on)
    if wrong:
        raise Invalid("The adoption is not complete yet.", fields=wrong)
    row.sample, row.adopted_on, row.review_on, row.adopted_by = False, adopted_on, review_on, list(names)
    row.first_approver, row.second_approver = names[0], names[1]
    db.session.flush()
    detail = {"names": len(names), "adopted_on": str(adopted_on), "review_on": str(review_on)}
    audit.record("rules.adopted", subject=("ruleset", row.hash[:12]), detail=detail)
    return row


def one_at_a_time() -> None:
    """Wait until nobody else publishes, withdraws or adopts, and hold that to the end of the transaction."""
    db.session.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))


def _version(digits: str) -> RulesetInForce:
    one_at_a_time()
    row = queries.version(digits)
    db.session.refresh(row)
    return row


def _proposed(draft_id: UUID, seen: str, version: int) -> tuple[RulesDraft, Ruleset]:
    """Hold a draft that the viewer may publish, and read its rules."""
    require("rules.publish")
    one_at_a_time()
    draft = service.locked(draft_id, version)
    if draft.state != "proposed" or draft.in_force_from is None:
        raise Conflict(service.state_words(draft))
    if draft.proposed_by_id == viewer().user_id:
        raise NotAllowed("You proposed this: a second person has to publish it. Ask another administrator.")
    if seen != seen_token(draft):
        raise Stale("What this would change is not what you were shown. Read the difference again.")
    return draft, _publishable(draft, draft.in_force_from)


def _publishable(draft: RulesDraft, day: date) -> Ruleset:
    rules = queries.check(draft.yaml).rules
    if rules is None:
        raise Conflict("The text is not sound any more. Take it back, and put its problems right.")
    wrong = service.day_problem(day) or service.rules_problem(rules, day)
    if wrong:
        raise Conflict(" ".join(words for messages in wrong.values() for words in messages))
    return rules


def _publish(draft: RulesDraft, rules: Ruleset) -> RulesetInForce:
    day = draft.in_force_from or queries.today()
    who = {"proposed_by_id": draft.proposed_by_id, "published_by_id": service.me()}
    service.end(draft, "published")
    service.note(draft, [f"Published, to count from {long_day(day)}."])
    return put_in_force(rules, day, {"draft": str(draft.id)}, sample=True, **who)


def _adoption_problems(names: Sequence[str], adopted_on: date, review_on: date) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    if len({name.strip().casefold() for name in names}) < 2 or len(names) != len({*names}):
        wrong["/names"] = ["Write the names of two people or more, each once."]
    if adopted_on > queries.today():
        wrong["/adopted_on"] = ["Write the day on which it was adopted: today or before."]
    if review_on <= adopted_on or review_on <= queries.today():
        wrong["/review_on"] = ["Choose a day to come, on which the partnership looks at the rules again."]
    return wrong
