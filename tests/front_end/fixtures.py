"""Invented, lifelike contexts: one or more for each template. The people do not exist."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

Context = dict[str, Any]
NOW = datetime(2026, 11, 24, 14, 2, 7, tzinfo=UTC)
REFERENCE = "FD-7K2M9QXT4"


def ago(**size: float) -> datetime:
    return NOW - timedelta(**size)


def ahead(**size: float) -> datetime:
    return NOW + timedelta(**size)


@dataclass(frozen=True)
class Page:
    """A template and what it is rendered with."""

    template: str
    own: Callable[[], Context]
    viewer: str | None = "Priya Nair"
    role: str = "Call handler"

    def context(self) -> Context:
        """Give the page's own variables and the frame's."""
        return frame(self.viewer, self.role) | self.own()


def frame(viewer: str | None, role: str) -> Context:
    """Give what the app's context processors give to every page."""
    nav = [
        {"text": "Take a contact", "href": "/contacts", "current": role == "Call handler"},
        {"text": "Queue", "href": "/queues", "current": role != "Call handler"},
        {"text": "Board", "href": "/board", "current": False},
    ]
    return {
        "viewer": SimpleNamespace(name=viewer) if viewer else None,
        "viewer_role": role if viewer else "",
        "nav": nav if viewer else [],
        "sample_county": True,
        "notifications": [],
    }


def sign_in() -> Context:
    people = (
        ("priya", "Priya Nair", "Call handler"),
        ("sarah", "Sarah Okafor", "Screening social worker"),
        ("grace", "Grace Lindqvist", "Team manager"),
        ("edith", "Edith Marsh", "Emergency duty social worker"),
    )
    return {
        "problem": None,
        "user_name": "",
        "next": None,
        "sample_sign_ins": [
            {"user_name": user_name, "name": name, "role": role, "password": "sample county only"}
            for user_name, name, role in people
        ],
    }


def sign_in_refused() -> Context:
    problem = "The user name or password is not right. Check both and try again."
    return sign_in() | {"problem": problem, "user_name": "priya", "next": "/queues"}


def error() -> Context:
    return {
        "error": SimpleNamespace(
            title="Someone else was first",
            message="Sarah Okafor accepted this contact at 14:02.",
            status=409,
            fields={},
        ),
        "reference": "9f31c2aa",
    }


SCREENING: Context = {
    "ruleset": "2026.11+sha256:4c1d2e90",
    "level": {"at_least": 3, "at_most": 4},
    "urgency": {"at_least": "amber", "at_most": "red"},
    "findings": [
        {
            "rule": "food_warmth",
            "text": "Food warmth.",
            "because": ["Not enough food on two days this week"],
            "level": 3,
            "urgency": "amber",
            "source": "Sample thresholds, level 3, parenting. Paraphrased",
        },
        {
            "rule": "parent_unwell",
            "text": "Parent unwell.",
            "because": ["A parent is unwell since a birth", "No other carer is known"],
            "level": 3,
            "urgency": "amber",
            "source": "Sample thresholds, level 3. Paraphrased",
        },
    ],
    "open": [
        {
            "rule": "injury_non_mobile",
            "text": "Injury non mobile.",
            "known": ["A mark has been seen on a child in this home"],
            "missing": ["whether there is a baby who cannot yet crawl"],
        }
    ],
    "ask_next": [
        {
            "answer": "non_mobile_baby",
            "question": "Is there a baby at home who cannot yet crawl?",
            "could_change": {"level": 4, "urgency": "red"},
        },
        {
            "answer": "afraid_of_adult",
            "question": "Is the child afraid of an adult at home?",
            "could_change": {"level": 4, "urgency": "red"},
        },
        {
            "answer": "where_tonight",
            "question": "Does anyone know where the child will be tonight?",
            "could_change": {"urgency": "red"},
        },
    ],
    "specialisms": [],
    "hard_open": True,
    "must_do": [],
    "children": [{"ask_next": [{"answer": "afraid_of_adult"}]}, {"ask_next": []}],
}
RED: Context = SCREENING | {
    "level": {"at_least": 4, "at_most": 4},
    "urgency": {"at_least": "red", "at_most": "red"},
    "findings": [
        {
            "rule": "injury_non_mobile",
            "text": "Injury non mobile.",
            "because": ["A bruise on a baby who cannot yet crawl"],
            "level": 4,
            "urgency": "red",
            "source": "Sample bruising protocol. Paraphrased",
        },
        *SCREENING["findings"],
    ],
    "must_do": ["strategy_discussion"],
}


