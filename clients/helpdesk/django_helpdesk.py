"""django-helpdesk 2.6 over its REST API.

What it does not have, and what stands for it: no idempotency key (a mark at the end of every post
of ours is looked for before posting), no list of a ticket's news (the list of all follow-ups, read
from its end back to the cursor, its newest twice), no names of users (the team speaks). A comment
is rendered as a Django template, and a tag that begins or ends in a parent's words would break it
or show a field, so the signs of a tag are kept apart; a `title` renames the ticket, so none is
sent; a private follow-up is never passed on.
"""

import json
import re
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import httpx

from clients.errors import Nonsense, Refused
from clients.helpdesk.port import LONGEST_CALL_S, Entry, Event, EventKind, Opened, Ticket
from clients.helpdesk.rest import NEIGHBOUR, Calls

PAGE: Final = 100
MOST_PAGES_BACK: Final = 5
"""So far a ticket that an earlier try may have made is looked for."""
OVERLAP: Final = 20
"""So many of the newest numbers are looked at once more: a follow-up can be seen before a lower
number is, and before its files are."""
MOST_REMEMBERED: Final = 1_000
LONGEST_TITLE: Final = 200
GONE: Final = 404

URGENT, NORMAL = 1, 3
REOPENED, RESOLVED, CLOSED = 2, 3, 4

_MARK: Final = "[message {key}]"
_MARKED = re.compile(r"\[message [0-9a-f]{12}\]\s*\Z")
_KEY_SHOWN: Final = 12
_REFERENCE = re.compile(r"\[EHC-[0-9A-Z]+\]")
_NUMBER = re.compile(r"followup:(?P<number>\d+)")
_TAG = re.compile(r"\{(?=[{%#])|[}%#](?=\})")
_BETWEEN: Final = "\u2060"
"""Word joiner: nobody sees it, and a template language does not see a tag."""


