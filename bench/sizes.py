"""How much of everything one run takes: whole, or quick enough to try a change. Numbers of the measuring, not bars."""

from dataclasses import dataclass

from screening.changes import CLOCKS_APART_SECONDS, MOVES_BY_ITSELF_SECONDS


@dataclass(frozen=True, kw_only=True)
class Size:
    """Counts and seconds of one run."""

    scorings: int
    posting_seconds: float
    idle_contacts: int
    steady_contacts: int
    history: tuple[int, int]
    page_readings: int
    hour_rates: tuple[float, ...]
    hour_seconds: float
    starts: int
    audit_entries: int
    people: tuple[int, ...]
    searches: int
    crowd_users: int
    crowd_seconds: float
    crowd_after: float
    crowd_history: int


WHOLE = Size(
    scorings=300,
    posting_seconds=15,
    idle_contacts=120,
    steady_contacts=300,
    history=(10_000, 1_000_000),
    page_readings=200,
    hour_rates=(2, 5, 10, 15, 20, 30, 40, 60, 80),
    hour_seconds=20,
    starts=3,
    audit_entries=200_000,
    people=(10_000, 100_000, 1_000_000),
    searches=600,
    crowd_users=200,
    crowd_seconds=60,
    # From then on every web process gives the same name to the same state.
    crowd_after=CLOCKS_APART_SECONDS + MOVES_BY_ITSELF_SECONDS + 5,
    crowd_history=100_000,
)
QUICK = Size(
    scorings=20,
    posting_seconds=2,
    idle_contacts=9,
    steady_contacts=20,
    history=(10_000, 100_000),
    page_readings=15,
    hour_rates=(5,),
    hour_seconds=2,
    starts=1,
    audit_entries=10_000,
    people=(10_000,),
    searches=120,
    crowd_users=40,
    crowd_seconds=8,
    crowd_after=0,
    crowd_history=10_000,
)
