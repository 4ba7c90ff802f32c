"""What of the board stands on a wall, where whoever passes reads it: counts, clocks and the names of teams."""

from screening.db import Json

# As the board has it: numbers and times alone.
OF_A_TEAM = (
    "slug", "name", "waiting", "late", "held_late", "reds", "to_see", "next_due", "oldest", "taken_last_hour", "hours",
    "forecast", "chart",
)  # fmt: skip
# Alarms whose words name somebody: a manager on call, a partner that may be one doctor.
PLAIN = {
    "handover": "A handover is not signed. The board for the desk says which, and who is told.",
    "partner": "A partner cannot be reached. The board for the desk says whom to ring.",
}


def of(board: Json) -> Json:
    """Give of a board (see `whole.board`) what a wall shows: nobody's name, no reference, nothing that opens a row."""
    named = zip(board["alarm_names"], board["alarms"], strict=True)
    return {
        "at": board["at"],
        "alarms": list(dict.fromkeys(_words(name, words) for name, words in named)),
        "teams": [_team(team) for team in board["teams"]],
        "in_no_queue": len(board["in_no_queue"]),
        "checks": sum(one["waiting"] for one in board["checks"]),
        "unreached": board["unreached"]["count"],
        "parked": len(board["parked"]),
        "handovers": [{"late": one["late"], "signed_at": one["signed_at"]} for one in board["handovers"]],
        "stopped": sum(not worker["alive"] for worker in board["workers"]),
        "forecast_error": board["forecast_error"],
    }


def _team(team: Json) -> Json:
    on_shift = team["on_shift"]
    at_work = {"at_work": len(on_shift["names"]), "on_shift": {**on_shift, "names": ()}}
    return {**{name: team[name] for name in OF_A_TEAM}, **at_work}


def _words(name: str, words: str) -> str:
    about = "partner" if name.startswith("partner_") else name
    return PLAIN.get(about, words)