def question(
    identity: str,
    words: str,
    scope: str = "household",
    section: str = "Care at home",
    help: str = "",
    core: bool = False,
) -> Context:
    return {
        "id": identity,
        "question": words,
        "help": help,
        "scope": scope,
        "core_safety": core,
        "section": section,
    }


QUESTIONS = [
    question("food_warmth", "Is there enough food, warmth and clean clothing?"),
    question("parent_unwell", "Is a parent unwell, low, or using drugs or alcohol?"),
    question("non_mobile_baby", "Is there a baby at home who cannot yet crawl?"),
    question("violence_at_home", "Does anyone at home hurt or frighten anyone else?", section="Harm at home"),
    question("weapon", "Has a weapon been used or shown?", section="Harm at home"),
    question(
        "injury_seen",
        "Has anyone seen an injury or mark?",
        "child",
        "Harm",
        "Any bruise, burn or bite, however explained",
    ),
    question("afraid_of_adult", "Is the child afraid of an adult at home?", "child", "Harm"),
    question("school_missed", "Is the child missing school or coming late?", "child", "School and growing up"),
    question("where_tonight", "Does anyone know where the child will be tonight?", core=True),
    question(
        "safe_now", "Is the child safe until a social worker can act?", "child", core=True, help="Say who told you"
    ),
]
MATCHES = [
    {
        "path": "children.0",
        "name": "Kathryn Smyth",
        "state": "found",
        "candidates": [
            {
                "id": "p1",
                "name": "Catherine Smith",
                "age": "8 years",
                "area": "Winchester",
                "reasons": ["sounds the same", "born May 2018", "lived at 14 Winchester Road until 2024"],
                "open_to": "Winchester team",
                "restricted": False,
                "link": "same",
            },
            {
                "id": "p2",
                "name": "Katherine Smythe",
                "age": "about 7 years",
                "area": "Havant",
                "reasons": ["sounds the same"],
                "open_to": None,
                "restricted": False,
                "link": None,
            },
        ],
    },
    {"path": "children.1", "name": "Leo Smyth", "state": "not_checked", "candidates": []},
]


def check(name: str, outcome: str | None, found_words: str = "", about: str | None = None, **more: Any) -> Context:
    return {
        "name": name,
        "about": about,
        "outcome": outcome,
        "found_words": found_words,
        "details": [],
        "problem": None,
        "asked_at": ago(minutes=4),
        "due_at": ahead(minutes=26),
        "answered_at": ago(minutes=3) if outcome else None,
        "retry_url": None,
    } | more


CHECKS = [
    check(
        "Earlier contacts",
        "information_found",
        "2 in 12 months",
        details=[
            "12 June 2026: late collection, information and advice",
            "3 September 2026: hungry, early help offered",
        ],
    ),
    check(
        "Open involvements",
        "information_found",
        "early help",
        details=["Early help hub, Winchester, since 10 September"],
    ),
    check("Alerts", "nothing_known"),
    check("Police", None, about="Gary, surname not known"),
    check("Health", "failed", problem="The health system did not answer in 20 s. Tried 3 times.", retry_url="/retry"),
]
DRAFT: Context = {
    "channel": "phone",
    "referrer": {"name": "Ms Adeyemi", "agency": "Oakbank School", "source_code": "2A", "phone": "01962 555 0142"},
    "children": [
        {
            "given_name": "Kathryn",
            "family_name": "Smyth",
            "age_years_estimated": 7,
            "sex": "F",
            "address": {"line_1": "14 Winchester Road", "postcode": "SO22 5AB"},
            "school": "Oakbank School, Year 3",
            "answers": {"injury_seen": "unknown", "school_missed": "no"},
            "where_now": {"place": "At school", "with_whom": "Ms Adeyemi", "safe_until": "3.15 today"},
            "disabilities": ["NONE"],
        },
        {"given_name": "Leo", "family_name": "Smyth", "date_of_birth": "2020", "answers": {"injury_seen": "refused"}},
    ],
    "adults": [
        {"given_name": "Gary", "relationship": "mother's partner", "in_household": True, "alleged_harm_to": [0]},
    ],
    "narrative": (
        "Kathryn came in on Monday and Tuesday with no breakfast and no packed lunch. Today she told me \"Mum's in bed"
        ' all day since the baby". She flinched when I touched her shoulder. Her brother in Year 1 has been collected'
        " late three times this week by a man she calls Gary."
    ),
    "answers": {"food_warmth": "no", "parent_unwell": "yes", "violence_at_home": "unknown"},
    "views": {"child": '"I want Mum to get up."'},
}


