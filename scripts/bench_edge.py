"""Race our edge against Rasa's own Twilio channel: acknowledgement time under a steady load.

Texts arrive at a fixed rate whether or not earlier ones were answered, as from a carrier. What
stands behind each is not the same. Behind ours: an assistant of the tests that answers at once,
since only edge and workers are measured. Behind stock Rasa: its own model, trained on our data for
a few epochs (more would make no answer slower), with an action server that answers at once. Stock
Rasa acknowledges when the turn is over, so its model's time is in its acknowledgement, and ours is
not; that is what its channel is like.

Answers are counted on the phones, per number, so that one that came twice hides none that is lost.
Prints a table; the last line is JSON; exits 1 where a text of ours is lost, answered twice or not
acknowledged, or acknowledged too slowly. `-k gevent` runs ours on gevent's workers, to compare.
"""

import argparse
import http.client
import json
import secrets
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.bench import stock
from tests.messaging.neighbours import Carrier, Neighbour, signature
from tests.messaging.world import OURS, PUBLIC, World, until
from tests.standins.ports import free_port

PATH = "/webhooks/twilio/sms"
QUIET_S = 3.0
"""Whatever comes twice has time to come."""
PATIENCE_S = 15.0
"""As long as Twilio waits."""
TAKEN = {http.client.OK, http.client.NO_CONTENT}
"""Our door answers with TwiML, stock Rasa's with nothing."""
PHONES = 800
THREADS = 64
MOST_P99_MS = 250.0
"""A bound for the acknowledgement at 100 texts a second on two cores; Twilio waits 15 s."""

Result = dict[str, Any]


def _form(account: str, number: str, body: str) -> dict[str, str]:
    return {
        "MessageSid": "SM" + secrets.token_hex(16),
        "AccountSid": account,
        "From": number,
        "To": OURS,
        "Body": body,
        "NumMedia": "0",
    }


Form = tuple[dict[str, str], dict[str, str]]
"""Fields and headers."""


class Load:
    """Posts forms to one address at a steady rate and notes how long each answer took."""

    def __init__(self, url: str) -> None:
        self._address = urlsplit(url)
        self._local = threading.local()
        self._lock = threading.Lock()
        self.took_s: list[float] = []
        self.taken: list[tuple[str, str]] = []
        """Number and words of each text that was acknowledged."""
        self.failed = 0

    def run(self, forms: list[Form], rate: float) -> None:
        """Post them all; the n-th leaves after n / rate seconds."""
        began = time.monotonic()
        with ThreadPoolExecutor(THREADS) as pool:
            for n, form in enumerate(forms):
                pause = began + n / rate - time.monotonic()
                if pause > 0:
                    time.sleep(pause)
                # From when it should have left: a queue in front of a slow server counts.
                pool.submit(self._post, form, began + n / rate)

    def _post(self, form: Form, due: float) -> None:
        try:
            # A carrier has given up by now on what could not even be begun.
            status = self._send(form) if time.monotonic() - due < PATIENCE_S else 0
        except (OSError, http.client.HTTPException):
            self._local.connection = None
            status = 0
        with self._lock:
            if status in TAKEN:
                self.took_s.append(time.monotonic() - due)
                self.taken.append((form[0]["From"], form[0]["Body"]))
            else:
                self.failed += 1

    def _send(self, form: Form) -> int:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            address = self._address
            connection = http.client.HTTPConnection(
                str(address.hostname), address.port, timeout=PATIENCE_S
            )
            self._local.connection = connection
        fields, headers = form
        headers = {"Content-Type": "application/x-www-form-urlencoded"} | headers
        connection.request("POST", self._address.path, urlencode(fields), headers)
        response = connection.getresponse()
        response.read()
        return int(response.status)

    def result(self) -> Result:
        """Return percentiles in milliseconds and what failed."""
        took = sorted(self.took_s)

        def at(share: float) -> float | None:
            return round(took[int((len(took) - 1) * share)] * 1000, 1) if took else None

        return {
            "taken": self.taken,
            "acknowledged": len(took),
            "not_acknowledged": self.failed,
            "p50_ms": at(0.5),
            "p95_ms": at(0.95),
            "p99_ms": at(0.99),
        }


def _posted(url: str, forms: list[Form], rate: float) -> Result:
    load = Load(url)
    load.run(forms, rate)
    return load.result()


