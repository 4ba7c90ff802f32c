import pytest

from screening.headers import HEADERS

PATHS = ["/sign-in", "/healthz", "/readyz", "/no-such-page", "/", "/api/v1/no-such-route"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", sorted(HEADERS))
def test_every_answer_carries_the_security_header(client, path, name):
    assert client.get(path).headers[name] == HEADERS[name]


@pytest.mark.parametrize("path", PATHS)
def test_nothing_about_anybody_is_kept_by_the_browser(client, path):
    assert client.get(path).headers["Cache-Control"] == "no-store"


def test_the_policy_allows_no_inline_script_or_style():
    assert "unsafe" not in HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in HEADERS["Content-Security-Policy"]