def start() -> Context:
    kinds = (
        ("concern", "Concern about a child", "A worry, a disclosure, an injury, a child missing or alone"),
        ("open_case", "About a case that is open", "News for a social worker the family already has"),
        ("advice", "Advice or information", "How something works, who to ask, no child named"),
        ("no_data", "Silent, wrong number or hoax", "Two fields and out"),
    )
    return {
        "choices": [
            {"kind": kind, "key": str(number), "title": title, "text": text}
            for number, (kind, title, text) in enumerate(kinds, 1)
        ],
        "drafts": [
            {
                "reference": REFERENCE,
                "href": "/contacts/1",
                "caller": "Ms Adeyemi, Oakbank School",
                "children": "Kathryn Smyth and Leo Smyth",
                "opened_at": ago(minutes=6),
                "saved_at": ago(seconds=4),
                "has_text": True,
            },
            {
                "reference": "FD-9XC4TB27M",
                "href": "/contacts/2",
                "caller": "",
                "children": "",
                "opened_at": ago(hours=2, minutes=20),
                "saved_at": None,
                "has_text": False,
            },
        ],
        "left": [],
        "contacts": [
            {
                "reference": "FD-3HH8W0RVN",
                "href": "/contacts/3",
                "children": "Tyrone Baptiste",
                "sent_at": ago(hours=3),
                "urgency": "red",
                "hard_open": False,
                "state_words": "Accepted 11:09",
                "holder": "Sarah Okafor, screening",
            },
            {
                "reference": "FD-5MZ1C6PQD",
                "href": "/contacts/4",
                "children": "Isla and Finn Hargreaves",
                "sent_at": ago(hours=4.5),
                "urgency": "green",
                "hard_open": True,
                "state_words": "Waiting",
                "holder": "Screening team",
            },
        ],
        "now": NOW,
        "urls": {"open": "/contacts"},
    }


def start_empty() -> Context:
    return start() | {"drafts": [], "contacts": []}


def panel() -> Context:
    return {
        "screening": SCREENING,
        "questions": QUESTIONS,
        "matches": MATCHES,
        "checks": CHECKS,
        "now": NOW,
        "urls": {"link": "/save"},
    }


SECTION_STATES = (
    ("caller", "Caller", "complete", "complete"),
    ("children", "Children", "complete", "2 named"),
    ("adults", "Adults and home", "needs_attention", "1 to ask"),
    ("worry", "What is the worry?", "started", "started"),
    ("safe", "Safe right now?", "needs_attention", "1 to ask"),
    ("views", "Views", "unknown_recorded", "not asked, said why"),
    ("identity", "Identity", "not_looked_at", "not looked at"),
    ("sharing", "Information sharing", "not_looked_at", "not looked at"),
)


def take() -> Context:
    posts = ("save", "autosave", "panel", "check", "danger", "consult", "short_path", "link")
    return panel() | {
        "contact": {
            "reference": REFERENCE,
            "caller": "Ms Adeyemi, Oakbank School",
            "first_received_at": ago(minutes=6, seconds=12),
        },
        "form": {"values": DRAFT, "errors": {}},
        "sections": [
            {"id": identity, "title": title, "state": state, "words": words}
            for identity, title, state, words in SECTION_STATES
        ],
        "channels": [("phone", "Telephone"), ("email", "Email"), ("walk_in", "In person")],
        "source_codes": [("1A", "A relative"), ("2A", "School"), ("3A", "Health visitor")],
        "ethnicities": [("WBRI", "White British"), ("MWBC", "White and Black Caribbean")],
        "disabilities": [("NONE", "No disability"), ("MOB", "Mobility"), ("COMM", "Communication")],
        "saved_at": NOW,
        "version": 7,
        "urls": {name: f"/contacts/1/{name}" for name in posts},
    }


def take_new() -> Context:
    nothing = SCREENING | {"findings": [], "open": [], "ask_next": [], "children": []}
    nothing |= {"level": {"at_least": 1, "at_most": 4}, "urgency": {"at_least": "green", "at_most": "red"}}
    sections = [
        {"id": identity, "title": title, "state": "not_looked_at", "words": "not looked at"}
        for identity, title, _, _ in SECTION_STATES
    ]
    return take() | {
        "contact": {"reference": REFERENCE, "caller": "", "first_received_at": ago(seconds=5)},
        "form": {"values": {"channel": "phone"}, "errors": {}},
        "screening": nothing,
        "sections": sections,
        "matches": [],
        "checks": [],
        "saved_at": None,
        "version": 0,
    }


def take_red() -> Context:
    errors = {
        "narrative": "Write what the caller said",
        "children.1.date_of_birth": "Write a date such as 3/4/2017, May 2018 or 2018",
        "answers.weapon": "Choose one answer",
    }
    values = DRAFT | {"children": [DRAFT["children"][0], {"date_of_birth": "umpteen"}], "narrative": ""}
    return take() | {"screening": RED, "form": {"values": values, "errors": errors}}


