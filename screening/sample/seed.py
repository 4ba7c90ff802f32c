"""The sample county: its teams, people and rules. Seeded once; live mode refuses to run on it.

Its families are seeded by `seed_families`, apart, because signing in needs this module and none of what they need.
"""

from importlib.resources import files
from typing import Any

import yaml
from sqlalchemy import select, update

from routing_rules import ruleset
from screening import audit
from screening.access import viewing, worker_viewer
from screening.db import db, now, transaction
from screening.models import County, Partner, RulesetInForce, Team, User
from screening.roles import ROLE_WORDS
from screening.signing_in.passwords import hasher

# Until a simulator is started, nobody listens there.
NO_SIMULATOR = "http://127.0.0.1:9"


def seed_sample_county() -> bool:
    """Seed the sample county where there is no county yet; say whether it was done now."""
    if db.session.get(County, 1) is not None:
        return False
    with transaction(), viewing(worker_viewer("seed")):
        db.session.add(County(id=1, name="Sample county", sample=True))
        teams = _teams()
        _users(teams)
        _rules()
        audit.record("county.seeded", detail={"teams": len(teams)})
    return True


def sample_sign_ins() -> list[dict[str, str]]:
    """List the sample accounts for the sign-in page, with their password; empty outside a sample county."""
    county = db.session.get(County, 1)
    if county is None or not county.sample:
        return []
    password = _read("users.yaml")["password"]
    users = db.session.scalars(select(User).where(User.sample, User.disabled_at.is_(None)).order_by(User.user_name))
    return [
        {
            "user_name": user.user_name,
            "name": user.name,
            "role": ", ".join(ROLE_WORDS[role] for role in user.roles),
            "password": password,
        }
        for user in users
    ]


def _read(name: str) -> Any:
    return yaml.safe_load((files("screening") / "sample" / name).read_text(encoding="utf-8"))


def _teams() -> dict[str, Team]:
    teams = {row["slug"]: Team(**row) for row in _read("teams.yaml")["teams"]}
    db.session.add_all(teams.values())
    return teams


def _users(teams: dict[str, Team]) -> None:
    sample = _read("users.yaml")
    # One hash for all: the password is public, and fourteen slow hashes would hold up the first start.
    password_hash = hasher.hash(sample["password"])
    for row in sample["users"]:
        own_teams = [teams[slug] for slug in row.pop("teams")]
        email = f"{row['user_name']}@example.org"
        db.session.add(User(**row, email=email, password_hash=password_hash, sample=True, teams=own_teams))


def seed_sample_partners() -> bool:
    """Seed the sample county's partners where it has none; say whether it was done now."""
    county = db.session.get(County, 1)
    if county is None or not county.sample or db.session.scalar(select(Partner.id).limit(1)) is not None:
        return False
    with transaction(), viewing(worker_viewer("seed")):
        for row in _read("partners.yaml")["partners"]:
            simulated = row["adapter"] == "http"
            more = {"base_url": NO_SIMULATOR, "simulator": True} if simulated else {}
            db.session.add(Partner(**row, **more))
        audit.record("county.written", detail={"part": "partners"})
    return True


def point_at_simulator(url: str) -> None:
    """Say where the simulated partners listen today: their port is chosen at each start."""
    with transaction():
        db.session.execute(update(Partner).where(Partner.simulator).values(base_url=url))


def _rules() -> None:
    sample = ruleset.sample()
    first_day = now().date().replace(year=2020, month=1, day=1)
    db.session.add(RulesetInForce(hash=sample.hash, yaml=sample.text, in_force_from=first_day, sample=True))