def put_under_load(url: str, forms: list[Form], rate: float) -> Result:
    """Post from a process of its own, so that the stand-ins of this one do not slow it down."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_posted, url, forms, rate).result()


def _forms(account: str, rate: float, seconds: float) -> list[dict[str, str]]:
    return [
        _form(account, f"+447700900{100 + n % PHONES}", f"what is the hub {n}")
        for n in range(int(rate * seconds))
    ]


def ours(folder: Path, rate: float, seconds: float, worker_class: str) -> Result:
    """Load our edge; every text has to be answered in the end."""
    world = World(
        folder,
        LEASE_S="20",
        TICK_S="1.0",
        LOG_LEVEL="WARNING",
        LIMIT_TURNS_PER_HOUR="1000000",
        LIMIT_SEGMENTS_PER_HOUR="1000000",
        EDGE_WORKER_CLASS=worker_class,
    )
    try:
        world.start()

        forms = [
            (form, {"X-Twilio-Signature": signature(world.token, PUBLIC + PATH, [*form.items()])})
            for form in _forms(world.sid, rate, seconds)
        ]
        began = time.monotonic()
        result = put_under_load(world.public(PATH), forms, rate)
        wanted = Counter((number, f"You said: {body}") for number, body in result.pop("taken"))
        try:
            until(lambda: not _lost(wanted, world.carrier), within_s=300)
        except AssertionError:
            print("not every text was answered")
        result["all_answered_after_s"] = round(time.monotonic() - began, 1)
        time.sleep(QUIET_S)
        result["answered"] = len(world.carrier.sent)
        result["lost"] = _lost(wanted, world.carrier)
        result["twice"] = sum(count - 1 for count in _on_phones(world.carrier).values())
        return result
    finally:
        world.stop()


def _on_phones(carrier: Carrier) -> Counter[tuple[str, str]]:
    with carrier.lock:
        return Counter((text.to, text.body) for text in carrier.sent)


def _lost(wanted: Counter[tuple[str, str]], carrier: Carrier) -> int:
    """Return how many answers stand on no phone; each is to its own number, in its own words."""
    return (wanted - _on_phones(carrier)).total()


class Actions(Neighbour):
    """An action server that takes no time: stock Rasa's own speed is what is measured."""

    def answer(self, *_request: Any) -> tuple[int, Any]:
        """Say one sentence, whatever the action."""
        return 200, {"events": [], "responses": [{"text": "Thank you."}]}


def stock_rasa(rate: float, seconds: float, epochs: int) -> Result:
    """Load Rasa's own channel: no signature is asked for, so none is made."""
    account, token = "AC" + secrets.token_hex(16), secrets.token_hex(16)
    stock.install()
    training = stock.train(epochs)
    carrier, actions = Carrier(account, token), Actions()
    try:
        with stock.running(
            port=free_port(),
            account=account,
            token=token,
            number=OURS,
            api=carrier.url,
            actions=f"{actions.url}/webhook",
            actions_token=token,
            epochs=epochs,
        ) as server:
            forms: list[Form] = [(form, {}) for form in _forms(account, rate, seconds)]
            result = put_under_load(server.webhook, forms, rate)
            time.sleep(QUIET_S)
    finally:
        carrier.stop()
        actions.stop()
    result |= {"epochs": epochs, "training_s": training.seconds}
    result["answered"] = len(carrier.sent)
    # Its answers do not show what they answer: they are counted per number.
    wanted = Counter(number for number, _body in result.pop("taken"))
    result["lost"] = (wanted - Counter(text.to for text in carrier.sent)).total()
    return result


def main() -> int:
    """Run the race and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=100.0, help="texts a second")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--stock-epochs", type=int, default=5, help="100: as Rasa suggests")
    parser.add_argument("--without-stock", action="store_true", help="only our own edge")
    parser.add_argument("-k", "--worker-class", default="gthread", choices=("gthread", "gevent"))
    parser.add_argument("--most-p99-ms", type=float, default=MOST_P99_MS)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        results = {"ours": ours(Path(folder), chosen.rate, chosen.seconds, chosen.worker_class)}
    if not chosen.without_stock:
        results["stock"] = stock_rasa(chosen.rate, chosen.seconds, chosen.stock_epochs)
    for name, result in results.items():
        print(name)
        for fact, value in result.items():
            print(f"    {fact:<22} {value}")
    mine = results["ours"]
    is_good = (mine["lost"], mine["twice"], mine["not_acknowledged"]) == (0, 0, 0)
    is_good = is_good and mine["p99_ms"] is not None and mine["p99_ms"] <= chosen.most_p99_ms
    facts = {"rate": chosen.rate, "seconds": chosen.seconds, "most_p99_ms": chosen.most_p99_ms}
    print(json.dumps({"ok": is_good, **facts, **results}))
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
