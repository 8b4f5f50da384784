"""JSON logs: an event and facts, one line each, on standard output."""

import logging
import sys

import structlog


def configure_logs(level: str) -> None:
    """Send our own events and those of the libraries out as JSON lines.

    Libraries are heard from WARNING on; their message is replaced by the name of the logger, since
    they may quote what they were given.
    """
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers = [_LibraryEvents()]
    root.setLevel(logging.WARNING)


class _LibraryEvents(logging.Handler):
    """Says which library complained where, never what about."""

    def emit(self, record: logging.LogRecord) -> None:
        event = structlog.get_logger("library")
        event.warning(
            "library.complaint",
            logger=record.name,
            severity=record.levelname.lower(),
            where=f"{record.filename}:{record.lineno}",
            error=record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None,
        )
