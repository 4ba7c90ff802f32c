"""A template that names a part of a dict gets that part, and not what every dict can do."""

import re
from pathlib import Path

from jinja2 import Environment, nodes

SCREENING = Path(__file__).parents[2] / "screening"
TEMPLATES = SCREENING / "templates"
# One that begins with a dot is of the blueprint itself.
NAMED = re.compile(r"url_for\(\s*[\"'](\w+\.\w+)[\"']")
READER = Environment(autoescape=True, extensions=["jinja2.ext.do"])


def test_no_template_names_a_part_as_a_dict_names_what_it_can_do():
    """`urls.copy` is the method: the link leads nowhere. Write `urls["copy"]`."""
    found = [
        f"{path.relative_to(TEMPLATES)}:{node.lineno} .{node.attr}"
        for path in TEMPLATES.rglob("*.html")
        for node in _named_like_methods(READER.parse(path.read_text()))
    ]

    assert found == []


def _named_like_methods(tree: nodes.Template) -> list[nodes.Getattr]:
    called = {id(call.node) for call in tree.find_all(nodes.Call)}
    return [node for node in tree.find_all(nodes.Getattr) if hasattr(dict, node.attr) and id(node) not in called]


def test_every_place_that_is_named_is_there(shared_app):
    known = {rule.endpoint for rule in shared_app.url_map.iter_rules()}
    pages = [*SCREENING.rglob("*.py"), *TEMPLATES.rglob("*.html")]
    named = {(page.name, found[1]) for page in pages for found in NAMED.finditer(page.read_text())}

    assert {one for one in named if one[1] not in known} == set()
