"""The running simulator, as tests use it: its control API over HTTP."""

from typing import Any

import httpx

from tests.standins.phone import Phone, Received

LONGEST_WAIT_S = 60.0


class SimulatorCarrier:
    """A `Carrier` over the simulator's control API; also mails, faults and switches."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")
        self._client = httpx.Client(base_url=self.base_url, timeout=90.0, trust_env=False)

    def phone(self, number: str) -> Phone:
        """Return a phone with this number."""
        return Phone(self, number)

    def inbound(self, number: str, body: str) -> str:
        """Let a phone text the service; return the MessageSid."""
        return str(self.post(f"/phones/{number}/texts", {"body": body})["sid"])

    def outbound(self, number: str, *, after: int = 0, wait_s: float = 0.0) -> list[Received]:
        """Return what arrived on a phone after an id."""
        query = {"after": after, "wait": min(wait_s, LONGEST_WAIT_S)}
        texts = self.get(f"/phones/{number}/texts", query)["texts"]
        return [Received(id=text["id"], sender=text["other"], body=text["body"]) for text in texts]

    def mails(self, to: str, *, after: int = 0, wait_s: float = 0.0) -> list[dict[str, Any]]:
        """Return mails to an address after an id, oldest first."""
        query = {"to": to, "after": after, "wait": min(wait_s, LONGEST_WAIT_S)}
        mails: list[dict[str, Any]] = self.get("/mails", query)["mails"]
        return mails

    def order(self, target: str, kind: str, **details: Any) -> None:
        """Order a fault."""
        self.post("/faults", {"target": target, "kind": kind, **details})

    def switch(self, number: str, **switches: Any) -> None:
        """Set a phone's `behaviour` or `airplane_mode`."""
        self.post(f"/phones/{number}", switches)

    def set_up(self, **console: str | None) -> None:
        """Change what is set up in Twilio's console."""
        self.post("/console", console)

    def alerts(self, *, after: int = 0, wait_s: float = 0.0) -> list[dict[str, Any]]:
        """Return what Twilio's debugger holds."""
        query = {"after": after, "wait": wait_s}
        alerts: list[dict[str, Any]] = self.get("/alerts", query)["alerts"]
        return alerts

    def clear(self) -> None:
        """Begin again."""
        self._client.delete("/state").raise_for_status()

    def close(self) -> None:
        """Close the kept connections."""
        self._client.close()

    def get(self, path: str, query: dict[str, Any] | None = None) -> dict[str, Any]:
        """Ask the control API."""
        answer = self._client.get(path, params=query)
        answer.raise_for_status()
        document: dict[str, Any] = answer.json()
        return document

    def post(self, path: str, document: dict[str, Any]) -> dict[str, Any]:
        """Tell the control API."""
        answer = self._client.post(path, json=document)
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
        return told
