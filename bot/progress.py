"""Signs of life while the model is trained: which part, and for how long already."""

import logging
import re
import threading
import time
from types import TracebackType
from typing import Final, TextIO

RASA: Final = "rasa.engine.training.hooks"
"""Where Rasa logs the name of each part when its training starts."""
EVERY_S: Final = 15.0

_STARTS: Final = re.compile(r"Starting to train component '(?P<part>\w+)'")


class Progress(logging.Handler):
    """Says it on a stream for as long as it is entered."""

    def __init__(self, stream: TextIO, every_s: float = EVERY_S) -> None:
        """Take the stream, since Rasa's own output is held back meanwhile."""
        super().__init__(logging.INFO)
        self._stream = stream
        self._every_s = every_s
        self._began = time.monotonic()
        self._ended = threading.Event()
        self._logger = logging.getLogger(RASA)

    def __enter__(self) -> "Progress":
        """Listen to Rasa, and begin to count."""
        self._logger.addHandler(self)
        self._logger.setLevel(logging.INFO)
        threading.Thread(target=self._count, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: "type[BaseException] | None",
        error: "BaseException | None",
        trace: "TracebackType | None",
    ) -> None:
        """Say no more."""
        self._ended.set()
        self._logger.removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Name the part that is trained now."""
        found = _STARTS.match(record.getMessage())
        if found:
            self._say(found["part"])

    def _count(self) -> None:
        while not self._ended.wait(self._every_s):
            self._say("...")

    def _say(self, what: str) -> None:
        self._stream.write(f"  {time.monotonic() - self._began:3.0f} s  {what}\n")
        self._stream.flush()