def take_unscored() -> Context:
    return take() | {"screening": None}


def contacts_check() -> Context:
    rows = [
        {"key": "Name", "value": "Ms Adeyemi, class teacher", "href": "/contacts/1#referrer-name"},
        {"key": "Number to ring back", "value": "01962 555 0142", "href": "/contacts/1#referrer-phone"},
        {"key": "Safe to reply", "value": "Not asked", "missing": True, "href": "/contacts/1#referrer-safe_to_reply"},
    ]
    children = [
        {"key": "Kathryn Smyth", "value": "about 7, 14 Winchester Road, SO22 5AB", "href": "/contacts/1#children-0"},
        {"key": "Leo Smyth", "value": "born 2020", "href": "/contacts/1#children-1"},
    ]
    return {
        "contact": {"reference": REFERENCE, "caller": "Ms Adeyemi"},
        "screening": SCREENING,
        "errors": {},
        "groups": [
            {"title": "Caller", "href": "/contacts/1#section-caller", "rows": rows},
            {"title": "Children", "href": "/contacts/1#section-children", "rows": children},
            {
                "title": "What is the worry?",
                "href": "/contacts/1#section-worry",
                "rows": [{"key": "Account", "value": DRAFT["narrative"], "href": "/contacts/1#narrative"}],
            },
        ],
        "unanswered": ["Does anyone know where the child will be tonight?"],
        "receipt": {
            "to": "ms.adeyemi@oakbank.example",
            "text": f"We have received your contact. Its reference is {REFERENCE}.\nA social worker will be in touch.",
        },
        "next_holder": {
            "name": "Screening team",
            "because": "Every contact about a child is read by a social worker first",
        },
        "due_at": ahead(hours=22),
        "now": NOW,
        "version": 9,
        "urls": {"take": "/contacts/1", "send": "/contacts/1/send"},
    }


def contacts_check_blocked() -> Context:
    return contacts_check() | {
        "errors": {"narrative": "Write what the caller said, in a few words", "children.0.given_name": "Name a child"},
        "screening": RED,
        "receipt": {"withheld_because": "An adult in this contact may read that mailbox."},
    }


def contacts_sent() -> Context:
    return {
        "contact": {"reference": REFERENCE},
        "urgency": "amber",
        "hard_open": False,
        "next_holder": {"name": "Screening team"},
        "due_at": ahead(hours=22),
        "tell": [
            f"Your reference is {REFERENCE}.",
            "A social worker reads this today and rings you within one working day.",
            "If anything changes before then, ring us again. If a child is in danger, ring 999.",
        ],
        "receipt_words": "A receipt is on its way to Ms Adeyemi.",
        "now": NOW,
        "urls": {"start": "/contacts", "record": "/contacts/1/record"},
    }


def record(tab: str) -> Context:
    names = (
        ("summary", "Summary"),
        ("people", "People"),
        ("decision", "Decision"),
        ("checks", "Checks"),
        ("messages", "Messages"),
        ("history", "History"),
    )
    tabs = [{"text": words, "href": f"/contacts/1/{name}", "current": name == tab} for name, words in names]
    tabs[3]["count"] = "3 of 5"
    return {
        "contact": {
            "reference": REFERENCE,
            "state_words": "Received",
            "children": "Kathryn and Leo Smyth",
            "channel_words": "Telephone",
            "referrer_words": "Ms Adeyemi, Oakbank School",
            "first_received_at": ago(minutes=40),
            "restricted": True,
        },
        "holder": {"name": "Sarah Okafor, screening", "since": ago(minutes=12)},
        "urgency": "amber",
        "hard_open": False,
        "ended": False,
        "due_at": ahead(hours=3, minutes=20),
        "tab": tab,
        "tabs": tabs,
        "actions": [
            {"text": "Decide", "href": "/contacts/1/decide", "kind": ""},
            {"text": "Return", "href": "/queue-items/1/return"},
            {"text": "Print briefing", "href": "/contacts/1/briefing", "kind": "quiet"},
        ],
        "now": NOW,
    }


def record_summary() -> Context:
    return record("summary") | {
        "narrative": DRAFT["narrative"],
        "screening": RED,
        "routing": [
            {
                "step_words": "Screening",
                "team": "Screening team",
                "at": ago(minutes=39),
                "reasons": ["Every contact about a child is read by a social worker first"],
                "runners_up": [],
            },
            {
                "step_words": "Referral",
                "team": "Winchester team",
                "at": ago(minutes=2),
                "reasons": ["SO22 is in its area", "Capacity for 4 more"],
                "runners_up": ["Eastleigh team (area next to it)"],
            },
        ],
        "views": [
            {"key": "The child's view", "value": '"I want Mum to get up."'},
            {"key": "The family's view", "value": "Not asked yet", "missing": True},
        ],
        "identity": [{"key": "Why it matters here", "value": "Not asked yet", "missing": True}],
        "sharing": [{"key": "Parents know", "value": "Not yet"}, {"key": "Agreement", "value": "Not sought"}],
    }


