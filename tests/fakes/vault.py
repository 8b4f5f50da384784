"""A vault in memory, with the same interface and the same refusals as `clients.vault.Vault`."""

import secrets
from datetime import timedelta

from clients.errors import ClientError
from clients.vault import MAX_LIFETIME, VaultExpired
from tests.fakes.clock import FakeClock


class FakeVault:
    """Keeps values until their time is over by the test's clock."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self._values: dict[str, tuple[str, float]] = {}
        self.fails_with: ClientError | None = None

    def put(self, value: str, lifetime: timedelta = MAX_LIFETIME) -> str:
        self._maybe_fail()
        reference = secrets.token_hex(16)
        self._values[reference] = (value, self._clock.monotonic() + lifetime.total_seconds())
        return reference

    def get(self, reference: str) -> str:
        self._maybe_fail()
        value, end = self._values.get(reference, ("", 0.0))
        if self._clock.monotonic() >= end:
            raise VaultExpired
        return value

    def _maybe_fail(self) -> None:
        if self.fails_with is not None:
            raise self.fails_with
