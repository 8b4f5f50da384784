"""STOP, HELP and START walked through, as each way in which Twilio may handle them has it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Thread

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select
from werkzeug.serving import WSGIRequestHandler, make_server

from clients.twilio import Signatures, Twilio
from messaging.settings import STATUS_PATH
from messaging.store.messages import PERSON
from messaging.store.schema import messages
from simulator.network.keywords import OptOut
from simulator.server import Server
from simulator.settings import Settings
from simulator.world import World
from tests.messaging.mortal import OURS, Bench
from tests.messaging.world import until
from tests.standins.ports import free_port
from tests.standins.simulated import SimulatorCarrier
from webhooks import guards
from webhooks.app import create_app
from webhooks.sms import routes
from wire.clock import SystemClock

SID, TOKEN = "AC" + "0123456789abcdef" * 2, "a-token-for-tests"
PARENT = "+447700900123"

THEIR_STOP = "You have successfully been unsubscribed."
THEIR_START = "You have successfully been re-subscribed"
THEIR_HELP = "Reply STOP to unsubscribe."
OUR_STOP = "You will get no more texts"
OUR_START = "You will get texts from the EHC Hub assistant again."
OUR_HELP = "This is the EHC Hub's automated assistant."

WALK = {
    # Twilio answers and does not say so. After STOP it refuses our own confirmation (21610).
    OptOut.DEFAULT: [
        ["You said: hello"],
        [THEIR_HELP, OUR_HELP],
        [THEIR_STOP],
        [THEIR_START, OUR_START],
        ["You said: hello again"],
    ],
    # Twilio answers and says so: we do not answer as well.
    OptOut.ADVANCED: [
        ["You said: hello"],
        [THEIR_HELP],
        [THEIR_STOP],
        [THEIR_START],
        ["You said: hello again"],
    ],
    # All is ours.
    OptOut.OFF: [
        ["You said: hello"],
        [OUR_HELP],
        [OUR_STOP],
        [OUR_START],
        ["You said: hello again"],
    ],
}
"""What comes back to hello, HELP, STOP, START and hello again."""


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_args: object) -> None:
        """Say nothing of what went well."""


@pytest.fixture(scope="module")
def outside() -> Iterator[World]:
    settings = Settings(
        twilio_account_sid=SID,
        twilio_auth_token=SecretStr(TOKEN),
        twilio_from=OURS,
        simulator_port=free_port(),
        simulator_smtp_port=free_port(),
        simulator_step_s=0.01,
        simulator_late_s=0.1,
    )
    world = World(settings, clock=SystemClock())
    server = Server(world)
    server.open()
    yield world
    server.close()


@dataclass
class Walk:
    """A parent's phone in the simulator, and our service behind its webhook."""

    bench: Bench
    simulator: SimulatorCarrier

    def text(self, body: str) -> None:
        """Text the service, and let it do what there is to do."""
        before = self._taken()
        self.simulator.phone(PARENT).text(body)
        until(lambda: self._taken() > before)
        self.bench.sweep()

    def on_phone(self) -> list[str]:
        """Return what the service's number has sent."""
        return [text.body for text in self.simulator.outbound(PARENT)]

    def _taken(self) -> int:
        with self.bench.database.reading() as connection:
            statement = select(func.count()).where(messages.c.author == PERSON)
            return int(connection.execute(statement).scalar_one())


@pytest.fixture
def walk(make_bench: Callable[..., Bench], outside: World) -> Iterator[Walk]:
    bench = make_bench()
    port = free_port()
    public = f"http://127.0.0.1:{port}"
    guard = guards.signed_by_carrier(Signatures([TOKEN]), public_base_url=public, account_sid=SID)
    door = routes.blueprint(
        inbound=bench.inbound, statuses=bench.statuses, seen=bench.inbound._seen, guard=guard
    )
    server = make_server(
        "127.0.0.1",
        port,
        create_app("edge", [door]),
        threaded=True,
        request_handler=_Quiet,
    )
    Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{outside.settings.simulator_port}"
    carrier = Twilio(SID, TOKEN, base_url=base)
    bench.outbox._carrier = carrier
    bench.outbox._callback_url = public + STATUS_PATH
    outside.clear()
    simulator = SimulatorCarrier(base)
    simulator.set_up(sms_webhook=f"{public}/webhooks/twilio/sms")
    yield Walk(bench, simulator)
    simulator.clear()
    simulator.close()
    carrier.close()
    server.shutdown()


@pytest.mark.parametrize("handling", list(OptOut))
def test_each_keyword_is_answered_once_by_somebody_and_stop_means_silence(
    walk: Walk, handling: OptOut
) -> None:
    walk.simulator.set_up(opt_out=handling)
    got: list[list[str]] = []
    for body, answers in zip(
        ("hello", "HELP", "STOP", "START", "hello again"), WALK[handling], strict=True
    ):
        if body == "START":
            walk.text("are you there")  # nothing comes back while texts are stopped
        before = len(walk.on_phone())
        walk.text(body)
        until(lambda before=before, answers=answers: len(walk.on_phone()) >= before + len(answers))
        got.append(walk.on_phone()[before:])

    assert [sorted(step) for step in got] == [
        sorted(next((b for b in step if b.startswith(a)), a) for a in answers)
        for step, answers in zip(got, WALK[handling], strict=True)
    ]
