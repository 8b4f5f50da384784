"""Race the product against stock Rasa on the same texts: `make bench`.

100 journeys by text message through every real process, then the same texts through stock Rasa
(its own Twilio channel, the pipeline of `rasa init`, our data and action server) in the same run.
Both talk to the same stand-in carrier. Prints a table; the last line is one JSON object. Exits 1
where a bound is broken: start to ready 20 s (from the words `make run` too), memory 1.5 GiB, text
to text p50 250 ms, training 180 s.
"""

import argparse
import json
import re
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from typing import Any

from launch.product import ROOT
from tests.bench import machine, own_start, stock
from tests.bench.carrier import TimedCarrier
from tests.bench.machine import Cost, cost_of
from tests.e2e.journey import INVITATION_CODE, SECURITY_CODE
from tests.e2e.running import RunningProduct, running_product
from tests.standins.ports import free_ports
from tests.standins.smtp import Mailbox

NUMBER = "+447700900001"
CODE_WITHIN_S = 15.0
NOT_MEASURED = Cost(0.0, 0.0)
START_BOUND_S, MEMORY_BOUND_MB, REPLY_BOUND_S, TRAIN_BOUND_S = 20.0, 1536.0, 0.250, 180.0


def quantile(values: list[float], share: float) -> float:
    """Return the value below which this share lies; NaN of nothing."""
    if len(values) < 2:
        return values[0] if values else float("nan")
    return statistics.quantiles(values, n=100, method="inclusive")[round(share * 100) - 1]


def journey(
    product: RunningProduct, carrier: TimedCarrier, mailbox: Mailbox, nth: int
) -> list[str]:
    """Register one parent by text; return what the parent typed."""
    number, email = f"+447700900{100 + nth}", f"parent{nth}@example.com"
    product.invite(email)
    found = INVITATION_CODE.search(mailbox.mails(email, wait_s=20)[-1]["text"])
    assert found, "no invitation code in the mail"
    typed = ["hi, I have an invitation to register", f"its {found.group()}"]
    typed += ["why do you need my number"]
    for text in typed:
        carrier.say(number, text)
    typed.append("ok")
    seen = carrier.last_id(number)
    carrier.say(number, "ok")
    code = security_code(carrier, number, after=seen)
    wrong = f"{(int(code.group(1)) + 1) % 10**6:06d}"
    for text in (wrong, code.group(1)):
        typed.append(text)
        answer = carrier.say(number, text)
    assert "verified" in answer, "the journey did not end"
    return typed


def security_code(carrier: TimedCarrier, number: str, *, after: int) -> re.Match[str]:
    """Return the code that was texted; it goes its own way and may come after the reply."""
    deadline = time.monotonic() + CODE_WITHIN_S
    while time.monotonic() < deadline:
        for text in carrier.outbound(number, after=after):
            if found := SECURITY_CODE.search(text.body):
                return found
        time.sleep(0.05)
    raise AssertionError(f"no security code within {CODE_WITHIN_S} s")


def figures(carrier: TimedCarrier) -> dict[str, Any]:
    """Return the latencies of one side in milliseconds."""
    return {
        "texts": len(carrier.acknowledged_s),
        "unanswered": carrier.unanswered,
        "reply_p50_ms": round(quantile(carrier.replied_s, 0.50) * 1000, 1),
        "reply_p95_ms": round(quantile(carrier.replied_s, 0.95) * 1000, 1),
        "ack_p50_ms": round(quantile(carrier.acknowledged_s, 0.50) * 1000, 1),
        "ack_p99_ms": round(quantile(carrier.acknowledged_s, 0.99) * 1000, 1),
    }


def set_up() -> tuple[Cost, Cost]:
    """Return what installing and training cost in a fresh clone (package cache as it is)."""
    folder = tempfile.mkdtemp(prefix="ehc-clone-")
    try:
        subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
        install, train = (
            cost_of(["make", target], cwd=folder, capture_output=True)
            for target in ("install", "train")
        )
        return install, train
    finally:
        shutil.rmtree(folder)