def record_people() -> Context:
    def person(name: str, role: str, **more: Any) -> Context:
        return {"name": name, "role_words": role, "age_words": "", "address": "", "alerts": [], "facts": []} | {
            "record_words": "",
            **more,
        }

    return record("people") | {
        "people": [
            person(
                "Kathryn Smyth",
                "Child",
                age_words="about 7, said today",
                address="14 Winchester Road, SO22 5AB",
                facts=[
                    ("School", "Oakbank School, Year 3"),
                    ("Where now", "At school, with Ms Adeyemi, safe until 3.15"),
                ],
                record_words="May be Catherine Smith, 8: confirmed by Priya Nair",
            ),
            person("Leo Smyth", "Child", age_words="born 2020"),
            person("Gary, surname not known", "Mother's partner, lives in the home", alerts=["Do not visit alone"]),
        ]
    }


def record_decision() -> Context:
    return record("decision") | {
        "decisions": [
            {
                "child": "Kathryn Smyth",
                "outcome_words": "Referral to assessment (section 17)",
                "level": 4,
                "urgency": "amber",
                "by": "Grace Lindqvist",
                "at": ago(minutes=1),
                "rationale": [
                    ("What we are worried about", "Hungry at school, mother low since a birth, an unknown man."),
                    ("What is going well", "School sees her daily and she talks to them."),
                    ("History", "Third contact in 12 months."),
                    ("The child's and the family's views", "She wants her mother to get up. Mother not yet asked."),
                    ("Identity and its relevance", "A young carer at seven."),
                ],
                "family_told": "Mother, by telephone, today at 13:50",
                "against_reason": None,
                "second": None,
            }
        ],
        "decide_url": "",
    }


def record_undecided() -> Context:
    return record("decision") | {"decisions": [], "decide_url": "/contacts/1/decide", "holder": None, "due_at": None}


def record_checks() -> Context:
    return record("checks") | {"checks": CHECKS}


def record_messages() -> Context:
    return record("messages") | {
        "messages": [
            {
                "kind_words": "Receipt",
                "state_words": "Delivered",
                "look": "found",
                "at": ago(minutes=38),
                "text": f"We have received your contact. Its reference is {REFERENCE}.",
            },
            {
                "kind_words": "Acknowledgement",
                "state_words": "Waiting for a social worker",
                "look": "waiting",
                "at": None,
                "text": "",
                "post": "/messages/2/acknowledge",
                "post_text": "Write the acknowledgement",
            },
            {
                "kind_words": "Outcome",
                "state_words": "Not sent: ring instead",
                "look": "not-checked",
                "at": None,
                "text": "",
            },
        ]
    }


def record_history() -> Context:
    return record("history") | {
        "events": [
            {"title": "Accepted", "by": "Sarah Okafor", "at": ago(minutes=12), "text": None},
            {"title": "Routed to the screening team", "by": "the service", "at": ago(minutes=39), "text": "SO22 5AB"},
            {"title": "Sent", "by": "Priya Nair", "at": ago(minutes=40), "text": "Level 3, amber. Rules 2026.11"},
        ]
    }


