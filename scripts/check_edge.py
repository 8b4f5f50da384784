"""Prove the text-message edge: nothing lost, nothing twice, nothing forged, nothing over a ceiling.

Starts the real processes with a carrier and an assistant of the tests beside them, breaks what can
be broken, and counts on the phones. Prints a table; the last line is JSON; exits 1 where a proof
fails. `--texts 2000` takes some minutes.
"""

import argparse
import itertools
import json
import logging
import random
import secrets
import shutil
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import hypothesis
import structlog
from hypothesis import HealthCheck, Phase, given, settings

from messaging import segments
from messaging.errors import TextRefused, TooMany
from messaging.limits import Limits
from messaging.masking import mask
from messaging.migrate import to_latest
from messaging.requested import SECURITY_CODE, Request, RequestedTexts, Senders
from tests.messaging import pumped
from tests.messaging.mortal import OURS, Bench
from tests.messaging.redis_server import RedisServer
from tests.messaging.storm import Storm
from tests.messaging.test_faults import Step, run, sequences, without_delay
from tests.messaging.world import PUBLIC, World, until
from tests.webhooks.forgeries import FORGER, FORGERIES, Account, Webhook, forgeries, odd_ones

FORGED = GOOD = 500
ASKED = 10_000
CROWN_DEPENDENCIES = ("+4477977", "+4477811", "+4476241")
"""Mobiles of Jersey, Guernsey and the Isle of Man: +44, and not the United Kingdom."""
VECTORS = {
    "empty": ("", 1),
    "160 letters": ("a" * 160, 1),
    "161 letters": ("a" * 161, 2),
    "306 letters": ("a" * 306, 2),
    "307 letters": ("a" * 307, 3),
    "36 emoji": ("😀" * 36, 2),
    "35 emoji": ("😀" * 35, 1),
    "68 emoji": ("😀" * 68, 3),
    "152 letters, euro, 152 letters": ("a" * 152 + "€" + "a" * 152, 3),
    "80 euro": ("€" * 80, 1),
    "1,600 letters": ("a" * 1600, 11),
    "70 with a curly quote": ("a" * 69 + "’", 1),
    "71 with a curly quote": ("a" * 70 + "’", 2),
}
"""A text and its segments, counted by hand."""
MOST_MASKING_MS = 250.0
"""Of one processor, for one text: as long as a webhook may take (docs/figures.md)."""
LONGEST_SHOWN = 24

Result = dict[str, Any]


def check_storm(folder: Path, texts: int, seed: int) -> Result:
    """Let a storm blow over the real processes and count on the phones."""
    world = World(folder, LIMIT_TURNS_PER_HOUR="100000", LIMIT_SEGMENTS_PER_HOUR="1000000")
    storm = Storm(world, seed=seed, texts=texts, phones=40, writers=8, harm_every_s=(1.5, 6.0))
    try:
        world.start()
        storm.blow(settle_s=240)
    except AssertionError as exc:
        print(f"storm: {exc}")
    finally:
        world.stop()
    sent = sum(map(len, storm.expected.values()))
    return {
        "texts": sent,
        "lost": storm.missing(),
        "twice": storm.twice(),
        "against_the_carriers_rules": len(world.carrier.against_the_rules),
        "out_of_order": len(storm.out_of_order()),
        "faults": sum(storm.done.values()),
        "kinds_of_fault": dict(sorted(storm.done.items())),
        "ok": sent >= texts
        and not world.carrier.against_the_rules
        and (storm.missing(), storm.twice(), storm.out_of_order()) == (0, 0, []),
    }


