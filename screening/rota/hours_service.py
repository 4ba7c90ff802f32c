"""Changes when a team works. Routing and the rota's holes read it from then on; the caller opens the transaction."""

from typing import Any

from screening import audit
from screening.access import require
from screening.db import db
from screening.errors import Invalid
from screening.models import Team

# The emergency duty team is who works when nobody else does.
NIGHT_COVERS = ("out_of_hours", "always")


def change(team: Team, said: dict[str, Any]) -> bool:
    """Change a team's hours; False where they are so already.

    Args:
        team: the team.
        said: as `hours_schema.HoursSchema` gives it.

    Raises:
        NotAllowed: the viewer does not manage teams.
        Invalid: the emergency duty team would not be there at night.
    """
    require("team.write")
    if team.kind == "edt" and said["cover"] not in NIGHT_COVERS:
        why = "The emergency duty team works when offices are closed. Choose that, or always."
        raise Invalid("The hours were not changed.", fields={"/cover": [why]})
    before, after = team.hours, _kept(said)
    if before == after:
        return False
    team.hours = after
    db.session.flush()
    detail = {"team": team.slug, "from": before, "to": after}
    audit.record("team.hours_changed", subject=("team", team.id), detail=detail)
    return True


def _kept(said: dict[str, Any]) -> dict[str, Any]:
    if said["cover"] != "own":
        return {"cover": said["cover"]}
    days = {day: list(times) for day, times in said["days"].items()}
    return {"cover": "own", "days": days, "bank_holidays": said.get("bank_holidays", False)}
