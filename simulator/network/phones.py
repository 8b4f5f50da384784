"""Phones: what each has sent and received, its switches, and texts that wait for it."""

from dataclasses import dataclass, field
from datetime import datetime

from simulator.board import Board
from simulator.network.behaviours import Behaviour, Conduct, conduct_of
from simulator.network.messages import Message
from simulator.network.segments import Encoding
from wire.clock import Clock

SENT = "sent"
RECEIVED = "received"


@dataclass(frozen=True, kw_only=True)
class Bubble:
    """One text as it stands on a phone's screen."""

    id: int
    """Grows over all phones, so that a reader can ask for what came after."""
    direction: str
    """`sent` by this phone or `received` on it."""
    sid: str
    other: str
    """Number or name at the other end."""
    body: str
    at: datetime
    segments: int
    encoding: Encoding


@dataclass(kw_only=True)
class Phone:
    """One handset with its number."""

    number: str
    switched: Behaviour | None = None
    """Behaviour chosen on the page; None: as the number says."""
    in_airplane_mode: bool = False
    bubbles: list[Bubble] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    """SIDs of texts that come in when airplane mode ends."""
    stopped: set[str] = field(default_factory=set)
    """Numbers to which this phone has said STOP, as Twilio keeps them."""

    def conduct(self, sender: str | None = None) -> Conduct:
        """Return how this phone treats a text from a sender."""
        return conduct_of(self.number, self.switched, sender)


class Phones:
    """All phones; one comes into being the moment its number is used."""

    def __init__(self, board: Board, clock: Clock) -> None:
        self._board = board
        self._clock = clock
        self._phones: dict[str, Phone] = {}
        self._last_id = 0

    def get(self, number: str) -> Phone:
        """Return the phone with this number (E.164)."""
        with self._board.reading():
            phone = self._phones.get(number)
        if phone is not None:
            return phone
        with self._board.changing():
            return self._phones.setdefault(number, Phone(number=number))

    def listed(self) -> list[Phone]:
        """Return every phone in the order in which they came."""
        with self._board.reading():
            return list(self._phones.values())

    def show(self, number: str, direction: str, message: Message) -> Bubble:
        """Put a text on a phone's screen."""
        phone = self.get(number)
        with self._board.changing():
            self._last_id += 1
            bubble = Bubble(
                id=self._last_id,
                direction=direction,
                sid=message.sid,
                other=message.recipient if direction == SENT else message.sender,
                body=message.body,
                at=self._clock.now(),
                segments=message.segments,
                encoding=message.encoding,
            )
            phone.bubbles.append(bubble)
        return bubble

    def switch(self, number: str, behaviour: Behaviour | None) -> None:
        """Choose how a phone behaves; None: as its number says."""
        phone = self.get(number)
        with self._board.changing():
            phone.switched = behaviour

    def fly(self, number: str) -> None:
        """Put a phone into airplane mode."""
        phone = self.get(number)
        with self._board.changing():
            phone.in_airplane_mode = True

    def land(self, number: str) -> list[str]:
        """End airplane mode; return the SIDs that waited, oldest first."""
        phone = self.get(number)
        with self._board.changing():
            phone.in_airplane_mode = False
            waiting, phone.waiting = phone.waiting, []
        return waiting

    def keep_waiting(self, number: str, sid: str) -> bool:
        """Keep a text for a phone in airplane mode; False where the phone is on the air."""
        phone = self.get(number)
        with self._board.changing():
            if phone.in_airplane_mode:
                phone.waiting.append(sid)
            return phone.in_airplane_mode

    def give_up(self, number: str, sid: str) -> bool:
        """Stop keeping a text; False where it no longer waited."""
        phone = self.get(number)
        with self._board.changing():
            if sid not in phone.waiting:
                return False
            phone.waiting.remove(sid)
            return True

    def stop(self, number: str, sender: str) -> None:
        """Opt a phone out of a sender's texts."""
        phone = self.get(number)
        with self._board.changing():
            phone.stopped.add(sender)

    def start(self, number: str, sender: str) -> bool:
        """Opt a phone in again; False where it had not opted out."""
        phone = self.get(number)
        with self._board.changing():
            had_stopped = sender in phone.stopped
            phone.stopped.discard(sender)
            return had_stopped

    def has_stopped(self, number: str, sender: str) -> bool:
        """Tell whether a phone has opted out of a sender's texts."""
        phone = self.get(number)
        with self._board.reading():
            return sender in phone.stopped

    def bubbles(self, number: str, *, after: int = 0, direction: str | None = None) -> list[Bubble]:
        """Return a phone's texts with a greater id, oldest first."""
        phone = self.get(number)
        with self._board.reading():
            return [
                bubble
                for bubble in phone.bubbles
                if bubble.id > after and direction in (None, bubble.direction)
            ]

    def clear(self) -> None:
        """Throw every phone away. Ids go on growing, so a waiting reader sees no old text."""
        with self._board.changing():
            self._phones.clear()
