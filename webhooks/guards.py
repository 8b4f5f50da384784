"""Who may come in. A blueprint without a guard cannot be made."""

from collections.abc import Callable, Iterable
from typing import Any

import structlog
from flask import Blueprint, Response, abort, request

from clients.twilio import Signatures
from messaging import metrics
from wire.signing import bearer, bearer_is_valid

Guard = Callable[[], None]

SIGNATURE_HEADER = "X-Twilio-Signature"

_log = structlog.get_logger(__name__)


class GuardedBlueprint(Blueprint):
    """A blueprint whose every request passes its guard first."""

    def __init__(self, name: str, import_name: str, *, guard: Guard, **options: Any) -> None:
        super().__init__(name, import_name, **options)
        self.guard = guard
        self.before_request(guard)


def everybody() -> None:
    """Let everybody in: health, which says nothing about anybody."""


def signed_by_carrier(signatures: Signatures, *, public_base_url: str, account_sid: str) -> Guard:
    """Let in what the carrier signed, for our account, over the address that is configured.

    What the request says about its own host or scheme is not looked at: behind a proxy it is
    wrong, and anybody can write it.
    """

    def guard() -> None:
        query = request.query_string.decode("latin-1")
        url = public_base_url + request.path + (f"?{query}" if query else "")
        signature = request.headers.get(SIGNATURE_HEADER)
        if not signatures.are_valid(url, request.form, signature):
            metrics.FORGED.inc()
            _log.warning("webhook.forged", path=request.path, has_signature=signature is not None)
            abort(403)
        if request.form.get("AccountSid") != account_sid:
            _log.warning("webhook.of_another_account", path=request.path)
            abort(403)

    return guard


def key_of(keys: Iterable[str]) -> Guard:
    """Let in whoever has one of these keys, a browser too: it asks for it as a password."""
    accepted = tuple(keys)

    def guard() -> None:
        given = request.authorization
        password = given.password if given is not None and given.type == "basic" else None
        by_browser = None if password is None else bearer(password)
        if bearer_is_valid(request.headers.get("Authorization"), accepted):
            return
        if not bearer_is_valid(by_browser, accepted):
            abort(Response(status=401, headers={"WWW-Authenticate": 'Basic realm="messaging"'}))

    return guard


def bearer_of(keys: Iterable[str]) -> Guard:
    """Let in whoever has one of these keys."""
    accepted = tuple(keys)

    def guard() -> None:
        if not bearer_is_valid(request.headers.get("Authorization"), accepted):
            abort(401)

    return guard
