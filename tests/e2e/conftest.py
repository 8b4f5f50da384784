"""The running product, once for the whole session, and phones nobody else uses."""

import itertools
from collections.abc import Iterator

import pytest

from tests.e2e.journey import Parent
from tests.e2e.proofs.rules import Known
from tests.e2e.running import RunningProduct, running_product
from tests.standins.simulated import SimulatorCarrier

CONTACT = {
    "CONTACT_PHONE": "01632 960100",  # Ofcom's numbers for drama
    "CONTACT_EMAIL": "helpdesk@council.example",
    "CONTACT_HOURS": "Monday to Friday, 9am to 5pm",
    "SAFEGUARDING_PHONE": "01632 960101",
    "SAFEGUARDING_OUT_OF_HOURS_PHONE": "01632 960102",
    "PRIVACY_URL": "https://council.example/privacy",
    "LOCAL_OFFER_URL": "https://council.example/local-offer",
}
"""The helpdesk's details, which have no default since they must not be invented."""

_numbers = itertools.count(100)


def known(product: RunningProduct) -> Known:
    """Return what may be named: what is configured, and nothing else."""
    return Known(
        phone=CONTACT["CONTACT_PHONE"],
        phones=(CONTACT["SAFEGUARDING_PHONE"], CONTACT["SAFEGUARDING_OUT_OF_HOURS_PHONE"]),
        email=CONTACT["CONTACT_EMAIL"],
        urls=(
            product.env["HUB_PUBLIC_URL"],
            CONTACT["PRIVACY_URL"],
            CONTACT["LOCAL_OFFER_URL"],
        ),
    )


@pytest.fixture(scope="session")
def product() -> Iterator[RunningProduct]:
    """Start every process once; a test that kills one waits until it is back."""
    with running_product(**CONTACT) as running:
        yield running


@pytest.fixture(scope="session")
def carrier(product: RunningProduct) -> Iterator[SimulatorCarrier]:
    """Talk to the simulator that runs beside the product."""
    simulator = SimulatorCarrier(product.url("SIMULATOR_PORT"))
    yield simulator
    simulator.close()


@pytest.fixture
def parent(product: RunningProduct, carrier: SimulatorCarrier) -> Parent:
    """Return a parent with a phone and an address of their own, not invited yet."""
    nth = next(_numbers)
    return Parent(
        product=product,
        carrier=carrier,
        number=f"+447700900{nth}",
        email=f"parent{nth}@example.com",
    )
