"""Logs that cannot hold what a person wrote.

Our own lines are an event and named facts. Rasa's lines, and those of every other library, are
built from texts, trackers and numbers, so of them only the place in the code is written, never the
words: whoever reads the log looks the sentence up there.
"""

import json
import logging
import sys
import warnings
from collections.abc import MutableMapping
from datetime import datetime, timezone
from types import TracebackType
from typing import Any, Final, TextIO

import structlog

OURS: Final = ("bot", "wire")
_STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_PLAIN: Final = (str, int, float, bool, type(None))


class FactsOnly(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, timezone.utc).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if record.name.partition(".")[0] in OURS:
            line["event"] = str(record.msg)
            line.update(_facts(record))
        else:
            line["event"] = "library.said"
            line["where"] = f"{record.module}:{record.lineno}"
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["raised"] = _innermost(record.exc_info[2])
        return json.dumps(line)


def _innermost(traceback: TracebackType | None) -> str | None:
    """Return the place in the code where an error arose; its words are not shown."""
    place = None
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename.rpartition("site-packages/")[2]
        place = f"{file}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return place


def configure(level: str, stream: TextIO = sys.stdout) -> None:
    """Send everything that is logged or warned of, by whomever, through one formatter."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(FactsOnly())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in OURS:
        # By name too: libraries set the root's level when they are imported.
        logging.getLogger(name).setLevel(level)
    for name, least in _LEAST.items():
        logging.getLogger(name).setLevel(max(least, root.level))
    take_over_structlog()
    warnings.showwarning = _log_warning


_LEAST: Final = {
    # What these say below a warning is about every request or event.
    "sanic": logging.WARNING,
    "sanic.access": logging.CRITICAL,
    "apscheduler": logging.WARNING,
    "asyncio": logging.WARNING,
    "tensorflow": logging.ERROR,
    "matplotlib": logging.ERROR,
    "rasa": logging.WARNING,
}


def _facts(record: logging.LogRecord) -> dict[str, Any]:
    """Return what was given as `extra`; anything but a plain value is named, not shown."""
    return {
        name: value if isinstance(value, _PLAIN) else type(value).__name__
        for name, value in vars(record).items()
        if name not in _STANDARD
    }


def take_over_structlog() -> None:
    """Let structlog write through the standard library; unconfigured, it prints every detail."""
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, _name_only],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _name_only(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> str:
    return str(event.get("event", ""))


def _log_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Log where a warning arose: Rasa's warnings quote the sentence they could not read."""
    del message, file, line
    if issubclass(category, (DeprecationWarning, PendingDeprecationWarning, FutureWarning)):
        return
    place = filename.rpartition("site-packages/")[2]
    logging.getLogger("bot.warnings").warning(
        "library.warned", extra={"category": category.__name__, "where": f"{place}:{lineno}"}
    )