def main() -> int:
    """Run the race."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--journeys", type=int, default=100)
    parser.add_argument("--without-set-up", action="store_true", help="leave the fresh clone out")
    parser.add_argument("--stock-epochs", type=int, default=stock.EPOCHS, help="100: as suggested")
    options = parser.parse_args()
    install, train = (NOT_MEASURED, NOT_MEASURED) if options.without_set_up else set_up()
    stock_install, stock_train = stock.install(), stock.train(options.stock_epochs)
    own = own_start.measured()
    account, token = "AC" + secrets.token_hex(16), secrets.token_hex(16)
    with Mailbox() as mailbox, TimedCarrier(account=account, token=token, number=NUMBER) as ours:
        started = time.monotonic()
        with running_product(
            TWILIO_ACCOUNT_SID=account,
            TWILIO_AUTH_TOKEN=token,
            TWILIO_FROM=NUMBER,
            TWILIO_API_BASE_URL=ours.base_url,
            SMTP_URL=mailbox.url,
            ALLOW_DRAMA_NUMBERS="true",
        ) as product:
            start_s = time.monotonic() - started
            ours.webhook = product.url("EDGE_PORT", "/webhooks/twilio/sms")
            scripts = [
                journey(product, ours, mailbox, nth)
                for nth in progress(options.journeys, "our journey")
            ]
            memory = {
                name: round(machine.resident_mb(product.pid(name)), 1)
                for name in product.processes.commands
            }
            with (
                TimedCarrier(account=account, token=token, number=NUMBER) as theirs,
                stock.running(
                    port=free_ports(1)[0],
                    account=account,
                    token=token,
                    number=NUMBER,
                    api=theirs.base_url,
                    actions=product.env["ACTIONS_URL"],
                    actions_token=product.env["ACTIONS_TOKEN"],
                    epochs=options.stock_epochs,
                ) as rasa,
            ):
                theirs.webhook = rasa.webhook
                for nth in progress(options.journeys, "stock journey"):
                    for text in scripts[nth]:
                        theirs.say(f"+447700900{100 + nth}", text, patience_s=5)
                stock_memory = round(machine.resident_mb(rasa.process.pid), 1)
                result = {
                    "ours": {
                        **figures(ours),
                        "start_s": round(start_s, 1),
                        "make_run_s": own.seconds,
                        **set_up_figures(install, train),
                        "memory_mb": {
                            **memory,
                            "keeper": own.keeper_mb,
                            "simulator": own.simulator_mb,
                        },
                        # The simulator is the outside world, so it is told and not counted.
                        "memory_total_mb": round(sum(memory.values()) + own.keeper_mb, 1),
                    },
                    "stock": {
                        "epochs": options.stock_epochs,
                        **figures(theirs),
                        "start_s": round(rasa.start_s, 1),
                        **set_up_figures(stock_install, stock_train),
                        "memory_mb": {
                            "rasa": stock_memory,
                            "actions": memory["actions"],
                        },
                        "memory_total_mb": round(stock_memory + memory["actions"], 1),
                    },
                }
    return report(result)


def set_up_figures(install: Cost, train: Cost) -> dict[str, float | None]:
    """Return both costs as rows of the table; None where they were not measured."""
    return {
        "install_s": install.seconds or None,
        "train_s": train.seconds or None,
        "train_cpu_s": train.cpu_seconds or None,
    }


def progress(count: int, what: str) -> Any:
    """Count up, with a sign of life every tenth time."""
    for nth in range(count):
        if nth % 10 == 0:
            print(f"{what} {nth + 1} of {count} ...", flush=True)
        yield nth


def report(result: dict[str, Any]) -> int:
    """Print the table, the broken bounds and the JSON line."""
    ours, theirs = result["ours"], result["stock"]
    rows = [key for key in ours if key != "memory_mb"]
    print(f"\n{'':24}{'ours':>12}{'stock Rasa':>12}")
    for key in rows:
        print(f"{key:24}{ours[key]!s:>12}{theirs.get(key)!s:>12}")
    for name, megabytes in ours["memory_mb"].items():
        print(f"  memory of {name:12}{megabytes:>12}{theirs['memory_mb'].get(name, '')!s:>12}")
    broken = [
        sentence
        for sentence, holds in (
            (f"start to ready within {START_BOUND_S} s", ours["start_s"] <= START_BOUND_S),
            (f"`make run` within {START_BOUND_S} s", ours["make_run_s"] <= START_BOUND_S),
            (
                f"training within {TRAIN_BOUND_S:.0f} s",
                ours["train_s"] is None or ours["train_s"] <= TRAIN_BOUND_S,
            ),
            (
                f"all processes within {MEMORY_BOUND_MB} MiB",
                ours["memory_total_mb"] <= MEMORY_BOUND_MB,
            ),
            (
                f"text to text p50 within {REPLY_BOUND_S * 1000:.0f} ms",
                ours["reply_p50_ms"] <= REPLY_BOUND_S * 1000,
            ),
            ("every text answered", ours["unanswered"] == 0),
        )
        if not holds
    ]
    for sentence in broken:
        print(f"BROKEN: {sentence}")
    result["broken"] = broken
    print(json.dumps(result))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