def check_kill_points(folder: Path, redis_url: str, texts: int, seed: int) -> Result:
    """Draw sequences of faults in one process, with a kill before or after any commit or send.

    The same sequences for the same seed.
    """
    template = folder / "empty.db"
    to_latest(f"sqlite:///{template}")
    counts: Counter[str] = Counter()

    def prove(steps: list[Step]) -> None:
        place = folder / secrets.token_hex(4)
        place.mkdir()
        shutil.copy(template, place / "messaging.db")
        url = f"sqlite:///{place / 'messaging.db'}"
        bench = Bench(folder=place, redis_url=redis_url, database_url=url)
        expected = run(bench, steps)
        got = {number: without_delay(bench.carrier.bodies(number)) for number in expected}
        counts["sequences"] += 1
        counts["texts"] += sum(map(len, expected.values()))
        bench.close()
        shutil.rmtree(place)
        if got != expected:
            counts["wrong"] += 1
            print(f"kill points: {steps}")

    profile = settings(
        max_examples=50,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    for turn in itertools.count():
        if counts["texts"] >= texts:
            break
        hypothesis.seed(f"{seed} {turn}")(profile(given(sequences(least=30))(prove)))()
    return {**counts, "wrong": counts["wrong"], "ok": counts["wrong"] == 0}


def check_forgeries(folder: Path, seed: int) -> Result:
    """Send forged and odd webhooks to a real edge; count what is accepted and what is answered."""
    world = World(folder, LIMIT_TURNS_PER_HOUR="100000")
    account = Account(sid=world.sid, token=world.token, public=PUBLIC)
    numbers = [f"+447700900{n}" for n in range(100, 120)]
    good = odd_ones(account, numbers, GOOD, seed)
    try:
        world.start()
        with httpx.Client(trust_env=False, timeout=30) as client:
            accepted = [
                w.kind for w in forgeries(account, FORGED, seed) if _posted(world, client, w)
            ]
            taken = sum(_posted(world, client, w) for w in good)
            replayed = sum(_posted(world, client, w) for w in good[:50])
        until(lambda: len(world.carrier.sent) >= GOOD, within_s=120)
        time.sleep(2)
        answers = len(world.carrier.sent)
        to_forger = sum(len(world.carrier.bodies(number)) for number in (FORGER, "+447700900667"))
    finally:
        world.stop()
    return {
        "forged": FORGED,
        "kinds": len(FORGERIES),
        "forged_accepted": len(accepted),
        "forged_answered": to_forger,
        "good": GOOD,
        "good_taken": taken,
        "replayed": replayed,
        "answers": answers,
        "ok": not accepted and to_forger == 0 and taken == GOOD and answers == GOOD,
    }


def _posted(world: World, client: httpx.Client, webhook: Webhook) -> bool:
    response = client.post(
        world.public(webhook.path), content=webhook.body, headers=webhook.headers
    )
    return response.status_code == 200


def check_ceilings(folder: Path, redis_url: str, seed: int) -> Result:
    """Ask for far too many texts, as somebody would who had the hub's key, and count the sent."""
    chance = random.Random(seed)  # noqa: S311 - a run can be repeated
    url = f"sqlite:///{folder / 'ceilings.db'}"
    to_latest(url)
    limits = Limits()
    bench = Bench(folder=folder, redis_url=redis_url, database_url=url, limits=limits)
    texts = RequestedTexts(
        database=bench.database,
        contacts=bench.contacts,
        wakeups=bench.wakeups,  # type: ignore[arg-type]
        senders=Senders(two_way=OURS, codes=OURS),
        seal_key=bench.seal_key,
        regions=("GB",),
        allow_drama=False,
        limits=limits,
        texts=bench.texts,
        clock=bench.clock,
    )
    makers: dict[str, Callable[[], str]] = {
        "one number": lambda: "+447712345678",
        "a pumped block": lambda: f"+44771300{chance.randrange(10_000):04d}",
        "any mobile": lambda: f"+4477{chance.randrange(10, 50)}{chance.randrange(10**6):06d}",
        "foreign": lambda: (
            chance.choice(("+1202555", "+35387123", "+4860123")) + f"{chance.randrange(10_000):04d}"
        ),
        "Crown dependencies": lambda: (
            chance.choice(CROWN_DEPENDENCIES) + f"{chance.randrange(100_000):05d}"
        ),
        "070 and premium": lambda: (
            chance.choice(("+447012", "+449091")) + f"{chance.randrange(10**6):06d}"
        ),
    }
    allowed: Counter[str] = Counter()
    for n in range(ASKED):
        kind = list(makers)[n % len(makers)]
        wanted = Request(
            idempotency_key=str(n),
            to=makers[kind](),
            body="123456 is your code",
            purpose=SECURITY_CODE,
            valid_for=timedelta(minutes=10),
        )
        try:
            texts.create(wanted)
        except (TextRefused, TooMany):
            continue
        allowed[kind] += 1
    bench.outbox.send_due()
    sent = Counter(text.to for text in bench.carrier.sent)
    bench.close()
    abroad = sum(
        count
        for to, count in sent.items()
        if not to.startswith("+447") or to.startswith(CROWN_DEPENDENCIES)
    )
    personal = sum(count for to, count in sent.items() if to.startswith("+4470"))
    return {
        "asked": ASKED,
        "sent": sent.total(),
        "ceiling": limits.requested_an_hour,
        "to_one_number": sent["+447712345678"],
        "to_one_block": allowed["a pumped block"],
        "not_gb_or_070": abroad + personal,
        "ok": sent.total() == limits.requested_an_hour
        and sent["+447712345678"] <= limits.per_number_a_day
        and allowed["a pumped block"] <= limits.per_block_an_hour
        and abroad + personal == 0,
    }


def check_segments() -> Result:
    """Compare with what was counted by hand."""
    wrong = [
        name for name, (text, count) in VECTORS.items() if segments.measure(text).segments != count
    ]
    return {"vectors": len(VECTORS), "wrong": wrong, "ok": not wrong}


def check_busy_texts() -> Result:
    """Time the masking of texts that are made to keep its patterns busy."""
    times = {}
    for text in pumped.texts():
        began = time.process_time()
        mask(text)
        times[text[:LONGEST_SHOWN]] = (time.process_time() - began) * 1000
    slowest = max(times, key=times.__getitem__)
    return {
        "texts": len(times),
        "median_ms": round(statistics.median(times.values()), 1),
        "slowest_ms": round(times[slowest], 1),
        "slowest": slowest,
        "ok": times[slowest] < MOST_MASKING_MS,
    }


def main() -> int:
    """Run every proof and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--proof", action="append", help="only this one; may be repeated")
    chosen = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    redis = RedisServer()
    results: dict[str, Result] = {}
    with tempfile.TemporaryDirectory(prefix="edge-") as name:
        folders = {proof: Path(name) / proof for proof in ("storm", "points", "forged", "many")}
        for folder in folders.values():
            folder.mkdir()
        redis.start()
        try:
            proofs: dict[str, Callable[[], Result]] = {
                "segments": check_segments,
                "busy texts": check_busy_texts,
                "ceilings": lambda: check_ceilings(folders["many"], redis.url, chosen.seed),
                "forgeries": lambda: check_forgeries(folders["forged"], chosen.seed),
                "kill points": lambda: check_kill_points(
                    folders["points"], redis.url, chosen.texts, chosen.seed
                ),
                "storm": lambda: check_storm(folders["storm"], chosen.texts, chosen.seed),
            }
            for proof, prove in proofs.items():
                if chosen.proof and proof not in chosen.proof:
                    continue
                began = time.monotonic()
                results[proof] = prove()
                results[proof]["seconds"] = round(time.monotonic() - began, 1)
                _show(proof, results[proof])
        finally:
            redis.stop()
    is_good = all(result["ok"] for result in results.values())
    print(json.dumps({"ok": is_good, "seed": chosen.seed, **results}))
    return 0 if is_good else 1


def _show(proof: str, result: Result) -> None:
    print(f"{proof:<12} {'ok' if result['ok'] else 'FAILED'}")
    for name, value in result.items():
        if name != "ok":
            print(f"    {name:<18} {value}")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
