"""The outside world, put together."""

from simulator.board import Board
from simulator.carrier.account import Account, Console
from simulator.carrier.api import MessagesApi
from simulator.carrier.callbacks import StatusCallbacks
from simulator.carrier.debugger import Debugger
from simulator.carrier.delivery import Delivery, Pace
from simulator.carrier.faults import Faults
from simulator.carrier.inbound import Inbound
from simulator.carrier.posting import Poster
from simulator.carrier.schedule import Schedule
from simulator.invite import HubInvitations
from simulator.mail.door import MailDoor
from simulator.mail.imap import ImapDoor
from simulator.mail.mailbox import Mailbox
from simulator.network.messages import MessageLog
from simulator.network.numbers import is_e164
from simulator.network.phones import Phones
from simulator.settings import Settings
from wire.clock import Clock

STARTERS = ("+447700900123", "+447700900456", "+447700900789")
"""Phones that lie on the table at the start; all deliver."""


class World:
    """Everything that is outside: network, Twilio, mail. One lock, one run of memory."""

    def __init__(self, settings: Settings, *, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.board = board = Board(clock)
        self.phones = Phones(board, clock)
        self.messages = MessageLog(board, clock)
        self.mailbox = Mailbox(board, clock)
        self.debugger = Debugger(board, clock)
        self.faults = Faults(board)
        self.account = _account(settings, board)
        self.invitations = _invitations(settings)
        self._poster = Poster(self.account.auth_token, clock)
        self._schedule = Schedule(clock)
        pace = Pace(step_s=settings.simulator_step_s, late_s=settings.simulator_late_s)
        callbacks = StatusCallbacks(
            account=self.account,
            poster=self._poster,
            schedule=self._schedule,
            faults=self.faults,
            debugger=self.debugger,
            step_s=pace.step_s,
        )
        self.delivery = Delivery(
            messages=self.messages,
            phones=self.phones,
            callbacks=callbacks,
            schedule=self._schedule,
            pace=pace,
        )
        self.inbound = Inbound(
            account=self.account,
            messages=self.messages,
            phones=self.phones,
            delivery=self.delivery,
            poster=self._poster,
            schedule=self._schedule,
            faults=self.faults,
            debugger=self.debugger,
        )
        self.api = MessagesApi(
            account=self.account,
            messages=self.messages,
            phones=self.phones,
            delivery=self.delivery,
            faults=self.faults,
            debugger=self.debugger,
        )
        self.mail_door = MailDoor(
            mailbox=self.mailbox,
            faults=self.faults,
            host=settings.simulator_host,
            port=settings.simulator_smtp_port,
        )
        self.imap_door = ImapDoor(
            mailbox=self.mailbox,
            host=settings.simulator_host,
            port=settings.simulator_imap_port,
        )
        self._lay_out()

    def clear(self) -> None:
        """Begin again: no phones, texts, mails, faults or alerts; settings as at the start."""
        self.faults.clear()
        self._schedule.forget()
        self.inbound.clear()
        self.api.clear()
        self.account.clear()
        self.phones.clear()
        self.messages.clear()
        self.mailbox.clear()
        self.debugger.clear()
        self._lay_out()

    def _lay_out(self) -> None:
        for number in STARTERS:
            self.phones.get(number)

    def close(self) -> None:
        """Let go of threads and connections."""
        self.faults.clear()
        self._schedule.close()
        self._poster.close()
        self.mail_door.close()
        self.imap_door.close()


def _account(settings: Settings, board: Board) -> Account:
    also = settings.twilio_code_from
    console = Console(
        sms_webhook=settings.simulator_sms_webhook,
        sms_fallback=settings.simulator_sms_fallback,
        opt_out=settings.simulator_opt_out,
    )
    return Account(
        sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token.get_secret_value(),
        numbers=(settings.twilio_from, *([also] if also and is_e164(also) else ())),
        console=console,
        board=board,
    )


def _invitations(settings: Settings) -> HubInvitations | None:
    if settings.simulator_hub_invite_url is None or settings.hub_api_key is None:
        return None
    return HubInvitations(
        url=str(settings.simulator_hub_invite_url),
        api_key=settings.hub_api_key.get_secret_value(),
    )
