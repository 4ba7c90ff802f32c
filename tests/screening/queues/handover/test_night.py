"""The night: what came is triaged by a person, and the shift is handed over and signed."""

from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from screening import codes
from screening.access import user_viewer, viewing
from screening.db import db, now
from screening.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from screening.left_waiting import unsigned
from screening.models import Callback, Contact, EscalationNotice, HandoverPack, NightContact, Task
from screening.oversight import outstanding
from screening.queues import undoing
from screening.queues.handover import changes, contents, nights, packs
from screening.queues.handover.nights import Answer
from tests.screening.queues import given
from tests.screening.rota import given as rota
from tests.screening.rota.given import at

pytestmark = pytest.mark.usefixtures("context")
KEY = b"k" * 32
SAFE = "At her grandmother's tonight, who rang back"
GONE = "Rang Edith twice, she had gone"
EVENING, MORNING = at("2026-11-24T16:45"), at("2026-11-25T08:45")


@pytest.fixture
def night(context):
    given.clock_at(at("2026-11-24T22:00"))


def by(user_name):
    return viewing(user_viewer(given.user(user_name)))


def came(team="emergency-duty", urgency="amber", **more):
    contact = given.contact(urgency=urgency, first_received_at=more.pop("first_received_at", now()))
    given.person(contact)
    given.item(contact, team, urgency=urgency, priority=1 if urgency == "red" else 4, **more)
    nights.gather()
    return contact


def said(contact, answer="morning", **more):
    with by("edith"):
        seen = {"reason": SAFE, "version": given.lead_of(contact).version}
        return nights.triage(contact.id, Answer(answer=answer, **{**seen, **more}))


def composed(moment, kind):
    """The pack of a change of shift, composed a quarter of an hour before it."""
    given.clock_at(moment)
    packs.ensure()
    return db.session.scalars(select(HandoverPack).where(HandoverPack.kind == kind)).one()


def test_what_came_at_night_waits_for_a_person_whatever_queue_it_is_in(night):
    amber, green = came(), came("screening", "green")

    rows = db.session.scalars(select(NightContact)).all()

    assert {row.contact_id for row in rows} == {amber.id, green.id}
    assert {row.answer for row in rows} == {None}


def test_what_was_received_before_close_stays_with_the_day_team(night):
    contact = came("screening", first_received_at=at("2026-11-24T16:00"))

    assert db.session.get(NightContact, contact.id) is None
    assert given.lead_of(contact).team == given.team("screening")


def test_for_the_morning_waits_in_the_day_teams_queue_with_the_same_clock(night):
    contact = came()
    due_at = given.lead_of(contact).due_at

    said(contact)

    lead = given.lead_of(contact)
    assert (lead.team, lead.due_at) == (given.team("screening"), due_at)
    assert lead.accept_due_at > at("2026-11-25T09:00")


def test_who_has_a_red_one_for_the_morning_is_no_longer_told_that_another_team_acts(night):
    contact = came(urgency="red")
    beside = {"step": "attention", "leads": False, "urgency": "red", "accept_due_at": None}
    untrue = given.item(contact, why="Red went at once to the team that acts.", **beside)
    still_true = given.item(contact, why="A child is open to this team.", **beside)

    said(contact, manager_id=given.user("ines").id, said="Agreed: police are there till nine")

    assert (untrue.state, still_true.state) == ("done", "waiting")


def test_what_cannot_wait_comes_to_emergency_duty(night):
    contact = came("screening", "green")

    said(contact, "cannot_wait")

    lead = given.lead_of(contact)
    assert (lead.team, lead.state, lead.holder) == (given.team("emergency-duty"), "accepted", given.user("edith"))


def test_what_a_colleague_holds_stays_theirs_although_it_cannot_wait(night):
    contact = came(state="accepted", holder_id=given.user("ines").id, accepted_at=now())

    said(contact, "cannot_wait")

    assert given.lead_of(contact).holder == given.user("ines")


