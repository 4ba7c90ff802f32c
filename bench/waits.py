"""How long contacts waited to be routed, read afterwards: nobody polls while it is measured."""

from dataclasses import dataclass
from typing import Any

from bench.house import County
from bench.processes import wait_until

ALL_ROUTED_SECONDS = 120
# The transaction that wrote the routing's row, and when PostgreSQL committed it.
ROUTED = """
select contact.reference,
       extract(epoch from pg_xact_commit_timestamp(routing.xmin))::float8,
       exists (select from screening where screening.contact_id = contact.id and screening.reason = 'sent'
                 and (screening.urgency_at_least = 'red' or screening.hard_open))
  from routing join contact on contact.id = routing.contact_id
 where routing.step = 'received' and contact.reference = any(%s)
"""
UNROUTED = """
select count(*) from contact
 where reference = any(%s) and not exists (select from routing where routing.contact_id = contact.id)
"""


@dataclass(frozen=True)
class Waits:
    """Seconds from the answer's arrival to the routing's commit: of every contact, and of the urgent ones."""

    all: list[float]
    urgent: list[float]


def waits_until_routed(county: County, answers: list[dict[str, Any]]) -> Waits:
    """Wait until all are routed, and read when that was.

    Raises:
        CouldNotMeasure: some are not routed two minutes later.
    """
    answered = {answer["reference"]: answer["answered"] for answer in answers if answer["reference"]}
    references = list(answered)
    with county.connect() as database:

        def none_left() -> bool:
            left = database.execute(UNROUTED, (references,)).fetchone()
            return left is not None and left[0] == 0

        wait_until(none_left, "every contact is routed", seconds=ALL_ROUTED_SECONDS)
        found = database.execute(ROUTED, (references,)).fetchall()
    waited = [(routed_at - answered[reference], urgent) for reference, routed_at, urgent in found]
    return Waits([wait for wait, _ in waited], [wait for wait, urgent in waited if urgent])
