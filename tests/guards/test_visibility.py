"""Need to know: a query on contacts or people that goes past `visible()` fails until somebody thought about it.

The session's hook sees an ORM select by what its columns name. It does not see a select from tables, one that only
joins or counts, one in SQL, or a write. Each function that has such a query is listed here with its reason.
"""

import ast
import functools
import re
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from screening.db import db
from screening.models import Contact, Participation, QueueItem, Referrer
from screening.visibility.rule import GUARDED

REPOSITORY = Path(__file__).parents[2]
NAMES = {model.__name__ for model in GUARDED}
TABLES = {model.__tablename__ for model in GUARDED}
# What runs before anybody signs in, and the shape of the tables themselves.
LEFT_OUT = re.compile(r"screening/(models|migrations|sample)/")
ALLOWED = {
    "screening/visibility/rule.py:known": "the rule itself, for people of the index",
    "screening/visibility/rule.py:_known_card": "what `known()` says, said of the card",
    "screening/visibility/reach.py:_agreed_by_telephone": "part of visible()",
    "screening/visibility/reach.py:_agreed_that_it_waits": "part of visible()",
    "screening/visibility/reach.py:_alerted_of": "part of visible()",
    "screening/visibility/reach.py:_handed_to": "part of visible()",
    "screening/visibility/reach.py:_goes_on": "part of visible()",
    "screening/visibility/reach.py:_of_this_night": "part of visible()",
    "screening/visibility/reach.py:_consulted_on": "part of visible()",
    "screening/visibility/reach.py:_in_own_teams": "part of visible()",
    "screening/visibility/reach.py:_urgent_and_open": "part of visible()",
    "screening/visibility/rule.py:_not_hidden": "part of visible()",
    "screening/visibility/rule.py:_owed": "the rule itself, for calls that were promised",
    "screening/callbacks/queries.py:_nobodys": "part of a question about calls that the hook sees",
    "screening/callbacks/queries.py:_theirs": "part of a question about calls that the hook sees",
    "screening/admin/replays.py:_extent": "a count and where to begin, for a worker that looks: no name, no reference",
    "screening/cases/queries.py:_on_their_way": "references alone, and of a restricted contact to its named readers",
    "screening/cases/queries.py:_to_withdraw": "references alone, and of a restricted contact to its named readers",
    "screening/cases/queries.py:_open_to_all": "what hides restricted contacts from that page",
    "screening/checks/changed_people.py:_open_people": "read by a worker, for promises: they are shown to nobody",
    "screening/checks/said_who.py:is_open": "part of a question about contacts that the hook sees",
    "screening/checks/said_who.py:_in_open_contacts": "ids alone, for promises: they are shown to nobody",
    "screening/contacts/service.py:_free_reference": "whether a reference is taken, whoever may see what it names",
    "screening/running/doctor.py:_index": "a count alone, for who runs the service",
    "screening/escalation/queries.py:_told": "references alone, to whoever was told of them by name",
    "screening/left_waiting/held_late.py:is_held_late": "part of a count: only whether it was decided",
    "screening/oversight/queries.py:_calls_not_sent": "a count, for who watches the service: no name, no reference",
    "screening/oversight/queries.py:_needs_attention": "references alone: who answers for queues sees that one waits",
    "screening/oversight/queries.py:_parked": "references alone: who answers for the service sees which work failed",
    "screening/oversight/rows.py:_references": "references alone, and of a restricted contact none but to its readers",
    "screening/oversight/tally.py:_tallied": "counts, and ids that `visible()` sifts; never of a restricted contact",
    "screening/people/finding/known_names.py:_counted": "a count alone: how likely a stranger with the same name is",
    "screening/people/finding/rewriting.py:sweep": "the last number alone: how far the sweeping goes",
    "screening/people/groups.py:members_of": "ids of records that are one person, who was found: all restricted alike",
    "screening/queues/attention.py:_flagged": "references and clocks alone, and never of a restricted contact",
    "screening/queues/attention.py:_shown_to_viewer": "what hides restricted contacts from that list",
    "screening/queues/weighing.py:_of_more_children": "a count alone: work weighs the same, whoever asks",
    "screening/queues/weighing.py:_of_young_children": "whether there is a young child, as a number: the same",
    "screening/left_waiting/not_triaged.py:count": "a count alone, for who watches the night: no name, no reference",
    "screening/left_waiting/unheld.py:unheld": "references alone: nobody may see what nobody holds, yet it must show",
    "workers/checks/earlier.py:likely_about": "read by a worker; what is shown is sifted by contact and person",
}


def python_files():
    for package in ("screening", "workers"):
        for path in sorted((REPOSITORY / package).rglob("*.py")):
            name = str(path.relative_to(REPOSITORY))
            if not LEFT_OUT.match(name):
                yield name, ast.parse(path.read_text())


def calls(tree, *names):
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call) and called(node) in names]


def called(node):
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", None)


def models_in(tree):
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} & NAMES