def test_the_nights_page_lists_red_first_also_of_the_day_and_asks_nothing_of_what_is_decided(context, signed_in):
    given.clock_at(at("2026-11-24T15:00"))
    of_day = came("screening", "red")
    of_day.received_at = now()
    composed(EVENING, "to_night")
    given.clock_at(at("2026-11-24T22:00"))
    overdue, red, decided = came(due_at=now() - timedelta(hours=1)), came(urgency="red"), came()
    decided.state = "decided"
    db.session.commit()

    page = signed_in("edith").get("/night").text

    assert page.index(red.reference) < page.index(overdue.reference) < page.index(of_day.reference)
    assert page.count('value="cannot_wait"') == 2
    assert page.index(of_day.reference) < page.index(">Decided <") < page.index(decided.reference)


def test_the_nights_page_says_the_worry_and_counts_what_is_decided_as_that_whatever_was_said(night, signed_in):
    contact = came()
    contact.narrative = "A baby cries and nobody answers the door."
    said(contact, "cannot_wait")
    contact.state = "decided"
    db.session.commit()

    page = signed_in("edith").get("/night").text

    assert ("nobody answers the door" in page, ">Decided <" in page, ">Cannot wait <" in page) == (True, True, False)


def test_the_night_and_the_handover_name_the_child_for_whom_the_red_stands(night, signed_in):
    contact = came(urgency="red")
    ben, cal = given.person(contact, "Ben Marlow"), given.person(contact, "Cal Marlow")
    scored = [(contact.children[0], "green"), (ben, "red"), (cal, "red")]
    children = [
        {"id": str(child.id), "urgency": {"at_least": urgency}, "level": {"at_least": 2}} for child, urgency in scored
    ]
    given.screening(contact, urgency="red", output={"children": children})
    db.session.commit()
    page = signed_in("edith").get("/night").text
    cal.answers = {codes.DANGER_NOW: "yes"}
    (entry,) = contents.entries(composed(MORNING, "to_day"), now())

    assert ("Ben Marlow<span" in page, "and 2 other children" in page) == (True, True)
    assert (entry["child"], entry["more_children"]) == ("Cal Marlow", 2)


def test_what_waits_needs_a_reason(night):
    with pytest.raises(Invalid) as refused:
        said(came(), reason="")

    assert list(refused.value.fields) == ["/reason"]


def test_what_is_red_waits_only_as_a_manager_agreed_by_telephone(night):
    contact = came(urgency="red")
    with pytest.raises(Invalid) as refused:
        said(contact)
    row = said(contact, manager_id=given.user("ines").id, said="Agreed: police are there till nine")

    assert set(refused.value.fields) == {"/manager", "/said"}
    assert (row.agreed_by, row.agreed_said) == (given.user("ines"), "Agreed: police are there till nine")


def test_a_manager_who_may_not_be_told_of_a_contact_agrees_to_nothing_about_it(night):
    contact = came(urgency="red")
    given.person(contact, "Ines Carvalho", role="adult", alleged_harm_to=[0])
    with pytest.raises(Invalid) as refused:
        said(contact, manager_id=given.user("ines").id, said="Agreed: police are there till nine")

    assert list(refused.value.fields) == ["/manager"]


def test_of_two_who_say_the_same_the_second_is_told_who_was_first(night):
    contact = came()
    said(contact)

    with pytest.raises(Conflict, match="Edith Marsh"):
        said(contact)


def test_what_a_colleague_has_taken_on_is_not_put_off_by_somebody_else(night):
    contact = came(state="accepted", holder_id=given.user("ines").id, accepted_at=now())

    with pytest.raises(Conflict, match="Ines Carvalho has taken this on"):
        said(contact)

    assert given.lead_of(contact).holder == given.user("ines")


def test_what_changed_since_it_was_seen_is_not_put_off(night):
    contact = came()

    with pytest.raises(Stale):
        said(contact, version=given.lead_of(contact).version - 1)


def test_what_was_put_off_and_taken_back_is_to_be_triaged_again(night):
    contact = came()
    said(contact)
    lead = given.lead_of(contact)

    with by("edith"):
        undoing.undo(lead.id, version=lead.version)

    row = db.session.get(NightContact, contact.id)
    assert (given.lead_of(contact).team, row.answer, row.answered_by_id) == (given.team("emergency-duty"), None, None)


