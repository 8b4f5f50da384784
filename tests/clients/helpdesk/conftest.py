from collections.abc import Callable, Iterator

import pytest

from tests.clients.helpdesk.rigs import DjangoRig, EmailRig, FakeRig, Rig, SimulatorRig
from tests.standins import django_helpdesk, dovecot

needs_dovecot = pytest.mark.skipif(
    dovecot.BINARY is None, reason="needs an IMAP server: apt install dovecot-imapd"
)

RIGS: list[object] = [
    pytest.param(FakeRig, id="fake"),
    pytest.param(EmailRig, id="email", marks=needs_dovecot),
    pytest.param(SimulatorRig, id="simulator"),
    pytest.param(DjangoRig, id="django-helpdesk"),
]
"""A new adapter joins the suite with a line here (docs/helpdesk.md)."""


@pytest.fixture(params=RIGS, scope="module")
def running_rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    make: Callable[[], Rig] = request.param
    if make is DjangoRig and not django_helpdesk.is_installed():
        pytest.skip("needs requirements/helpdesk.txt: scripts/environments.sh helpdesk")
    made = make()
    yield made
    made.close()


@pytest.fixture
def rig(running_rig: Rig) -> Iterator[Rig]:
    """A helpdesk that runs; a test that stops it starts it again."""
    yield running_rig
    running_rig.comes_back()


@pytest.fixture(scope="module")
def running_mail() -> Iterator[EmailRig]:
    made = EmailRig()
    yield made
    made.close()


@pytest.fixture
def mail(running_mail: EmailRig) -> EmailRig:
    return running_mail
