"""What Prometheus reads from the internal door: events, answers, and what waits."""

from collections.abc import Iterator
from typing import Final

from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, select

from hub.accounts import conversion
from hub.accounts.hub import Hub
from hub.store.tables import AuditEntry, FactorReset, ImportRow, MailRequest, Outgoing

BUCKETS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds


class Kept(Collector):
    """Read from the database when it is asked for, so that every process tells the same."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def collect(self) -> Iterator[CounterMetricFamily | GaugeMetricFamily]:
        """Yield the events of record and the lengths of what waits."""
        now = self._hub.clock.now()
        with self._hub.store.reading() as session:
            events = session.execute(
                select(AuditEntry.event, func.count()).group_by(AuditEntry.event)
            ).all()
            waiting = session.execute(
                select(Outgoing.kind, func.count(), func.min(Outgoing.created_at))
                .where(Outgoing.done_at.is_(None))
                .group_by(Outgoing.kind)
            ).all()
            lengths = {
                what: session.scalars(statement).one()
                for what, statement in (
                    ("mail_requests", select(func.count()).select_from(MailRequest)),
                    ("factor_resets", select(func.count()).where(FactorReset.ended_at.is_(None))),
                    ("import_rows", select(func.count()).where(ImportRow.outcome.is_(None))),
                )
            }
        happened = CounterMetricFamily("hub_events", "Events of record.", labels=["event"])
        for event, count in events:
            happened.add_metric([event], count)
        yield happened
        lengths |= {f"outbox_{kind}": count for kind, count, _ in waiting}
        queue = GaugeMetricFamily("hub_waiting", "What waits to be done.", labels=["what"])
        for what, count in lengths.items():
            queue.add_metric([what], count)
        yield queue
        yield GaugeMetricFamily(
            "hub_code_conversion",
            "Security codes verified of the newest that were sent; low: texts sent for money.",
            value=conversion.measure(self._hub).share,
        )
        oldest = min((since for _, _, since in waiting), default=now)
        yield GaugeMetricFamily(
            "hub_outbox_oldest_seconds",
            "Age of the oldest text or mail that waits.",
            value=(now - oldest).total_seconds(),
        )


def add(app: Flask, hub: Hub) -> None:
    """Add `/metrics`, and measure every answer of the API."""
    registry = CollectorRegistry()
    registry.register(Kept(hub))
    answered = Histogram(
        "hub_api_seconds",
        "Time to an answer.",
        ["operation", "status"],
        buckets=BUCKETS,
        registry=registry,
    )

    @app.before_request
    def begin() -> None:
        g.began = hub.clock.monotonic()

    @app.after_request
    def measure(response: Response) -> Response:
        if request.endpoint is not None:
            took = hub.clock.monotonic() - g.began
            answered.labels(request.endpoint, str(response.status_code)).observe(took)
        return response

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