def test_only_who_works_nights_triages(night):
    contact = came()

    with by("grace"), pytest.raises(NotAllowed):
        nights.triage(contact.id, Answer(answer="cannot_wait"))


def test_emergency_duty_reads_what_came_this_night_and_no_longer_by_day(night):
    contact = came("havant", "green")
    with by("edith"):
        at_night = db.session.scalar(select(Contact.id).where(Contact.id == contact.id))
    given.clock_at(at("2026-11-25T12:00"))
    with by("edith"):
        by_day = db.session.scalar(select(Contact.id).where(Contact.id == contact.id))

    assert (at_night, by_day) == (contact.id, None)


def test_shifts_change_when_offices_close_and_open_and_when_somebody_else_begins_at_night(night):
    rota.shift("emergency-duty", "edith", "2026-11-24T17:00", "2026-11-25T01:00")
    rota.shift("emergency-duty", "ines", "2026-11-25T01:00", "2026-11-25T09:00")

    found = changes.between(at("2026-11-24T12:00"), at("2026-11-25T12:00"))

    assert [(change.kind, change.at) for change in found] == [
        ("to_night", at("2026-11-24T17:00")),
        ("within_night", at("2026-11-25T01:00")),
        ("to_day", at("2026-11-25T09:00")),
    ]


def test_a_weekend_with_a_bank_holiday_is_one_night():
    given.clock_at(at("2026-12-25T12:00"))

    found = changes.between(at("2026-12-24T12:00"), at("2026-12-30T12:00"))

    assert [change.at for change in found][:2] == [at("2026-12-24T17:00"), at("2026-12-29T09:00")]


def test_the_morning_pack_holds_reds_the_untriaged_and_what_is_for_the_morning(night):
    red, untriaged, waits = came(urgency="red"), came(), came()
    said(waits)
    pack = composed(MORNING, "to_day")

    with by("sarah"):
        found = {entry["reference"]: entry for entry in packs.shown(pack, KEY)}

    assert [found[one.reference]["triage"] for one in (untriaged, waits)] == ["not_triaged", "morning"]
    assert [reference for reference, entry in found.items() if entry["red"]] == [red.reference]


def test_who_comes_opens_each_red_one_and_then_signs_and_the_pack_stays_as_it_was(night):
    red = came(urgency="red")
    pack = composed(MORNING, "to_day")
    with by("edith"):
        packs.add_words(pack.id, "Her aunt rings at ten", KEY)
    with by("sarah"):
        with pytest.raises(Invalid, match="Not signed yet") as refused:
            packs.sign(pack.id, KEY)
        packs.open_one(pack.id, red.reference)
        packs.sign(pack.id, KEY)
        given.lead_of(red).urgency = "green"
        kept = packs.shown(pack, KEY)

    assert red.reference in refused.value.fields["/sign"][0]
    assert [(entry["reference"], entry["urgency"]) for entry in kept] == [(red.reference, "red")]
    assert b"aunt" not in pack.sealed
    assert (pack.out_by.name, pack.in_by.name) == ("Edith Marsh", "Sarah Okafor")


def test_the_evening_pack_hands_what_is_red_to_emergency_duty_who_may_read_it(context):
    given.clock_at(EVENING)
    red = given.contact(urgency="red")
    given.item(red, "winchester", urgency="red", priority=1)
    pack = composed(EVENING, "to_night")

    with by("edith"):
        (entry,) = packs.shown(pack, KEY)

    assert (entry["reference"], entry["team"], entry["opens"]) == (red.reference, "Winchester assessment team", True)


def test_a_restricted_contact_is_in_no_pack_for_who_is_not_named(night):
    contact = came(urgency="red")
    contact.restricted = True
    pack = composed(MORNING, "to_day")

    with by("sarah"):
        assert packs.shown(pack, KEY) == []


def test_what_became_restricted_after_the_handover_was_signed_is_gone_from_it(night):
    contact = came()
    pack = composed(MORNING, "to_day")
    with by("sarah"):
        packs.sign(pack.id, KEY, not_reached=GONE)
        before = [entry["reference"] for entry in packs.shown(pack, KEY)]
    contact.restricted = True

    with by("tom"):
        assert (before, packs.shown(pack, KEY)) == ([contact.reference], [])


