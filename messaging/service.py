"""The workers' process: what it is made of, how it starts and how it stops."""

import signal
from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread

import structlog
from dramatiq import Actor, Broker, Worker
from prometheus_client import REGISTRY

from clients.rasa import Rasa
from clients.redis_link import connect
from clients.twilio import Twilio
from clients.vault import Vault
from messaging import chores
from messaging.answers import Answers
from messaging.chat.bell import Bell
from messaging.contacts import Contacts
from messaging.door import serve
from messaging.errors import DatabaseAway
from messaging.handoff import chores as handoff_chores
from messaging.handoff.making import deskwork_of
from messaging.handoff.switchboard import Switchboard
from messaging.heart import Heart
from messaging.inbound import Inbound
from messaging.log import new_id
from messaging.notices import NoticedAnswers
from messaging.outbox import Outbox
from messaging.queue import TEXTS, TURNS, Wakeups, broker
from messaging.reconciler import Reconciler
from messaging.replies import Replies
from messaging.seen import Seen
from messaging.settings import WorkerSettings
from messaging.spool import Spool
from messaging.store.database import Database
from messaging.texts import Texts
from messaging.ticker import Ticker
from messaging.translations import Translations
from messaging.undeliverable import LOOK_EVERY as UNDELIVERABLE_EVERY
from messaging.undeliverable import Undeliverable
from messaging.undelivered import Undelivered
from messaging.worker import TurnWorker
from wire.clock import Clock, SystemClock
from wire.ending import END_WITHIN_S

IDLE_MS = 1_000
"""How often an idle thread looks whether it is to stop."""

_log = structlog.get_logger(__name__)