def queue() -> Context:
    def item(child: str, urgency: str, level: int, due: datetime, **more: Any) -> Context:
        return {
            "reference": REFERENCE,
            "href": "/contacts/1",
            "due_at": due,
            "child": child,
            "age_words": "about 7",
            "others_words": "",
            "why": "New contact from school",
            "level": level,
            "urgency": urgency,
            "hard_open": False,
            "could_be_higher": False,
            "unscreened": False,
            "holder": None,
            "claimed_by": None,
            "checks": {"asked": 5, "answered": 5, "not_checked": 0},
            "waiting_on": None,
            "version": 3,
            "accept_url": "/queue-items/1/accept",
            "seen_url": None,
            "return_url": "/queue-items/1/return",
        } | more

    names = (("New", 4), ("Mine", 2), ("Held by others", 6), ("Returned", 1), ("Done today", 9))
    return {
        "team": {"name": "Screening team"},
        "teams": [
            {"text": "Screening team", "href": "/queues/screening", "current": True, "count": 4},
            {"text": "MASH", "href": "/queues/mash", "current": False, "count": 0},
        ],
        "tabs": [
            {"text": text, "href": "/queues/screening", "current": text == "New", "count": count}
            for text, count in names
        ],
        "items": [
            item(
                "Tyrone Baptiste",
                "red",
                4,
                ago(hours=2, minutes=5),
                checks={"asked": 5, "answered": 2, "not_checked": 1},
            ),
            item(
                "Kathryn Smyth",
                "amber",
                3,
                ahead(minutes=35),
                others_words="and Leo",
                could_be_higher=True,
                waiting_on="Health, due 14:28",
            ),
            item(
                "Baby of Amira Haddad",
                "amber",
                3,
                ahead(hours=5),
                age_words="unborn, due May",
                claimed_by="Tom Whitlock",
            ),
            item(
                "Name not known",
                "amber",
                1,
                ahead(hours=20),
                unscreened=True,
                age_words="",
                holder="Sarah Okafor",
                accept_url=None,
            ),
            item("Isla Hargreaves", "green", 2, ahead(days=2), others_words="and Finn", return_url=None),
        ],
        "filters": {
            "action": "/queues/screening",
            "tab": "new",
            "all_href": "/queues/screening?tab=new",
            "urgency": ["red"],
            "level": [],
            "on": True,
        },
        "pages": {"previous_href": "", "next_href": "/queues/screening?page=2", "words": "1 to 5 of 12"},
        "empty_words": {"title": "Nothing new", "text": "Every new contact has been accepted."},
        "now": NOW,
    }


def queue_empty() -> Context:
    return queue() | {"items": [], "teams": [], "filters": queue()["filters"] | {"urgency": [], "on": False}}


ITEM = {"reference": REFERENCE, "child": "Kathryn Smyth", "href": "/contacts/1"}
TEAMS = [("winchester", "Winchester team"), ("havant", "Havant team"), ("mash", "MASH")]


def queue_return() -> Context:
    form = {"values": {"to_team": "havant"}, "errors": {"reason": "Write why, in a sentence"}}
    return {"kind": "return", "item": ITEM, "form": form, "teams": TEAMS, "version": 3, "urls": {"send": "/return"}}


def queue_allocate() -> Context:
    workers = [
        {"user_name": "winnie", "name": "Winnie Asante", "carries_words": "Carries 9 of 30, 1 red", "full": False},
        {"user_name": "henry", "name": "Henry Castell", "carries_words": "Carries 31 of 30", "full": True},
    ]
    form = {"values": {}, "errors": {}}
    urls = {"send": "/allocate"}
    return {"item": ITEM, "holder": "Nadia Rahman", "form": form, "workers": workers, "version": 3, "urls": urls}


def queue_transfer() -> Context:
    return queue_return() | {"kind": "transfer", "form": {"values": {}, "errors": {}}}


def attention() -> Context:
    flagged = {
        "reference": REFERENCE,
        "href": "/contacts/1",
        "team": None,
        "urgency": "red",
        "attention": "No team covers the postcode that was given.",
        "attention_at": ago(minutes=3),
        "due_at": ahead(hours=3),
        "version": 1,
        "place_url": "/queue-items/1/place",
    }
    late = flagged | {
        "reference": "FD-3HH8W0RVN",
        "href": None,
        "team": "Winchester team",
        "urgency": "amber",
        "attention": "Not accepted in time. The duty manager was told at 13:30.",
        "place_url": None,
        "due_at": ago(minutes=20),
    }
    lost = {"reference": "FD-5MZ1C6PQD", "state": "received", "first_received_at": ago(minutes=2)}
    return {"items": [flagged, late], "in_no_queue": [lost], "teams": TEAMS, "now": NOW}


def attention_none() -> Context:
    return {"items": [], "in_no_queue": [], "teams": TEAMS, "now": NOW}


def decide_first() -> Context:
    return {
        "contact": {
            "reference": REFERENCE,
            "href": "/contacts/1",
            "narrative": DRAFT["narrative"],
            "referrer_words": "Ms Adeyemi, Oakbank School, by telephone at 13:55",
        },
        "child": {
            "name": "Kathryn Smyth",
            "age_words": "about 7",
            "facts": [("School", "Oakbank School"), ("Where now", "At school until 3.15"), ("Ethnicity", "Not asked")],
        },
        "children": [
            {"text": "Kathryn Smyth", "href": "/contacts/1/decide/1", "current": True},
            {"text": "Leo Smyth", "href": "/contacts/1/decide/2", "current": False},
        ],
        "stage_words": "Contact decision",
        "form": {"values": {}, "errors": {}},
        "own_view": None,
        "proposal": None,
        "changed": "",
        "differs": False,
        "second_words": "",
        "outcomes": [
            ("information_and_advice", "Information and advice", "Closed with what was said"),
            ("early_help", "Early help", "With the family's agreement"),
            ("assessment", "Referral to assessment", "Section 17"),
            ("strategy_discussion", "Strategy discussion", "Section 47, today"),
            ("no_further_action", "No further action", "With the reasons below"),
        ],
        "missing": [("check:health", "Health has not been checked: it failed"), ("safe_now", "Is the child safe now?")],
        "checks": CHECKS,
        "siblings": [],
        "version": 4,
        "now": NOW,
        "urls": {"send": "/contacts/1/decide/1"},
    }


