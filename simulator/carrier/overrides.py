"""Connection overrides: what the fragment of a webhook URL asks of Twilio (`#rc=2&rp=all`).

Source: Twilio, "Webhooks connection overrides".
"""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urldefrag

POLICIES = frozenset({"4xx", "5xx", "ct", "rt", "all"})


@dataclass(frozen=True, kw_only=True)
class Overrides:
    """How often and how patiently Twilio calls."""

    connect_s: float = 5.0
    read_s: float = 15.0
    total_s: float = 15.0
    """All attempts together."""
    retries: int = 1
    policies: frozenset[str] = frozenset({"ct"})
    """After which failures it tries again: by default only when it could not connect."""

    def retries_after(self, failure: str) -> bool:
        """Tell whether a failure (`ct`, `rt`, `4xx`, `5xx`) is one to try again after."""
        return failure in self.policies or "all" in self.policies


def _milliseconds(fields: dict[str, str], name: str, default_s: float, least: int) -> float:
    try:
        given = int(fields[name])
    except (KeyError, ValueError):
        return default_s
    most = 10_000 if name == "ct" else 15_000
    return given / 1000 if least <= given <= most else default_s


def read_overrides(url: str) -> tuple[str, Overrides]:
    """Split a URL from its overrides; one out of Twilio's range counts as not given."""
    bare, fragment = urldefrag(url)
    fields = dict(parse_qsl(fragment))
    retries = fields.get("rc", "")
    policies = frozenset(fields.get("rp", "").split(",")) & POLICIES
    return bare, Overrides(
        connect_s=_milliseconds(fields, "ct", Overrides.connect_s, least=100),
        read_s=_milliseconds(fields, "rt", Overrides.read_s, least=100),
        total_s=_milliseconds(fields, "tt", Overrides.total_s, least=100),
        retries=int(retries) if retries in {"0", "1", "2", "3", "4", "5"} else Overrides.retries,
        policies=policies or Overrides.policies,
    )
