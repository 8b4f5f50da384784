"""Webhooks that the carrier did not send, by kind, and odd ones that it did."""

import base64
import hashlib
import hmac
import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.messaging.neighbours import signature

PATH = "/webhooks/twilio/sms"
FORM = "application/x-www-form-urlencoded"
Fields = list[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Account:
    """What the carrier and the edge share, and where the edge is for the carrier."""

    sid: str
    token: str
    public: str


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """A request as it goes over the wire."""

    kind: str
    body: bytes
    path: str = PATH
    headers: dict[str, str] = field(default_factory=dict)
    sid: str = ""


def _fields(account: Account, chance: random.Random, number: str) -> Fields:
    return [
        ("MessageSid", "SM" + secrets.token_hex(16)),
        ("AccountSid", account.sid),
        ("From", number),
        ("To", "+447700900999"),
        ("Body", "words " + "".join(chance.choices("bcdfghjk", k=9))),
        ("NumMedia", "0"),
    ]


def _webhook(
    kind: str,
    fields: Fields,
    signed: str | None,
    *,
    path: str = PATH,
    headers: dict[str, str] | None = None,
) -> Webhook:
    all_headers = {"Content-Type": FORM} | (headers or {})
    if signed is not None:
        all_headers["X-Twilio-Signature"] = signed
    sid = dict(fields).get("MessageSid", "")
    return Webhook(
        kind=kind, body=urlencode(fields).encode(), path=path, headers=all_headers, sid=sid
    )


def _changed(fields: Fields, name: str, value: str) -> Fields:
    return [(n, value if n == name else v) for n, v in fields]


def _sha256(account: Account, fields: Fields) -> str:
    signed = account.public + PATH + "".join(n + v for n, v in sorted(fields))
    digest = hmac.new(account.token.encode(), signed.encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


Maker = Callable[[Account, Fields, str, random.Random], Webhook]


def _flipped(good: str, chance: random.Random) -> str:
    # The last character before the padding has bits that base64 does not use.
    place = chance.randrange(len(good) - 2)
    other = "A" if good[place] != "A" else "B"
    return good[:place] + other + good[place + 1 :]


def _over(address: str) -> Maker:
    return lambda a, f, g, c: _webhook("", f, signature(a.token, address + PATH, f))


def _altered(name: str, value: str) -> Maker:
    return lambda a, f, g, c: _webhook("", _changed(f, name, value), g)


def _with(signed: Callable[[Account, Fields, str, random.Random], str | None]) -> Maker:
    return lambda a, f, g, c: _webhook("", f, signed(a, f, g, c))


def _host(account: Account, fields: Fields, _good: str, _chance: random.Random) -> Webhook:
    signed = signature(account.token, "https://evil.example" + PATH, fields)
    headers = {"X-Forwarded-Host": "evil.example", "X-Original-URL": "https://evil.example" + PATH}
    return _webhook("", fields, signed, headers=headers)


def _another_account(a: Account, f: Fields, _good: str, _chance: random.Random) -> Webhook:
    changed = _changed(f, "AccountSid", "AC" + "9" * 32)
    return _webhook("", changed, signature(a.token, a.public + PATH, changed))


def _no_account(a: Account, f: Fields, _good: str, _chance: random.Random) -> Webhook:
    changed = [pair for pair in f if pair[0] != "AccountSid"]
    return _webhook("", changed, signature(a.token, a.public + PATH, changed))


FORGERIES: dict[str, Maker] = {
    "no signature": _with(lambda a, f, g, c: None),
    "empty signature": _with(lambda a, f, g, c: ""),
    "not base64": _with(lambda a, f, g, c: "!" * 28),
    "random bytes": _with(lambda a, f, g, c: base64.b64encode(c.randbytes(20)).decode()),
    "one character off": _with(lambda a, f, g, c: _flipped(g, c)),
    "cut short": _with(lambda a, f, g, c: g[: c.randrange(1, len(g))]),
    "made longer": _with(lambda a, f, g, c: g + "="),
    "case changed": _with(lambda a, f, g, c: g.swapcase()),
    "two in one header": _with(lambda a, f, g, c: f"{g}, {g}"),
    "another token": _with(lambda a, f, g, c: signature(c.randbytes(16).hex(), a.public + PATH, f)),
    "empty token": _with(lambda a, f, g, c: signature("", a.public + PATH, f)),
    "account id as token": _with(lambda a, f, g, c: signature(a.sid, a.public + PATH, f)),
    "sha256 for sha1": _with(lambda a, f, g, c: _sha256(a, f)),
    "over the url alone": _with(lambda a, f, g, c: signature(a.token, a.public + PATH, [])),
    "another host signed": _over("https://evil.example"),
    "loopback signed": _over("http://127.0.0.1"),
    "another scheme signed": lambda a, f, g, c: _webhook(
        "", f, signature(a.token, a.public.replace("https", "http") + PATH, f)
    ),
    "another path signed": lambda a, f, g, c: _webhook(
        "", f, signature(a.token, a.public + "/webhooks/twilio/status", f)
    ),
    "query added": lambda a, f, g, c: _webhook("", f, g, path=f"{PATH}?x={c.randrange(9)}"),
    "host of the caller's choice": _host,
    "body altered": _altered("Body", "send me the code"),
    "number altered": _altered("From", "+447700900666"),
    "id altered": lambda a, f, g, c: _webhook(
        "", _changed(f, "MessageSid", "SM" + c.randbytes(16).hex()), g
    ),
    "field added": lambda a, f, g, c: _webhook("", [*f, ("OptOutType", "STOP")], g),
    "field removed": lambda a, f, g, c: _webhook("", f[:-1], g),
    "field repeated": lambda a, f, g, c: _webhook("", [*f, ("Body", "more")], g),
    "form emptied": lambda a, f, g, c: _webhook("", [], g),
    "fields in the query": lambda a, f, g, c: _webhook("", [], g, path=PATH + "?" + urlencode(f)),
    "another account": _another_account,
    "no account": _no_account,
    "json for a form": lambda a, f, g, c: Webhook(
        kind="",
        body=b'{"Body":"hello"}',
        headers={"Content-Type": "application/json", "X-Twilio-Signature": g},
    ),
}


def forgeries(account: Account, count: int, seed: int) -> list[Webhook]:
    """Return so many forgeries, of every kind in turn."""
    chance = random.Random(seed)
    kinds = list(FORGERIES)
    made = []
    for n in range(count):
        kind = kinds[n % len(kinds)]
        fields = _fields(account, chance, "+447700900666")
        good = signature(account.token, account.public + PATH, fields)
        webhook = FORGERIES[kind](account, fields, good, chance)
        made.append(
            Webhook(
                kind=kind,
                body=webhook.body,
                path=webhook.path,
                headers=webhook.headers,
                sid=webhook.sid or dict(fields)["MessageSid"],
            )
        )
    return made


_QUERIES = ("", "?a=1", "?a=1&a=2&b=%2F", "?x=%C3%A9", "?", "?a=b=c&d", "?q=%20+%2B", "?;=;")
_VALUES = ("", " ", "é", "😀", "a=b&c=d", "%41", "+", "\n", "x" * 500, "日本語", "'\"<>", "0")


def odd_ones(account: Account, numbers: list[str], count: int, seed: int) -> list[Webhook]:
    """Return so many good webhooks with odd queries, fields, orders and encodings."""
    chance = random.Random(seed)
    made = []
    for n in range(count):
        fields = _fields(account, chance, numbers[n % len(numbers)])
        for _ in range(chance.randrange(6)):
            name = f"New{chance.choice('ABCDEFG')}{chance.randrange(30)}"
            fields.append((name, chance.choice(_VALUES)))
        chance.shuffle(fields)
        query = chance.choice(_QUERIES)
        # A bare "?" is not part of what a server sees.
        signed = signature(account.token, account.public + PATH + query.rstrip("?"), fields)
        headers = {"User-Agent": "TwilioProxy/1.1"} if n % 2 else {}
        if n % 3 == 0:
            headers["I-Twilio-Idempotency-Token"] = secrets.token_hex(16)
        webhook = _webhook("odd", fields, signed, path=PATH + query, headers=headers)
        made.append(webhook)
    return made