class Service:
    """All parts of one worker process."""

    def __init__(self, settings: WorkerSettings, clock: Clock | None = None) -> None:
        """Put the parts together; nothing is opened before `run`."""
        self._settings = settings
        self._clock = clock or SystemClock()
        self._stop = Event()
        lease = timedelta(seconds=settings.lease_s)
        seal_key = settings.messaging_seal_key.get_secret_value()
        worker_id = new_id()
        contacts = Contacts(settings.conversation_key.get_secret_value(), seal_key)
        texts = Texts()
        self._translations = Translations(settings.language_codes)
        vault = Vault.at(settings.redis_url, settings.vault_key.get_secret_value())
        self._database = Database(settings.database_url)
        self._rasa = Rasa(
            settings.rasa_url,
            settings.rasa_channel_token.get_secret_value(),
            timeout_s=settings.rasa_timeout_s,
        )
        self._carrier = carrier = Twilio(
            settings.twilio_account_sid,
            settings.twilio_auth_token.get_secret_value(),
            base_url=settings.twilio_api_base_url,
            timeout_s=(settings.twilio_connect_timeout_s, settings.twilio_read_timeout_s),
        )
        self._outbox = Outbox(
            database=self._database,
            carrier=carrier,
            contacts=contacts,
            seal_key=seal_key,
            callback_url=settings.status_callback_url,
            segments_per_s=settings.twilio_segments_per_s,
            lease=settings.send_lease,
            limits=settings.limits,
            clock=self._clock,
        )
        news = Bell(connect(settings.redis_url), self._clock).ring
        replies = Replies(vault=vault, texts=texts, seal_key=seal_key, sender=settings.twilio_from)
        switchboard = None
        if settings.desk is not None:
            switchboard = Switchboard(
                database=self._database,
                desk=settings.desk,
                pace=settings.pace,
                contacts=contacts,
                seal_key=seal_key,
                clock=self._clock,
            )
        self._worker = TurnWorker(
            database=self._database,
            answers=NoticedAnswers(
                Answers(
                    database=self._database,
                    assistant=self._rasa,
                    vault=vault,
                    contacts=contacts,
                    replies=replies,
                    texts=texts,
                    seal_key=seal_key,
                    clock=self._clock,
                    contact=settings.contact,
                    safeguarding=settings.safeguarding,
                    regions=settings.regions,
                    allow_drama=settings.allow_drama_numbers,
                    limits=settings.limits,
                    translations=self._translations,
                    switchboard=switchboard,
                ),
                database=self._database,
                replies=replies,
                texts=texts,
                clock=self._clock,
            ),
            replies=replies,
            outbox=self._outbox,
            lease=lease,
            clock=self._clock,
            news=news,
            switchboard=switchboard,
        )
        spool = Spool(settings.spool_dir, seal_key, self._clock)
        reconciler = Reconciler(
            database=self._database,
            carrier=carrier,
            inbound=Inbound(
                database=self._database,
                spool=spool,
                contacts=contacts,
                wakeups=Wakeups(settings.redis_url, self._clock),
                seen=Seen(connect(settings.redis_url), self._clock),
                seal_key=seal_key,
                clock=self._clock,
                news=news,
            ),
            numbers=settings.two_way_numbers,
            clock=self._clock,
        )
        self._heart = Heart(
            database=self._database,
            worker_id=worker_id,
            is_rasa_ready=self._rasa.is_ready,
            clock=self._clock,
        )
        self._ticker = Ticker(
            database=self._database,
            worker=self._worker,
            sender=self._outbox,
            worker_id=worker_id,
            threads=settings.worker_threads,
            chores=[
                *chores.all_of(
                    self._database,
                    spool,
                    reconciler,
                    self._clock,
                    undelivered=Undelivered(
                        database=self._database,
                        contacts=contacts,
                        replies=replies,
                        texts=texts,
                        clock=self._clock,
                        news=news,
                    ),
                    transcripts=timedelta(days=settings.transcript_days),
                ),
                *self._handoff_chores(settings, contacts, replies, texts, news),
            ],
            tick_s=settings.tick_s,
            clock=self._clock,
        )

    def _handoff_chores(
        self,
        settings: WorkerSettings,
        contacts: Contacts,
        replies: Replies,
        texts: Texts,
        news: Callable[[str], None],
    ) -> list[chores.Chore]:
        deskwork = deskwork_of(
            settings,
            database=self._database,
            contacts=contacts,
            replies=replies,
            texts=texts,
            clock=self._clock,
            news=news,
        )
        if deskwork is None:
            return []
        assert settings.desk is not None, "there is work for a desk"
        undeliverable = Undeliverable(
            database=self._database,
            desk=settings.desk,
            seal_key=settings.messaging_seal_key.get_secret_value(),
            clock=self._clock,
        )
        every = timedelta(seconds=settings.helpdesk_poll_s)
        return [
            *handoff_chores.all_of(deskwork, self._database, poll_every=every),
            chores.Chore("undeliverable", UNDELIVERABLE_EVERY, undeliverable.pass_on),
        ]

    def run(self) -> None:
        """Work until SIGTERM or SIGINT, then end what is under way and return."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop.set())
        door = serve(
            self._settings.worker_host,
            self._settings.worker_port,
            missing=self.what_is_missing,
            registry=REGISTRY,
        )
        consumer = Worker(
            self._broker(),
            worker_timeout=IDLE_MS,
            worker_threads=self._settings.worker_threads,
        )
        consumer.start()
        threads = [
            Thread(target=part.run, args=(self._stop,), name=name)
            for name, part in (("heart", self._heart), ("ticker", self._ticker))
        ]
        for thread in threads:
            thread.start()
        _log.info("workers.started", threads=self._settings.worker_threads)
        if self._translations.unreviewed:
            _log.warning("translations.unreviewed", languages=self._translations.unreviewed)
        self._stop.wait()
        _log.info("workers.stopping")
        consumer.stop(timeout=END_WITHIN_S * 1000)
        for thread in threads:
            thread.join()
        door.shutdown()
        self._rasa.close()
        self._carrier.close()
        self._database.close()

    def what_is_missing(self) -> list[str]:
        """Return what keeps this process from doing its job."""
        return [
            *([] if self._heart.database_writable else ["database"]),
            *([] if self._heart.rasa_ready else ["rasa"]),
        ]

    def _broker(self) -> Broker:
        """Return a broker whose two queues lead to the worker and to the outbox."""
        made = broker(self._settings.redis_url)
        # Texts first: a code that is wanted waits behind no turn.
        Actor(self._send, broker=made, actor_name=TEXTS, queue_name=TEXTS, priority=0, options={})
        Actor(
            self._turns,
            broker=made,
            actor_name=TURNS,
            queue_name=TURNS,
            priority=1,
            options={},
        )
        return made

    def _turns(self, conversation_id: str) -> None:
        self._worker.work(conversation_id)

    def _send(self, conversation_id: str) -> None:
        try:
            self._outbox.send_due(conversation_id)
        except DatabaseAway as exc:
            _log.error("texts.database_away", cause=str(exc))
        except Exception:  # noqa: BLE001 - the sweep tries again
            _log.exception("texts.broke")
