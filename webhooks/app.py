"""The edge: two applications behind two ports, and the parts they hand over to."""

from collections.abc import Sequence
from threading import Event, Thread
from typing import Any

import structlog
from flask import Flask
from prometheus_client import REGISTRY
from werkzeug.middleware.proxy_fix import ProxyFix

from clients.redis_link import connect
from clients.twilio import Signatures
from messaging.chat.bell import Bell
from messaging.contacts import Contacts
from messaging.handoff.facts import OfferDoor
from messaging.handoff.inbox import HelpdeskInbox
from messaging.handoff.links import Links
from messaging.handoff.making import helpdesk_of
from messaging.handoff.view import LiveViews
from messaging.heart import what_is_missing
from messaging.inbound import INBOUND_RECORD, Inbound
from messaging.queue import Wakeups
from messaging.requested import RequestedTexts, Senders
from messaging.seen import Seen
from messaging.spool import Record, Spool
from messaging.statuses import STATUS_RECORD, Statuses
from messaging.store.database import Database
from messaging.texts import Texts
from webhooks import guards, health, problems
from webhooks.chat.parts import WebChat
from webhooks.guards import GuardedBlueprint
from webhooks.helpdesk import calls, live
from webhooks.internal import handoffs, metrics, texts
from webhooks.settings import EdgeSettings
from webhooks.sms import routes as sms
from wire.clock import Clock, SystemClock
from wire.doors import WsgiApp, by_port

MAX_REQUEST_BYTES = 64 * 1024
REPLAY_EVERY_S = 1.0
BUSY_TIMEOUT_S = 2.0
"""Shorter than the carrier waits (`rt` in docs/twilio.md): a text is in the spool by then."""

_log = structlog.get_logger(__name__)


def create_app(name: str, doors: Sequence[GuardedBlueprint], *, trusted_proxies: int = 0) -> Flask:
    """Return an application with these doors; nothing else answers.

    Of the addresses in X-Forwarded-For only the ones that our own proxies wrote count: the last
    `trusted_proxies`. Scheme and host are never taken from a header.
    """
    app = Flask(name, static_folder=None)
    if trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=trusted_proxies, x_proto=0, x_host=0
        )
    app.config["MAX_CONTENT_LENGTH"] = MAX_REQUEST_BYTES
    problems.install(app)
    for door in doors:
        app.register_blueprint(door)
    return app


class Edge:
    """All parts of one edge process."""

    def __init__(self, settings: EdgeSettings, clock: Clock | None = None) -> None:
        """Put the parts together.

        Raises:
            SpoolAway: the spool folder cannot be written; nothing would be safe.
        """
        clock = clock or SystemClock()
        seal_key = settings.messaging_seal_key.get_secret_value()
        contacts = Contacts(settings.conversation_key.get_secret_value(), seal_key)
        wakeups = Wakeups(settings.redis_url, clock)
        self._seen = Seen(connect(settings.redis_url), clock)
        self.database = Database(settings.database_url, busy_timeout_s=BUSY_TIMEOUT_S)
        self.spool = Spool(settings.spool_dir, seal_key, clock)
        self.inbound = Inbound(
            database=self.database,
            spool=self.spool,
            contacts=contacts,
            wakeups=wakeups,
            seen=self._seen,
            seal_key=seal_key,
            clock=clock,
            news=Bell(connect(settings.redis_url), clock).ring,
        )
        self.statuses = Statuses(
            database=self.database, spool=self.spool, contacts=contacts, clock=clock
        )
        self._texts = RequestedTexts(
            database=self.database,
            contacts=contacts,
            wakeups=wakeups,
            senders=Senders(
                two_way=settings.twilio_from,
                codes=settings.twilio_code_from or settings.twilio_from,
                answered_at=settings.two_way_numbers[0],
            ),
            seal_key=seal_key,
            regions=settings.regions,
            allow_drama=settings.allow_drama_numbers,
            limits=settings.limits,
            texts=Texts(),
            clock=clock,
        )
        self._offers = OfferDoor(
            database=self.database, contacts=contacts, desk=settings.desk, clock=clock
        )
        self._chat = WebChat(
            settings,
            database=self.database,
            wakeups=wakeups,
            seal_key=seal_key,
            clock=clock,
        )
        self._clock = clock
        self._settings = settings
        self._stop = Event()
        self.public = create_app(
            "public", self._public_doors(), trusted_proxies=settings.trusted_proxies
        )
        self.internal = create_app("internal", self._internal_doors())

    @property
    def application(self) -> WsgiApp:
        """The one WSGI application: what answers depends on the port."""
        return by_port(
            public=self.public,
            internal=self.internal,
            internal_port=self._settings.edge_internal_port,
        )

    def start(self) -> None:
        """Begin to replay what waits in the spool, and to listen for news, in threads."""
        self._chat.start()
        Thread(target=self._replay, name="spool", daemon=True).start()

    def drain(self) -> None:
        """Let what is kept open for long end; everything else is answered to its end."""
        self._chat.drain()

    def stop(self) -> None:
        """End the thread and close the database."""
        self._stop.set()
        self._chat.stop()
        self.database.close()

    def take(self, record: Record) -> None:
        """Take in one record of the spool.

        Raises:
            DatabaseAway: not yet.
        """
        takers: dict[str, Any] = {INBOUND_RECORD: self.inbound, STATUS_RECORD: self.statuses}
        takers[record["record"]].replay(record)

    def _replay(self) -> None:
        while not self._stop.wait(REPLAY_EVERY_S):
            try:
                if not self.spool.is_empty():
                    self.spool.replay(self.take)
            except Exception:  # noqa: BLE001 - the next round tries again
                _log.exception("spool.replay_broke")

    def _public_doors(self) -> list[GuardedBlueprint]:
        signed = guards.signed_by_carrier(
            Signatures(self._settings.signing_tokens),
            public_base_url=self._settings.public_base_url,
            account_sid=self._settings.twilio_account_sid,
        )
        return [
            health.blueprint(missing=self._missing),
            sms.blueprint(
                inbound=self.inbound, statuses=self.statuses, seen=self._seen, guard=signed
            ),
            *self._chat.doors(),
            *self._helpdesk_doors(),
        ]

    def _helpdesk_doors(self) -> list[GuardedBlueprint]:
        settings, clock = self._settings, self._clock
        seal_key = settings.messaging_seal_key.get_secret_value()
        helpdesk = helpdesk_of(settings, seal_key=seal_key, clock=clock)
        if helpdesk is None:
            return []
        links = Links(settings.public_base_url, seal_key, clock)
        doors = [live.blueprint(views=LiveViews(database=self.database, links=links))]
        if settings.helpdesk_webhook_key is not None:
            inbox = HelpdeskInbox(
                database=self.database, adapter=helpdesk.name, seal_key=seal_key, clock=clock
            )
            key = settings.helpdesk_webhook_key.get_secret_value()
            doors.append(calls.blueprint(helpdesk=helpdesk, inbox=inbox, key=key))
        return doors

    def _internal_doors(self) -> list[GuardedBlueprint]:
        keyed = guards.bearer_of(self._settings.api_keys)
        return [
            health.blueprint(missing=self._missing),
            texts.blueprint(texts=self._texts, guard=keyed),
            handoffs.blueprint(offers=self._offers, guard=keyed),
            handoffs.page(
                database=self.database,
                clock=self._clock,
                guard=guards.key_of(self._settings.page_keys),
            ),
            metrics.blueprint(registry=REGISTRY, guard=keyed),
        ]

    def _missing(self) -> list[str]:
        return what_is_missing(self.database, self._clock)
