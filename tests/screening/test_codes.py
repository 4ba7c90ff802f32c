"""Codes in words."""

import pytest

from screening import telling
from screening.models import Participation


@pytest.mark.parametrize(
    ("written", "said"), [("en", "English"), ("PL", "Polish"), ("Sylheti", "Sylheti"), ("xx", "xx")]
)
def test_a_language_is_said_by_its_name_also_where_its_code_was_written(written, said):
    facts = dict(telling._facts(Participation(role="child", language=written)))

    assert facts["Language"] == said
