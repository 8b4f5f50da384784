"""Sees every comparison of what a person typed with what is right, whoever asks for it."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any
from unittest import mock

from hub.accounts import code_texts, password_check, recovery_codes, totp
from tests.hub.parts import MovableClock

COMPARISONS = (
    (code_texts, "is_code_of"),
    (totp, "matching_steps"),
    (recovery_codes, "_matching"),
    (password_check, "_is_right"),
)


class Spy:
    """Notes when something wrong was compared."""

    def __init__(self, counted: Counter[str], clock: MovableClock) -> None:
        self.wrong: list[datetime] = []
        self._counted = counted
        self._clock = clock

    def _seen(self, compare: Callable[..., Any]) -> Callable[..., Any]:
        def seen(*given: Any, **named: Any) -> Any:
            right = compare(*given, **named)
            if not right:
                self._counted["compared"] += 1
                self.wrong.append(self._clock.now())
            return right

        return seen

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch until the block ends."""
        with ExitStack() as stack:
            for module, name in COMPARISONS:
                seen = self._seen(getattr(module, name))
                stack.enter_context(mock.patch.object(module, name, seen))
            yield
