"""People who have registered."""

from collections.abc import Callable

import pytest

from hub.accounts.hub import Hub
from tests.hub.parts import Invitation, MovableClock
from tests.hub.people import Parent, register


@pytest.fixture
def registered(
    hub: Hub, invite: Callable[..., Invitation], clock: MovableClock
) -> Callable[..., Parent]:
    """Register someone; the minutes that limits count have passed since."""

    def _registered(*by: str) -> Parent:
        parent = register(hub, invite(), by=by or ("text",))
        clock.pass_by(900)
        return parent

    return _registered


@pytest.fixture
def parent(registered: Callable[..., Parent]) -> Parent:
    """Someone whose codes come by text."""
    return registered("text")


@pytest.fixture
def app_user(registered: Callable[..., Parent]) -> Parent:
    """Someone whose codes come from an app."""
    return registered("app")


@pytest.fixture
def both(registered: Callable[..., Parent]) -> Parent:
    """Someone who has a number and an app."""
    return registered("text", "app")