def has_table(tree):
    """True where `Contact.__table__`, or that of another guarded model, is named."""
    tables = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "__table__"]
    return any(models_in(node) for node in tables)


def table_names(module):
    """The names that a module gives to guarded tables, to their columns, or to SQL that asks them."""
    given = [node for node in module.body if isinstance(node, ast.Assign)]
    return {
        target.id
        for node in given
        for targets, values in [(unpacked(node.targets[0]), unpacked(node.value))]
        for target, value in zip(targets, values, strict=False)
        if isinstance(target, ast.Name) and (has_table(value) or is_sql(value))
    }


def is_sql(value):
    words = (
        set(re.findall(r"\w+", value.value))
        if isinstance(value, ast.Constant) and isinstance(value.value, str)
        else set()
    )
    return "select" in words and bool(TABLES & words)


def unpacked(node):
    return node.elts if isinstance(node, ast.Tuple) else [node]


def bypasses(function, tables):
    """Say whether a function has a query on people's records that the session's hook does not see."""
    if calls(function, "visible", "known"):
        return False
    used = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    in_sql = any(
        isinstance(part, ast.Constant) and TABLES & set(re.findall(r"\w+", str(part.value)))
        for call in calls(function, "text")
        for part in ast.walk(call)
    )
    return bool(used & tables) or has_table(function) or in_sql or not_seen_by_the_hook(function)


def not_seen_by_the_hook(function):
    selects = calls(function, "select", "query")
    seen = {name for call in selects for argument in call.args for name in entities(argument)}
    written = {name for call in calls(function, "update", "delete", "insert") for name in models_in(call)}
    apart = {name for call in calls(function, "exists") for name in models_in(function) if not selects}
    joined = models_in(function) - seen if selects and asks_of(function) else set()
    return bool(written | apart | (joined & asks_of(function)))


def entities(argument):
    """The models that a column of a select names as its own: `Contact`, `Contact.id`, not `func.count(Contact.id)`."""
    inner = argument.value if isinstance(argument, ast.Attribute) else argument
    return {inner.id} & NAMES if isinstance(inner, ast.Name) else set()


def asks_of(function):
    """The models that are named inside the parts of a query."""
    parts = calls(function, "join", "outerjoin", "where", "select_from", "filter", "select")
    return {name for part in parts for inner in [*part.args, *part.keywords] for name in models_in(inner)}


@functools.cache
def found():
    """Every function that goes past it, read once for all who ask."""
    return {
        f"{name}:{node.name}"
        for name, module in python_files()
        for tables in [table_names(module)]
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef) and bypasses(node, tables)
    }


def test_no_query_goes_past_visibility_unless_it_is_listed_with_its_reason():
    assert found() - set(ALLOWED) == set()


def test_nothing_is_listed_that_no_longer_goes_past_it():
    assert set(ALLOWED) - found() == set()


@pytest.mark.parametrize(
    "source",
    [
        "select(Contact.__table__.c.id)",
        "select(columns.reference)",
        "select(func.count()).select_from(Contact)",
        "select(func.count(Contact.id))",
        "select(QueueItem.id).join(Contact, Contact.id == QueueItem.contact_id)",
        "select(QueueItem).where(QueueItem.contact_id == Participation.contact_id)",
        "exists().where(Referrer.contact_id == 1)",
        "update(Contact).values(state='closed')",
        "delete(Participation)",
        "text('select given_name from participation')",
    ],
)
def test_the_guard_sees(source):
    assert bypasses(ast.parse(f"def look():\n    return {source}").body[0], {"columns"})


@pytest.mark.parametrize(
    "source",
    [
        "select(Contact).where(Contact.reference == 'x')",
        "select(Contact.id).join(QueueItem, QueueItem.contact_id == Contact.id)",
        "select(QueueItem.id).join(Contact, Contact.id == QueueItem.contact_id).where(visible(viewer()))",
        "select(QueueItem).where(QueueItem.id == 1)",
        "text('select 1')",
    ],
)
def test_the_guard_lets_pass(source):
    assert not bypasses(ast.parse(f"def look():\n    return {source}").body[0], {"columns"})


def test_the_guard_sees_sql_that_a_module_keeps_under_a_name():
    module = ast.parse("ASKED = 'select given_name from participation'\nWORDS = 'a contact is taken'")

    assert table_names(module) == {"ASKED"}


OTHER = aliased(Contact)


@pytest.mark.parametrize(
    "question",
    [
        select(Contact),
        select(Participation),
        select(Referrer),
        select(Contact.id),
        select(OTHER.reference),
        select(QueueItem, Contact).join(Contact, Contact.id == QueueItem.contact_id),
        select(func.lower(Participation.given_name), Participation.id),
    ],
    ids=["contact", "person", "referrer", "column", "alias", "join", "function"],
)
def test_an_orm_select_without_a_viewer_raises(app, question):
    with app.app_context():
        db.session.info.pop("viewer", None)

        with pytest.raises(LookupError, match="No viewer is set"):
            db.session.execute(question)
        db.session.remove()