def test_of_two_who_write_for_the_next_shift_the_words_of_both_stay_with_their_names(night):
    pack = composed(MORNING, "to_day")
    for name, text in (("edith", "Her aunt rings at ten"), ("ines", "The police go back at nine")):
        with by(name):
            packs.add_words(pack.id, text, KEY)

    said_first, _, said_last = packs.words(pack, KEY).partition("\n\n")
    assert (said_first.splitlines()[0], said_last) == ("Her aunt rings at ten", "The police go back at nine")
    assert said_first.splitlines()[1].startswith("Edith Marsh, ")
    assert pack.out_by == given.user("ines")


def test_who_hands_over_does_not_sign_and_neither_does_another_team(night):
    pack = composed(MORNING, "to_day")
    with by("edith"), pytest.raises(NotAllowed):
        packs.sign(pack.id, KEY)
    with by("winnie"), pytest.raises((NotFound, NotAllowed)):
        packs.sign(pack.id, KEY)


def test_nobody_signs_before_who_goes_has_said_something_or_it_is_said_why_not(night):
    pack = composed(MORNING, "to_day")
    with by("sarah"):
        with pytest.raises(Invalid) as refused:
            packs.sign(pack.id, KEY)
        packs.sign(pack.id, KEY, not_reached=GONE)

    assert list(refused.value.fields) == ["/not_reached"]
    assert packs.words(pack, KEY).startswith(f"Nobody of Emergency duty team was reached: {GONE}\nSarah Okafor, ")


def test_words_that_come_after_it_was_signed_are_kept_beside_it_and_what_was_signed_stays(night):
    pack = composed(MORNING, "to_day")
    with by("sarah"):
        packs.sign(pack.id, KEY, not_reached=GONE)
    sealed = pack.sealed
    with by("edith"):
        packs.add_words(pack.id, "Her aunt rings at ten", KEY)

    assert (GONE in packs.words(pack, KEY), packs.words(pack, KEY).endswith("Her aunt rings at ten")) == (True, True)
    assert (pack.sealed, pack.in_by, pack.out_by) == (sealed, given.user("sarah"), given.user("edith"))


def test_an_unsigned_handover_goes_to_the_manager_on_call_again_and_again_and_to_the_board(night):
    rota.shift("duty-manager", "ines", "2026-11-25T08:00", "2026-11-25T18:00", "on_call_manager")
    pack = composed(MORNING, "to_day")
    given.clock_at(at("2026-11-25T09:31"))
    packs.escalate(pack.id)

    keys = db.session.scalars(select(Task.key).where(Task.subject_id == pack.id).order_by(Task.seq)).all()
    assert pack.escalated_to == given.user("ines")
    assert [key.rsplit(":", 1)[-1] for key in keys] == ["0", "1"]
    assert "not signed. Manager on call: Ines Carvalho." in unsigned.alarm(now())


def test_of_an_unsigned_handover_the_manager_on_call_is_told_at_home_each_time(night):
    rota.shift("duty-manager", "ines", "2026-11-25T08:00", "2026-11-25T18:00", "on_call_manager")
    pack = composed(MORNING, "to_day")
    for moment in ("2026-11-25T09:31", "2026-11-25T10:01"):
        given.clock_at(at(moment))
        packs.escalate(pack.id)

    told = db.session.scalars(select(EscalationNotice).order_by(EscalationNotice.seq)).all()
    assert [(one.user, one.way, one.step) for one in told if one.user_id] == [
        (given.user("ines"), "email", "on_call"),
        (given.user("ines"), "email", "on_call"),
    ]
    assert "webhook" in {one.way for one in told}


def test_a_signed_handover_escalates_no_more(night):
    pack = composed(MORNING, "to_day")
    with by("sarah"):
        packs.sign(pack.id, KEY, not_reached=GONE)
    given.clock_at(MORNING + timedelta(hours=1))
    packs.escalate(pack.id)

    assert (pack.escalations, unsigned.alarm(now())) == (0, None)


