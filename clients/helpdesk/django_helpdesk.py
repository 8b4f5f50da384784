"""django-helpdesk 2.6 over its REST API.

What it does not have, and what stands for it: no idempotency key (a mark at the end of every post
of ours is looked for before posting), no list of a ticket's news (the list of all follow-ups, read
from its end back to the cursor), no names of users (the team speaks). A comment is rendered as a
Django template, and a tag that begins or ends in a parent's words would break it or show a field,
so the signs of a tag are kept apart; a `title` renames the ticket, so none is sent; a private
follow-up is never passed on.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import httpx

from clients.errors import Nonsense, Refused, Unreachable
from clients.helpdesk.port import Entry, Event, EventKind, Opened, Ticket

NEIGHBOUR: Final = "helpdesk"
TIMEOUT: Final = httpx.Timeout(15.0, connect=5.0)
PAGE: Final = 100
LONGEST_TITLE: Final = 200
AWAY: Final = frozenset({408, 425, 429, 500, 502, 503, 504})

URGENT, NORMAL = 1, 3
REOPENED, RESOLVED, CLOSED = 2, 3, 4

_MARK: Final = "[message {key}]"
_MARKED = re.compile(r"\[message [0-9a-f]{12}\]\s*\Z")
_KEY_SHOWN: Final = 12
_REFERENCE = re.compile(r"\[(?P<reference>EHC-[0-9A-Z]+)\]")
_TAG = re.compile(r"\{(?=[{%#])|[}%#](?=\})")
_BETWEEN: Final = "\u2060"
"""Word joiner: nobody sees it, and a template language does not see a tag."""


class DjangoHelpdesk:
    """Tickets in one queue of django-helpdesk."""

    name = "django-helpdesk"

    def __init__(self, base_url: str, *, token: str, queue: int) -> None:
        """Take its address, the token of a staff user of our own, and the queue's number."""
        self._http = httpx.Client(
            base_url=base_url.rstrip("/"),
            timeout=TIMEOUT,
            follow_redirects=False,
            trust_env=False,
            headers={"Authorization": f"Token {token}"},
        )
        self._queue = queue
        self._references: dict[int, str | None] = {}

    # ---- out --------------------------------------------------------------------------------

    def open(self, ticket: Ticket) -> Opened:
        """Make the ticket, unless one of its reference is there.

        Raises:
            Unreachable, Refused, Nonsense: as the port says.
        """
        found = self._find(ticket.reference)
        if found is None:
            found = self._call("POST", "/api/tickets/", json=self._document(ticket))
        number = _integer(found, "id")
        first = min((_integer(one, "id") for one in found.get("followup_set") or []), default=0)
        # Its own fields: only those that the council has added take a value.
        custom = {f"custom_{name}": value for name, value in ticket.fields.items()}
        known = {name: value for name, value in custom.items() if name in found}
        if any(found.get(name) != value for name, value in known.items()):
            self._call("PATCH", f"/api/tickets/{number}/", json=known)
        return Opened(remote_ref=str(number), remote_id=f"followup:{first or f'of {number}'}")

    def append(self, remote_ref: str, entry: Entry) -> str:
        """Add a private follow-up; a public one would be mailed to whoever is on copy.

        Raises:
            Unreachable, Refused, Nonsense: as the port says.
        """
        return self._post(remote_ref, entry, REOPENED if entry.reopens else None)

    def close(self, remote_ref: str, entry: Entry) -> str:
        """Add a last follow-up and set the ticket to resolved.

        Raises:
            Unreachable, Refused, Nonsense: as the port says.
        """
        return self._post(remote_ref, entry, RESOLVED)

    def _post(self, remote_ref: str, entry: Entry, new_status: int | None) -> str:
        mark = _MARK.format(key=entry.key[:_KEY_SHOWN])
        ticket = self._call("GET", f"/api/tickets/{remote_ref}/")
        for one in ticket.get("followup_set") or []:
            if mark in str(one.get("comment")):
                return f"followup:{_integer(one, 'id')}"
        who = "For your information:" if entry.is_note else "The parent writes:"
        urgent = ["URGENT"] if entry.urgent else []
        link = [] if entry.link is None else [f"The live conversation, for one hour: {entry.link}"]
        comment = "\n\n".join([*urgent, who, entry.text, *link, mark])
        document: dict[str, Any] = {
            "ticket": int(remote_ref),
            "comment": plain(comment),
            "public": False,
        }
        if new_status is not None:
            document["new_status"] = new_status
        return f"followup:{_integer(self._call('POST', '/api/followups/', json=document), 'id')}"

    def _document(self, ticket: Ticket) -> dict[str, Any]:
        fields = [f"{name.capitalize()}: {value}" for name, value in ticket.fields.items()]
        link = (
            []
            if ticket.link is None
            else [f"The live conversation, read-only, for one hour: {ticket.link}"]
        )
        description = "\n\n".join(
            [
                ticket.summary,
                *fields,
                HOW_TO,
                *link,
                "The conversation so far, UK times:",
                ticket.transcript,
                # The helpdesk copies it into a first, public follow-up.
                _MARK.format(key=ticket.case_id[:_KEY_SHOWN]),
            ]
        )
        custom = {f"custom_{name}": value for name, value in ticket.fields.items()}
        return {
            "queue": self._queue,
            "title": ticket.title[:LONGEST_TITLE],
            "description": plain(description),
            # Else every public follow-up would be mailed to it.
            "submitter_email": "",
            "priority": URGENT if ticket.urgent else NORMAL,
            **custom,
        }

    def _find(self, reference: str) -> dict[str, Any] | None:
        """Return the open ticket of a reference; None: there is none."""
        for page in self._from_the_end("/api/tickets/"):
            for ticket in page:
                if f"[{reference}]" in str(ticket.get("title")):
                    return ticket
            return None  # it would be among the newest
        return None

    # ---- in ---------------------------------------------------------------------------------

    def events(self, since: str | None, tickets: Iterable[str]) -> tuple[list[Event], str]:
        """Return public replies of people, and resolved tickets, after a cursor (a number).

        Raises:
            Unreachable, Refused, Nonsense: as the port says.
        """
        known = set(tickets)
        last = int(since or 0)
        fresh: list[dict[str, Any]] = []
        for page in self._from_the_end("/api/followups/"):
            fresh += [one for one in page if _integer(one, "id") > last]
            if any(_integer(one, "id") <= last for one in page):
                break
        fresh.sort(key=lambda one: _integer(one, "id"))
        found = [event for one in fresh for event in self._events_of(one, known)]
        newest = max((_integer(one, "id") for one in fresh), default=last)
        return found, str(newest)

    def parse(self, headers: Mapping[str, str], body: bytes) -> list[Event]:  # noqa: ARG002 - it sends none that tell anything
        """Return what its webhook tells: everything that stands in the ticket, known or not.

        Raises:
            Nonsense: it is of another form.
        """
        try:
            document = json.loads(body)
            ticket = document["ticket"]
            title, followups = str(ticket["title"]), list(ticket["followup_set"])
        except (ValueError, KeyError, TypeError) as exc:
            raise Nonsense(NEIGHBOUR) from exc
        found = _REFERENCE.search(title)
        if found is None:
            return []
        return [
            event
            for one in followups
            for event in _read(one, found["reference"])
            if isinstance(one, dict)
        ]

    def _events_of(self, followup: dict[str, Any], known: set[str]) -> list[Event]:
        number = _integer(followup, "ticket")
        if str(number) in known:
            return _read(followup, str(number))
        # A reply can come before we know that the ticket is there.
        reference = self._reference_of(number)
        return [] if reference is None else _read(followup, reference)

    def _reference_of(self, number: int) -> str | None:
        if number not in self._references:
            title = str(self._call("GET", f"/api/tickets/{number}/").get("title"))
            found = _REFERENCE.search(title)
            self._references[number] = None if found is None else found["reference"]
        return self._references[number]

    def _from_the_end(self, path: str) -> Iterator[list[dict[str, Any]]]:
        """Yield the pages of a list, the last one first."""
        count = _integer(self._call("GET", path, params={"page_size": 1}), "count")
        for number in range((count + PAGE - 1) // PAGE, 0, -1):
            page = self._call("GET", path, params={"page_size": PAGE, "page": number})
            results = page.get("results")
            if not isinstance(results, list):
                raise Nonsense(NEIGHBOUR)
            yield results

    def _call(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        try:
            response = self._http.request(method, path, **request)
        except httpx.HTTPError as exc:
            raise Unreachable(NEIGHBOUR, type(exc).__name__) from exc
        if response.status_code in AWAY:
            raise Unreachable(NEIGHBOUR, f"answered {response.status_code}")
        if response.is_client_error:
            raise Refused(NEIGHBOUR, status=response.status_code)
        try:
            document = response.json()
        except ValueError:
            document = None
        if not response.is_success or not isinstance(document, dict):
            raise Nonsense(NEIGHBOUR, f"answered {response.status_code}")
        return document


HOW_TO: Final = (
    "Answer the parent by a public comment. A private one stays here, and so does a line that "
    'begins with "note:". "back to assistant" on a line of its own hands the parent back; '
    "resolving the ticket ends the conversation."
)


def plain(text: str) -> str:
    """Return the text as one that the helpdesk's template language leaves alone."""
    return _TAG.sub(lambda found: found.group() + _BETWEEN, text)


def _read(followup: dict[str, Any], ticket: str) -> list[Event]:
    comment = str(followup.get("comment") or "")
    if _MARKED.search(comment):
        return []  # ours
    number = _integer(followup, "id")
    found = []
    files = len(followup.get("followupattachment_set") or [])
    if followup.get("public") is True and followup.get("user") and (comment.strip() or files):
        found.append(
            Event(
                remote_id=f"followup:{number}",
                kind=EventKind.REPLY,
                ticket=ticket,
                text=comment.strip(),
                files=files,
            )
        )
    if followup.get("new_status") in (RESOLVED, CLOSED):
        found.append(
            Event(
                remote_id=f"followup:{number}/status",
                kind=EventKind.RESOLVED,
                ticket=ticket,
            )
        )
    return found


def _integer(document: dict[str, Any], name: str) -> int:
    value = document.get(name)
    if not isinstance(value, int):
        raise Nonsense(NEIGHBOUR)
    return value