class DjangoHelpdesk:
    """Tickets in one queue of django-helpdesk."""

    name = "django-helpdesk"

    def __init__(
        self,
        base_url: str,
        *,
        token: str,
        queue: int,
        page: int = PAGE,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take its address, the token of a staff user of our own, and the queue's number."""
        self._http = httpx.Client(
            base_url=base_url.rstrip("/"),
            follow_redirects=False,
            trust_env=False,
            headers={"Authorization": f"Token {token}"},
        )
        self._queue = queue
        self._page = page
        self._monotonic = monotonic
        self._is_ours: dict[int, bool] = {}
        self._own_user: int | None = None
        """Learned from the first follow-up of a ticket of ours."""

    # ---- out --------------------------------------------------------------------------------

    def open(self, ticket: Ticket) -> Opened:
        """Make the ticket, unless an earlier try has made it.

        Raises:
            Unreachable, Refused, Nonsense: as the port says.
        """
        calls = self._calls()
        found = self._find(calls, ticket) if ticket.may_be_there else None
        if found is None:
            found = calls.make("POST", "/api/tickets/", json=self._document(ticket))
        number = _integer(found, "id")
        self._share(calls, found, ticket.fields)
        opening = _opening(found)
        first = f"of {number}" if opening is None else _integer(opening, "id")
        return Opened(remote_ref=str(number), remote_id=f"followup:{first}")

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
        calls = self._calls()
        mark = _MARK.format(key=entry.key[:_KEY_SHOWN])
        ticket = calls.make("GET", f"/api/tickets/{remote_ref}/")
        if ticket.get("merged_to") is not None:
            # Nobody reads what is added to a ticket that was merged into another.
            raise Refused(NEIGHBOUR, status=GONE, problem="merged")
        self._share(calls, ticket, entry.fields, is_urgent=entry.urgent)
        for one in ticket.get("followup_set") or []:
            if mark in str(one.get("comment")):
                return f"followup:{_integer(one, 'id')}"
        who = "For your information:" if entry.is_note else "The parent writes:"
        urgent = ["URGENT"] if entry.urgent else []
        link = [] if entry.link is None else [f"The live conversation, for one hour: {entry.link}"]
        comment = "\n\n".join([*urgent, who, entry.text, *_lines(entry.fields), *link, mark])
        document: dict[str, Any] = {
            "ticket": int(remote_ref),
            "comment": plain(comment),
            "public": False,
        }
        if new_status is not None:
            document["new_status"] = new_status
        return f"followup:{_integer(calls.make('POST', '/api/followups/', json=document), 'id')}"

    @staticmethod
    def _share(
        calls: Calls,
        ticket: dict[str, Any],
        fields: Mapping[str, str],
        *,
        is_urgent: bool = False,
    ) -> None:
        """Put shared values into its own fields; only those that the council has added take one."""
        changes: dict[str, Any] = {
            name: value for name, value in _custom(fields).items() if name in ticket
        }
        if is_urgent:
            changes["priority"] = URGENT
        if any(ticket.get(name) != value for name, value in changes.items()):
            calls.make("PATCH", f"/api/tickets/{_integer(ticket, 'id')}/", json=changes)

    def _document(self, ticket: Ticket) -> dict[str, Any]:
        link = (
            []
            if ticket.link is None
            else [f"The live conversation, read-only, for one hour: {ticket.link}"]
        )
        description = "\n\n".join(
            [
                ticket.summary,
                *_lines(ticket.fields),
                HOW_TO,
                *link,
                "The conversation so far, UK times:",
                ticket.transcript,
                # The helpdesk copies it into a first, public follow-up.
                _mark_of(ticket),
            ]
        )
        return {
            "queue": self._queue,
            "title": ticket.title[:LONGEST_TITLE],
            "description": plain(description),
            # Else every public follow-up would be mailed to it.
            "submitter_email": "",
            "priority": URGENT if ticket.urgent else NORMAL,
            **_custom(ticket.fields),
        }

    def _find(self, calls: Calls, ticket: Ticket) -> dict[str, Any] | None:
        """Return the ticket that an earlier try has made; None: there is none.

        Anybody can write our reference into a title; the mark is known to us alone until the
        ticket is there.
        """
        mark = _mark_of(ticket)
        pages = calls.pages_from_the_end("/api/tickets/", self._page)
        for page, _ in zip(pages, range(MOST_PAGES_BACK), strict=False):
            for one in page:
                if mark in str(one.get("description")) and one.get("merged_to") is None:
                    return one
        return None

    # ---- in ---------------------------------------------------------------------------------

    def events(self, since: str | None, tickets: Iterable[str]) -> tuple[list[Event], str]:
        """Return public replies of people, and resolved tickets, after a cursor.

        The cursor is the newest number, and those below it that are looked at once more.

        Raises:
            Unreachable, Refused, Nonsense: as the port says.
        """
        # A long pile after a long night takes its time: nothing waits for this.
        calls = Calls(self._http, self._monotonic)
        known, (last, again) = set(tickets), _read_cursor(since)
        read: dict[int, dict[str, Any]] = {}
        for page in calls.pages_from_the_end("/api/followups/", self._page):
            read |= {_integer(one, "id"): one for one in page}
            if since is None:
                # What was there before us is none of ours; it is not read through.
                last = min(read, default=1) - 1
            if since is None or any(number < min([*again, last + 1]) for number in read):
                break
        fresh = {n: one for n, one in sorted(read.items()) if n > last or n in again}
        found = [event for one in fresh.values() for event in self._events_of(calls, one, known)]
        newest = max([*fresh, last])
        later = (
            []
            if since is None
            else [
                number
                for number in range(max(newest - OVERLAP, 0) + 1, newest + 1)
                if number > last or (number in again and number not in fresh)
            ]
        )
        return found, f"{newest}:{','.join(map(str, later))}"

    def order(self, remote_id: str) -> int | None:
        """Return the number of a follow-up: theirs and ours are counted together."""
        found = _NUMBER.match(remote_id)
        return None if found is None else int(found["number"])

    def parse(self, headers: Mapping[str, str], body: bytes) -> list[Event]:  # noqa: ARG002 - it sends none that tell anything
        """Return what its webhook tells: everything that stands in a ticket of our queue.

        Raises:
            Nonsense: it is of another form.
        """
        try:
            ticket = json.loads(body)["ticket"]
            number, followups = _integer(ticket, "id"), list(ticket["followup_set"])
        except (ValueError, KeyError, TypeError, AttributeError) as exc:
            raise Nonsense(NEIGHBOUR) from exc
        if not self._looks_ours(ticket):
            return []
        own = _author(_opening(ticket))
        return [event for one in followups for event in _read(one, str(number), own)]

    def _events_of(self, calls: Calls, followup: dict[str, Any], known: set[str]) -> list[Event]:
        number = _integer(followup, "ticket")
        # A reply can come before we know that the ticket is there: it waits for its number.
        if str(number) not in known and not self._is_known(calls, number):
            return []
        if self._own_user is None and _is_marked(followup):
            self._own_user = _author(_opening(calls.make("GET", f"/api/tickets/{number}/")))
        return _read(followup, str(number), self._own_user)

    def _is_known(self, calls: Calls, number: int) -> bool:
        if number not in self._is_ours:
            if len(self._is_ours) >= MOST_REMEMBERED:
                self._is_ours.clear()
            self._is_ours[number] = self._looks_ours(calls.make("GET", f"/api/tickets/{number}/"))
        return self._is_ours[number]

    def _looks_ours(self, ticket: dict[str, Any]) -> bool:
        is_named = _REFERENCE.search(str(ticket.get("title"))) is not None
        return is_named and ticket.get("queue") == self._queue

    def _calls(self) -> Calls:
        return Calls(self._http, self._monotonic, within_s=LONGEST_CALL_S)


HOW_TO: Final = (
    "Answer the parent by a public comment. A private one stays here, and so does a line that "
    'begins with "note:". "back to assistant" on a line of its own hands the parent back; '
    "resolving the ticket ends the conversation."
)


def plain(text: str) -> str:
    """Return the text as one that the helpdesk's template language leaves alone."""
    return _TAG.sub(lambda found: found.group() + _BETWEEN, text)


def _read(followup: dict[str, Any], ticket: str, own_user: int | None) -> list[Event]:
    """Return what a follow-up tells; a mark alone makes it ours only while nobody knows our user.

    Whoever copies a post of ours copies its mark too.
    """
    if _is_marked(followup) and own_user in (None, followup.get("user")):
        return []
    comment = _MARKED.sub("", str(followup.get("comment") or "")).strip()
    number = _integer(followup, "id")
    found = []
    files = len(followup.get("followupattachment_set") or [])
    if followup.get("public") is True and followup.get("user") and (comment or files):
        found.append(
            Event(
                remote_id=f"followup:{number}",
                kind=EventKind.REPLY,
                ticket=ticket,
                text=comment,
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


def _read_cursor(since: str | None) -> tuple[int, frozenset[int]]:
    newest, _, again = (since or "0").partition(":")
    return int(newest), frozenset(int(number) for number in again.split(",") if number)


def _opening(ticket: dict[str, Any]) -> dict[str, Any] | None:
    """Return the follow-up that a ticket of ours began with; None: it is gone."""
    first = min(ticket.get("followup_set") or [], key=lambda one: _integer(one, "id"), default=None)
    return first if first is not None and _is_marked(first) else None


def _author(followup: dict[str, Any] | None) -> int | None:
    return None if followup is None else followup.get("user")


def _is_marked(followup: dict[str, Any]) -> bool:
    return _MARKED.search(str(followup.get("comment") or "")) is not None


def _mark_of(ticket: Ticket) -> str:
    return _MARK.format(key=ticket.case_id[:_KEY_SHOWN])


def _custom(fields: Mapping[str, str]) -> dict[str, str]:
    return {f"custom_{name}": value for name, value in fields.items()}


def _lines(fields: Mapping[str, str]) -> list[str]:
    return [f"{name.capitalize()}: {value}" for name, value in fields.items()]


def _integer(document: dict[str, Any], name: str) -> int:
    value = document.get(name)
    if not isinstance(value, int):
        raise Nonsense(NEIGHBOUR)
    return value
