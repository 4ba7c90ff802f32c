"""Promise 8: nothing is sent past `may_leave()`. What can reach the outside is listed here, with who asks first."""

import ast
import functools
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
# What sends mail, or talks to another system. A socket is how we talk to our own servers.
SENDS = {"smtplib", "aiosmtplib", "httpx", "requests", "urllib3", "urllib.request", "http.client", "aiohttp", "ftplib"}
ASKS = {"may_leave", "permit"}
# Speaks to our own service only: whether it is ready.
OWN = {"screening/running/supervisor.py"}
# Asks which addresses there are at a postcode: it tells nothing of anybody, and nobody who is spoken of reads it.
LOOKS_UP = {"screening/addresses/by_http.py"}
# Each module that can send, and what it offers; who hands something to it, and the function that asks for each.
SENDERS = {
    "workers/mail_server.py:MailServer": {
        "workers/receipts.py:prepare_receipt": "screening/messages/service.py:prepare_receipt",
        "workers/receipts.py:prepare_outcome": "screening/messages/service.py:prepare_outcome",
        "workers/receipts.py:prepare_acknowledgement": "workers/receipts.py:prepare_acknowledgement",
        "workers/receipts.py:prepare_answer": "workers/receipts.py:prepare_answer",
        "workers/partners/by_form.py:prepare": "workers/partners/by_form.py:prepare",
        # Before anybody has told us anything: it asks whether the county knows the mailbox.
        "workers/form_link.py:prepare": "workers/form_link.py:prepare",
        # To our own staff, by reference alone: it asks whether they may be who is said to have caused the harm.
        "workers/staff_notices.py:prepare": "workers/staff_notices.py:prepare",
        "workers/staff_notices.py:prepare_digest": "workers/staff_notices.py:prepare_digest",
    },
    "workers/signed_post.py:Post": {
        "workers/telephony.py:prepare": "workers/telephony.py:prepare",
    },
    "workers/cases/web.py:WebOfCases": {
        # The one place that makes it; a referral is made ready in one other.
        "workers/cases/__init__.py:connected": "workers/cases/sending.py:prepare",
    },
    "workers/partners/client.py:Question": {
        "workers/partners/by_program.py:prepare": "workers/partners/by_program.py:prepare",
    },
}


def module_of(name: str) -> ast.Module:
    return ast.parse((REPOSITORY / name).read_text())


@functools.cache
def imports() -> dict[str, set[str]]:
    """What each module of the service imports, by its path; read once, as all of them are many."""
    names = [
        str(path.relative_to(REPOSITORY))
        for package in ("screening", "workers", "routing_rules")
        for path in (REPOSITORY / package).rglob("*.py")
    ]
    return {name: imported(module_of(name)) for name in names}


def imported(module: ast.AST) -> set[str]:
    """Every module that is imported, anywhere in a file, under its whole name and what it is in."""
    names = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names | {name.partition(".")[0] for name in names}


def can_send(names: set[str]) -> bool:
    return bool(names & SENDS)


def asks(module: ast.Module, function: str) -> bool:
    body = next(node for node in ast.walk(module) if isinstance(node, ast.FunctionDef) and node.name == function)
    called = {getattr(node.func, "attr", getattr(node.func, "id", "")) for node in ast.walk(body) if _is_call(node)}
    return bool(called & ASKS)


def _is_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Call)


def test_only_the_listed_modules_can_send():
    senders = {sender.partition(":")[0] for sender in SENDERS}

    assert {name for name, found in imports().items() if can_send(found)} == senders | OWN | LOOKS_UP


def test_who_hands_something_to_a_sender_is_listed():
    for sender, askers in SENDERS.items():
        dotted = sender.replace(".py:", ".").replace("/", ".")
        users = {name for name, found in imports().items() if dotted in found}

        assert users == {asker.partition(":")[0] for asker in askers}


@pytest.mark.parametrize("where", [where for askers in SENDERS.values() for where in askers.values()])
def test_who_hands_something_to_a_sender_asks_first(where):
    name, _, function = where.partition(":")

    assert asks(module_of(name), function)


def test_every_function_that_makes_a_letter_ready_is_listed():
    receipts = module_of("workers/receipts.py")
    ready = {
        node.name
        for node in ast.walk(receipts)
        if isinstance(node, ast.FunctionDef) and node.name != "_outgoing" and "_outgoing" in ast.dump(node)
    }

    of_receipts = {name for name in SENDERS["workers/mail_server.py:MailServer"] if "receipts.py" in name}
    assert {f"workers/receipts.py:{name}" for name in ready} == of_receipts


@pytest.mark.parametrize(
    "source", ["import httpx", "from smtplib import SMTP", "import urllib.request", "from urllib import request",
               "def late():\n    import requests"],
)  # fmt: skip
def test_the_guard_sees(source):
    assert can_send(imported(ast.parse(source)))


@pytest.mark.parametrize("source", ["from urllib.parse import quote", "import socket", "from flask import request"])
def test_the_guard_lets_pass(source):
    assert not can_send(imported(ast.parse(source)))
