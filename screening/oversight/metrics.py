"""The board's numbers for Prometheus. Every process reads them from the database, so any one may be asked."""

from collections.abc import Iterator
from datetime import datetime

from flask import Blueprint, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from screening.oversight import measures
from screening.oversight.queries import board
from screening.sign_in import refreshes, requires

blueprint = Blueprint("metrics", __name__)


class BoardCollector(Collector):
    """Turns one reading of the board into gauges."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield a gauge for each number; labels are team slugs, task kinds and worker roles."""
        found = board()
        for name, words in (
            ("waiting", "Items waiting"),
            ("reds", "Open red items"),
            ("late", "Items past their time that nobody has accepted"),
            ("held_late", "Items past their time that somebody has accepted"),
        ):
            yield _gauge(f"queue_{name}", words, "team", {team["slug"]: team[name] for team in found["teams"]})
        tasks = found["tasks"]
        yield _gauge("task_unfinished", "Tasks not done", "kind", {task["kind"]: task["unfinished"] for task in tasks})
        yield _gauge("task_parked", "Tasks parked", "kind", {task["kind"]: task["parked"] for task in tasks})
        ages = {task["kind"]: _age(task["oldest"], found["at"]) for task in tasks}
        yield _gauge("task_oldest_seconds", "Age of the oldest task that is not done", "kind", ages)
        alive = {worker["role"]: float(worker["alive"]) for worker in found["workers"]}
        yield _gauge("worker_alive", "1 where the worker was seen lately", "role", alive)
        yield _gauge("alarm", "1 for each alarm that stands", "name", dict.fromkeys(found["alarm_names"], 1.0))
        yield from _more(found["at"])
        yield GaugeMetricFamily("front_door_in_no_queue", "Contacts nobody holds", len(found["in_no_queue"]))
        yield GaugeMetricFamily("front_door_alarms", "Alarms on the board", len(found["alarms"]))


def _more(at: datetime) -> Iterator[GaugeMetricFamily]:
    """Yield what the board has in words alone."""
    yield _gauge("escalations", "What waits for somebody who was told", "urgency", measures.escalations())
    yield _gauge("notices", "What staff were told in the last day, by what came of it", "state", measures.notices(at))
    yield _gauge(
        "clock_skew_seconds", "How far a machine's clock is ahead of the database's", "role", measures.skew(at)
    )
    # Where the service sends itself none, they have no value, and there is no alert.
    for name, seconds in measures.synthetic(at).items():
        words = f"{name.capitalize()} of the last contact sent to ourselves that got through"
        yield GaugeMetricFamily(f"front_door_synthetic_{name}_seconds", words, seconds)
    plain = (
        ("audit_unlinked_seconds", "Age of the oldest audit entry without a link", measures.audit_age()),
        ("ringers", "Ringers that were seen lately", measures.ringers(at)),
        ("mail_failing", "Letters that failed three times or more", measures.mail_failing()),
        ("partners_resting", "Partners that are left alone since they fail", measures.partners_resting()),
    )
    yield from (GaugeMetricFamily(f"front_door_{name}", words, number) for name, words, number in plain)


def _gauge(name: str, words: str, label: str, values: dict[str, float]) -> GaugeMetricFamily:
    gauge = GaugeMetricFamily(f"front_door_{name}", words, labels=[label])
    for value, number in values.items():
        gauge.add_metric([value], number)
    return gauge


def _age(since: datetime | None, at: datetime) -> float:
    return (at - since).total_seconds() if since else 0.0


@blueprint.get("/metrics")
@requires("api.board.read")
@refreshes
def metrics() -> Response:
    """Answer in Prometheus's text format. Give Prometheus a token of an integration client."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(BoardCollector())
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
