import pytest

from screening.config import Settings
from screening.errors import ConfigurationError

URL = {"DATABASE_URL": "postgresql+psycopg:///frontdoor"}
SECRETS = {
    "FRONTDOOR_SECRET_KEY": "s" * 32,
    "FRONTDOOR_AUDIT_KEY": "a" * 32,
    "FRONTDOOR_DRAFT_KEY": "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=",
}


def test_development_starts_with_only_a_database():
    assert Settings.from_environ(URL).mode == "development"


def test_live_starts_with_secrets_of_its_own():
    assert Settings.from_environ(URL | SECRETS | {"FRONTDOOR_MODE": "live"}).live


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_live_refuses_to_start_without_a_secret(name):
    environ = URL | SECRETS | {"FRONTDOOR_MODE": "live"}
    del environ[name]

    with pytest.raises(ConfigurationError, match=name):
        Settings.from_environ(environ)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"DATABASE_URL": ""}, "DATABASE_URL"),
        ({"FRONTDOOR_MODE": "testing"}, "FRONTDOOR_MODE"),
        ({"FRONTDOOR_PORT": "http"}, "FRONTDOOR_PORT"),
        ({"FRONTDOOR_PORT": "70000"}, "FRONTDOOR_PORT"),
        ({"FRONTDOOR_DRAFT_KEY": "short"}, "FRONTDOOR_DRAFT_KEY"),
    ],
)
def test_a_wrong_setting_is_named(change, named):
    with pytest.raises(ConfigurationError, match=named):
        Settings.from_environ(URL | change)


def test_migrations_use_the_same_server_unless_told_otherwise():
    settings = Settings.from_environ(URL)

    assert settings.migration_database_url == settings.database_url


def test_the_word_of_no_proxy_is_taken_unless_it_is_named():
    assert Settings.from_environ(URL).proxies == 0
    assert Settings.from_environ(URL | {"FRONTDOOR_PROXIES": "1"}).proxies == 1


def test_a_number_of_proxies_that_is_none_is_refused():
    with pytest.raises(ConfigurationError, match="FRONTDOOR_PROXIES"):
        Settings.from_environ(URL | {"FRONTDOOR_PROXIES": "many"})
