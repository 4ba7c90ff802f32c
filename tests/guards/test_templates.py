"""A template that names a part of a dict gets that part, and not what every dict can do."""

from pathlib import Path

from jinja2 import Environment, nodes

TEMPLATES = Path(__file__).parents[2] / "screening" / "templates"
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
