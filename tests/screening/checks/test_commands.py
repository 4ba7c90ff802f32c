"""The list of partners, as a county brings it."""

import pytest
import yaml
from sqlalchemy import select

from screening.access import viewing, worker_viewer
from screening.db import db
from screening.models import Partner
from screening.sample.seed import point_at_simulator, seed_sample_partners
from tests.conftest import make_app, settings_for
from tests.screening import typed

pytestmark = pytest.mark.commits
POLICE = {
    "register": "police",
    "name": "Wessex police",
    "adapter": "http",
    "base_url": "https://checks.police.example",
    "about": ["child"],
    "shares": ["names"],
    "answers": ["missing_before"],
}


@pytest.fixture
def frontdoor(postgres, own_database, tmp_path):
    settings = settings_for(postgres, own_database)
    app = make_app(settings)
    with app.app_context(), viewing(worker_viewer("test")):
        yield typed.on(settings, tmp_path)
        db.session.remove()
        db.engine.dispose()


def load(frontdoor, *partners):
    return frontdoor("partners", "load", frontdoor.file("partners.yaml", yaml.safe_dump({"partners": list(partners)})))


def active():
    db.session.rollback()
    return {row.register: row for row in db.session.scalars(select(Partner).where(Partner.active))}


def test_a_list_takes_the_place_of_the_one_before_which_stays_on_record(frontdoor):
    assert load(frontdoor, POLICE).returncode == 0
    assert load(frontdoor, {**POLICE, "name": "Wessex police, new desk"}).returncode == 0

    assert active()["police"].name == "Wessex police, new desk"
    assert len(list(db.session.scalars(select(Partner)))) == 2


def test_a_partner_who_is_listed_as_before_goes_on(frontdoor):
    health = {**POLICE, "register": "health", "name": "Wessex health"}
    load(frontdoor, POLICE, health)
    before = active()

    load(frontdoor, POLICE, {**health, "concurrency": 9})

    assert active()["police"].id == before["police"].id
    assert active()["health"].id != before["health"].id


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"base_url": None}, "/partners/0/base_url"),
        ({"register": "neighbours"}, "/partners/0/register"),
        ({"shares": ["narrative"]}, "/partners/0/shares"),
        ({"answers": ["protective_adult"]}, "/partners/0/answers"),
        ({"answers": ["looked_after"]}, "/partners/0/answers"),
        ({"time_limit_seconds": 60}, "/partners/0/time_limit_seconds"),
        ({"token_name": "FRONTDOOR_SECRET_KEY"}, "/partners/0/token_name"),
        ({"token_name": "PARTNER_../KEY"}, "/partners/0/token_name"),
        ({"token": "secret"}, "/partners/0/token"),
    ],
)
def test_a_list_that_is_wrong_changes_nothing_and_says_where(frontdoor, changes, where):
    refused = load(frontdoor, {**POLICE, **changes})

    assert (refused.returncode, where in refused.stderr) == (1, True)
    assert active() == {}


def test_the_sample_countys_list_is_one_that_could_be_loaded_and_points_at_its_simulator(frontdoor):
    assert seed_sample_partners()
    point_at_simulator("http://127.0.0.1:8090")

    simulated = {row.base_url for row in active().values() if row.simulator}
    assert simulated == {"http://127.0.0.1:8090"}
    sample = yaml.safe_load((typed.REPOSITORY / "screening" / "sample" / "partners.yaml").read_text())["partners"]
    whole = [one | ({"base_url": "https://x.example"} if one["adapter"] == "http" else {}) for one in sample]
    loaded = load(frontdoor, *whole)
    assert (loaded.returncode, loaded.stderr) == (0, "")
