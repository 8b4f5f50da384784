"""A running simulator, an application for it to call, and Twilio's own client."""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from simulator.server import Server
from simulator.settings import Settings
from simulator.world import World
from tests.simulator.application import Application
from tests.standins.ports import free_port
from tests.standins.simulated import SimulatorCarrier
from wire.clock import SystemClock

SID = "AC" + "0123456789abcdef" * 2
TOKEN = "a-token-for-tests"
SERVICE = "+447700900000"


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    settings = Settings(
        twilio_account_sid=SID,
        twilio_auth_token=SecretStr(TOKEN),
        twilio_from=SERVICE,
        simulator_port=free_port(),
        simulator_smtp_port=free_port(),
        simulator_step_s=0.05,
        simulator_late_s=0.5,
    )
    world = World(settings, clock=SystemClock())
    server = Server(world)
    server.open()
    yield world
    server.close()


@pytest.fixture
def simulator(world: World, application: Application) -> Iterator[SimulatorCarrier]:
    """The simulator, as new, with its webhook at the application."""
    world.clear()
    carrier = SimulatorCarrier(f"http://127.0.0.1:{world.settings.simulator_port}")
    carrier.set_up(sms_webhook=f"{application.url}/sms")
    yield carrier
    carrier.clear()
    carrier.close()


@pytest.fixture
def application() -> Iterator[Application]:
    application = Application()
    yield application
    application.close()


@pytest.fixture
def twilio(world: World) -> Iterator[Client]:
    """Twilio's own client, pointed at the simulator."""
    http = TwilioHttpClient(timeout=5)
    client = Client(SID, TOKEN, http_client=http)
    client.api.base_url = f"http://127.0.0.1:{world.settings.simulator_port}"
    yield client
    if http.session is not None:
        http.session.close()