def test_what_a_later_signed_handover_overtook_escalates_no_more(night):
    early = composed(MORNING, "to_day")
    late = composed(at("2026-11-25T16:45"), "to_night")
    with by("edith"):
        packs.sign(late.id, KEY, not_reached=GONE)
    given.clock_at(at("2026-11-25T18:00"))
    packs.escalate(early.id)

    assert (early.escalations, unsigned.alarm(now())) == (0, None)
    assert [row["late"] for row in outstanding.handovers(now())] == [False]


def test_of_two_who_sign_the_second_is_told_who_was_first(night):
    pack = composed(MORNING, "to_day")
    with by("sarah"):
        packs.sign(pack.id, KEY, not_reached=GONE)

    with by("tom"), pytest.raises(Conflict, match="Sarah Okafor signed this"):
        packs.sign(pack.id, KEY)


def test_the_next_days_handovers_are_promised_once(night):
    packs.promise_next()
    packs.promise_next()

    keys = db.session.scalars(select(Task.key).where(Task.kind == "compose_handover").order_by(Task.key)).all()
    assert keys == ["compose_handover:to_day:202611250900", "compose_handover:to_night:202611251700"]


def test_the_pages_lead_through_the_night_and_the_handover(night, signed_in):
    contact = came(urgency="red")
    edith = signed_in("edith")
    page = edith.get("/night").text
    late = {"answer": "morning", "reason": "", "version": given.lead_of(contact).version}
    refused = edith.post(f"/night/{contact.reference}/triage", data=late)
    edith.post(f"/night/{contact.reference}/triage", data={"answer": "cannot_wait"})
    pack = composed(MORNING, "to_day")
    place, sarah = f"/handover/{pack.id}", signed_in("sarah")
    unsigned_yet = sarah.post(f"{place}/sign")
    opened = sarah.post(f"{place}/open/{contact.reference}")
    sarah.post(f"{place}/sign", data={"not_reached": GONE})

    assert ("Not triaged yet" in page, refused.status_code, unsigned_yet.status_code) == (True, 422, 422)
    assert (opened.status_code, "It is shown as it was then." in sarah.get(place).text) == (302, True)


def promised(contact, due_at):
    values = {"due_at": due_at, "next_at": due_at, "promised_at": now(), "promised_by_id": given.user("sarah").id}
    db.session.add(Callback(contact_id=contact.id, owner_id=None, **values))
    db.session.flush()


def test_a_call_that_nobody_has_taken_over_yet_is_handed_over_with_the_rest(night):
    contact = came()
    promised(contact, now() + timedelta(hours=1))

    pack = composed(MORNING, "to_day")

    assert [one["calls"][0]["owner"] for one in contents.entries(pack, now())] == ["nobody yet"]


@pytest.mark.parametrize(
    ("moment", "kind", "due", "handed_over"),
    [
        (EVENING, "to_night", "2026-11-20T10:00", True),
        (EVENING, "to_night", "2026-11-25T08:59", True),
        (EVENING, "to_night", "2026-11-25T11:00", False),
        (MORNING, "to_day", "2026-11-25T11:00", True),
        (MORNING, "to_day", "2026-11-26T10:00", False),
    ],
)
def test_a_call_is_handed_over_where_it_is_overdue_or_due_before_the_next_shift_ends(
    context, moment, kind, due, handed_over
):
    given.clock_at(at("2026-11-19T12:00"))
    contact = given.contact(urgency="green")
    given.item(contact, "winchester", urgency="green")
    promised(contact, at(due))
    given.clock_at(moment)

    pack = composed(moment, kind)

    found = {entry["reference"] for entry in contents.entries(pack, now())}
    assert (contact.reference in found) is handed_over


def test_what_was_typed_at_night_comes_back_where_it_is_refused(night, signed_in):
    contact = came()
    pack = composed(MORNING, "to_day")
    stale = {"answer": "morning", "reason": SAFE, "version": 77}
    refused = [
        signed_in("edith").post(f"/night/{contact.reference}/triage", data=stale),
        signed_in("sarah").post(f"/handover/{pack.id}/words", data={"words": SAFE}),
    ]

    assert [(answer.status_code, SAFE in unescape(answer.text)) for answer in refused] == [(412, True), (403, True)]