def decide_second() -> Context:
    values = {
        "outcome": "early_help",
        "level": 3,
        "urgency": "amber",
        "rationale": {"worried": "Hungry at school, mother low since a birth."},
        "acknowledged_missing": ["check:health"],
    }
    errors = {"rationale.views": "Write the views, or why nobody could ask", "against_reason": "Write why it is lower"}
    return decide_first() | {
        "form": {"values": values, "errors": errors},
        "own_view": {"level": 3, "urgency": "amber"},
        "proposal": RED,
        "differs": True,
        "second_words": "This is lower than level 4. Somebody who has not seen your answer decides it too.",
        "siblings": [{"name": "Leo Smyth", "href": "/contacts/1/decide/1?copy=2"}],
    }


def decided() -> Context:
    return {
        "contact": {"reference": REFERENCE, "href": "/contacts/1"},
        "child": {"name": "Kathryn Smyth"},
        "outcome_words": "Referral to assessment",
        "level": 4,
        "urgency": "amber",
        "hard_open": False,
        "next_holder": {"name": "Sarah Okafor, Screening team"},
        "on_its_way": True,
        "due_at": ahead(hours=20),
        "second_words": "",
        "next_child": {"name": "Leo Smyth", "href": "/contacts/1/decide/2"},
        "now": NOW,
        "urls": {"queue": "/queues"},
    }


def decided_lower() -> Context:
    words = "Not in effect yet: a second person has to give their own view"
    return decided() | {"second_words": words, "on_its_way": False, "next_child": None}


def second_view() -> Context:
    first = decide_first()
    same = {name: first[name] for name in ("contact", "child", "checks", "stage_words", "outcomes", "now", "urls")}
    return same | {"decided_by": "Sarah Okafor", "form": {"values": {}, "errors": {"level": "Choose a level."}}}


def second_view_agrees() -> Context:
    words = "Early help. Level 3, targeted early help. Amber, 1 working day"
    return {
        "contact": {"reference": REFERENCE, "href": "/contacts/1"},
        "child": {"name": "Kathryn Smyth"},
        "agrees": True,
        "first": {"by": "Sarah Okafor", "at": ago(minutes=40), "words": words},
        "second": {"by": "Grace Lindqvist", "at": ago(minutes=1), "words": words},
        "rationale": [("What we are worried about", "Hungry at school, mother low since a birth.")],
        "against_reason": "The bruise was explained by the nurse who was there.",
        "next_child": None,
        "urls": {"queue": "/queues"},
    }


def second_view_differs() -> Context:
    second = second_view_agrees()["second"] | {
        "words": "Strategy discussion. Level 4, social care. Red, within 4 hours"
    }
    next_child = {"name": "Leo Smyth", "href": "/contacts/1/second-view/2"}
    return second_view_agrees() | {"agrees": False, "second": second, "next_child": next_child}


def board_calm() -> Context:
    def team(slug: str, name: str, waiting: int = 0, **more: Any) -> Context:
        return {
            "slug": slug,
            "name": name,
            "waiting": waiting,
            "open": waiting,
            "oldest": ago(hours=3) if waiting else None,
            "next_due": ahead(minutes=40) if waiting else None,
            "reds": 0,
            "late": 0,
            "holders": [],
        } | more

    held = [{"name": "Sarah Okafor", "items": 3}, {"name": "Tom Whitlock", "items": 2}]
    return {
        "board": {
            "at": NOW,
            "teams": [
                team("screening", "Screening team", 12, reds=1, holders=held, next_due=ahead(minutes=35)),
                team("mash", "MASH", 3),
                team("winchester", "Winchester team", 2, oldest=ago(hours=20), next_due=ahead(hours=26)),
                team("emergency-duty", "Emergency duty team"),
                team("havant", "Havant team"),
            ],
            "tasks": [{"kind": "check:police", "unfinished": 2, "parked": 0, "oldest": ago(minutes=1)}],
            "parked": [],
            "workers": [
                {"role": role, "seen_at": NOW, "alive": True} for role in ("ringer", "urgent", "checks", "mail")
            ],
            "in_no_queue": [],
            "needs_attention": [],
            "alarms": [],
        }
    }


