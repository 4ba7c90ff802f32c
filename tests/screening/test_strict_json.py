import pytest

from screening import strict_json
from screening.errors import BadRequest, Invalid


def test_ordinary_json_is_read():
    assert strict_json.loads(b'{"a": [1, "\xc3\xa9", null]}') == {"a": [1, "é", None]}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{", "not JSON"),
        (b"", "not JSON"),
        (b'{"a": "\xff"}', "not UTF-8"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": Infinity}', "Infinity"),
        (b'{"a": 1, "a": 2}', "twice"),
        (b"[" * 100_000 + b"]" * 100_000, "nested"),
        (b'{"a":' * 100_000, "nested"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(body, words):
    with pytest.raises(BadRequest, match=words):
        strict_json.loads(body)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (rb'{"children": [{"given_name": "A\u0000"}]}', "/children/0/given_name"),
        (rb'{"narrative": "\ud800"}', "/narrative"),
        (b'{"answers": {"x": 99999999999999999999}}', "/answers/x"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_field(body, pointer):
    with pytest.raises(Invalid) as refused:
        strict_json.loads(body)

    assert list(refused.value.fields) == [pointer]


def test_brackets_inside_a_text_are_not_depth():
    text = "[" * 50 + '\\"' + "{" * 50

    assert strict_json.loads(f'{{"narrative": "{text}"}}'.encode())["narrative"].startswith("[[")
