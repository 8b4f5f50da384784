"""The web chat's part of an edge process: made once, started with it, stopped with it."""

from collections.abc import Sequence

from clients.redis_link import connect
from clients.vault import Vault
from messaging.chat.bell import Bell, Listener
from messaging.chat.conversations import WebConversations
from messaging.queue import Wakeups
from messaging.store.database import Database
from messaging.texts import Texts
from webhooks.chat import site
from webhooks.chat.doors import Doors
from webhooks.chat.limits import Limiter
from webhooks.chat.origins import Origins
from webhooks.chat.page import Page, read_words
from webhooks.chat.secrets import Secrets
from webhooks.chat.settings import ChatSettings
from webhooks.chat.streams import StreamPlaces, WakeBoard
from webhooks.chat.tokens import Tokens
from webhooks.guards import GuardedBlueprint
from wire.clock import Clock
from wire.names import WEBCHAT


class WebChat:
    """All parts of the web chat in one edge process."""

    def __init__(
        self,
        settings: ChatSettings,
        *,
        database: Database,
        wakeups: Wakeups,
        seal_key: bytes,
        clock: Clock,
    ) -> None:
        """Put the parts together; nothing is opened before `start`."""
        redis = connect(settings.redis_url)
        self._board = board = WakeBoard()
        log = WebConversations(
            database=database,
            wakeups=wakeups,
            bell=Bell(redis, clock),
            seal_key=seal_key,
            clock=clock,
        )
        self._listener = Listener(
            redis=redis,
            database=database,
            wake=board.wake,
            wake_all=board.wake_all,
            clock=clock,
        )
        self._doors = Doors(
            log=log,
            tokens=Tokens(settings.token_key, clock),
            origins=Origins(settings.public_base_url, settings.origins),
            limiter=Limiter(redis, settings.token_key, clock),
            secrets=Secrets(
                vault=Vault(redis, settings.vault_key.get_secret_value()),
                redis=redis,
                mentions=log,
            ),
            board=board,
            places=StreamPlaces(
                most=settings.webchat_streams, most_each=settings.webchat_streams_each
            ),
            page=_page(settings),
            clock=clock,
            slow_s=settings.webchat_slow_s,
        )
        self._shows_demo = settings.webchat_demo

    def doors(self) -> Sequence[GuardedBlueprint]:
        """Return what the public application shows of the chat."""
        return self._doors.blueprint(), site.blueprint(shows_demo=self._shows_demo)

    def start(self) -> None:
        """Begin to listen for news."""
        self._listener.start()

    def drain(self) -> None:
        """Let open streams and polls end; the pages come back, to another process."""
        self._board.close()

    def stop(self) -> None:
        """Stop listening."""
        self._listener.stop()


def _page(settings: ChatSettings) -> Page:
    kept = Texts().say("utter_edge_chat_kept", channel=WEBCHAT, days=str(settings.transcript_days))
    return Page(
        phone=settings.contact_phone,
        email=settings.contact_email,
        hours=settings.contact_hours,
        privacy_url=settings.privacy_url,
        sms_number=settings.webchat_sms_number or settings.twilio_from,
        notice=settings.webchat_notice,
        own=read_words(settings.webchat_texts_file),
        told={"greeting_privacy": kept},
        desk=None if settings.desk is None else settings.hours,
    )