def board_alarm() -> Context:
    calm = board_calm()["board"]
    calm["teams"][0] |= {"late": 2, "next_due": ago(minutes=50)}
    calm["workers"][2] |= {"alive": False, "seen_at": ago(minutes=4)}
    calm["tasks"].append({"kind": "receipt", "unfinished": 0, "parked": 1, "oldest": None})
    calm |= {
        "in_no_queue": [REFERENCE],
        "alarms": [
            "1 in no queue. Ask the duty manager to place them now.",
            "Not running: checks. Contacts are kept; tell support.",
        ],
        "attention_href": "/queues/attention",
    }
    return {"board": calm}


def sink() -> Context:
    subject = "We have received your contact"
    message = {
        "to": "ms.adeyemi@oakbank.example",
        "sender": "front.door@county.example",
        "subject": subject,
        "at": ago(minutes=38),
        "text": f"Your contact was received at 13:24 on 24 November 2026.\n\nIts reference is {REFERENCE}.",
    }
    entry = {"to": message["to"], "subject": subject, "at": message["at"], "href": "/mail/1", "current": True}
    older = entry | {"to": "duty@police.example", "at": ago(hours=3), "href": "/mail/2", "current": False}
    return {"messages": [entry, older], "message": message, "now": NOW}


def sink_empty() -> Context:
    return {"messages": [], "message": None, "now": NOW}


SOCIAL_WORKER = ("Sarah Okafor", "Screening social worker")
MANAGER = ("Grace Lindqvist", "Team manager")

PAGES: dict[str, Page] = {
    "sign_in": Page("sign_in/sign_in.html", sign_in, viewer=None),
    "sign_in_refused": Page("sign_in/sign_in.html", sign_in_refused, viewer=None),
    "signed_out": Page("sign_in/signed_out.html", dict, viewer=None),
    "error": Page("errors/error.html", error),
    "contacts_start": Page("contacts/start.html", start),
    "contacts_start_empty": Page("contacts/start.html", start_empty),
    "contacts_take": Page("contacts/take.html", take),
    "contacts_take_new": Page("contacts/take.html", take_new),
    "contacts_take_red": Page("contacts/take.html", take_red),
    "contacts_take_unscored": Page("contacts/take.html", take_unscored),
    "contacts_check": Page("contacts/check.html", contacts_check),
    "contacts_check_blocked": Page("contacts/check.html", contacts_check_blocked),
    "contacts_sent": Page("contacts/sent.html", contacts_sent),
    "record_summary": Page("contacts/record.html", record_summary, *SOCIAL_WORKER),
    "record_people": Page("contacts/record.html", record_people, *SOCIAL_WORKER),
    "record_decision": Page("contacts/record.html", record_decision, *SOCIAL_WORKER),
    "record_undecided": Page("contacts/record.html", record_undecided, *SOCIAL_WORKER),
    "record_checks": Page("contacts/record.html", record_checks, *SOCIAL_WORKER),
    "record_messages": Page("contacts/record.html", record_messages, *SOCIAL_WORKER),
    "record_history": Page("contacts/record.html", record_history, *SOCIAL_WORKER),
    "queue": Page("queues/queue.html", queue, *SOCIAL_WORKER),
    "queue_empty": Page("queues/queue.html", queue_empty, *SOCIAL_WORKER),
    "queue_return": Page("queues/return.html", queue_return, *SOCIAL_WORKER),
    "queue_transfer": Page("queues/return.html", queue_transfer, *SOCIAL_WORKER),
    "queue_allocate": Page("queues/allocate.html", queue_allocate, *MANAGER),
    "attention": Page("queues/attention.html", attention, *MANAGER),
    "attention_none": Page("queues/attention.html", attention_none, *MANAGER),
    "decide_first": Page("decisions/decide.html", decide_first, *MANAGER),
    "decide_second": Page("decisions/decide.html", decide_second, *MANAGER),
    "decided": Page("decisions/decided.html", decided, *MANAGER),
    "decided_lower": Page("decisions/decided.html", decided_lower, *MANAGER),
    "second_view": Page("decisions/second_view.html", second_view, *MANAGER),
    "second_view_agrees": Page("decisions/second_view_given.html", second_view_agrees, *MANAGER),
    "second_view_differs": Page("decisions/second_view_given.html", second_view_differs, *MANAGER),
    "board_calm": Page("oversight/board.html", board_calm, *MANAGER),
    "board_alarm": Page("oversight/board.html", board_alarm, *MANAGER),
    "sink": Page("messages/sink.html", sink),
    "sink_empty": Page("messages/sink.html", sink_empty),
}
