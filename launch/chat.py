"""`python -m launch chat`: talk to the assistant in a terminal, through the edge's own doors.

Uses the assistant that `make run` has started, or starts one for as long as the talk lasts. Lines
that come from a file or a pipe are sent one by one, each after the answer to the one before.
"""

import argparse
import contextlib
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from launch import environment, product, readiness
from launch.conversing import (
    LONGEST_WAIT_S,
    Channel,
    Heard,
    NotTaken,
    PhoneChannel,
    WebChannel,
    invitation_code,
)

NUMBER: Final = "+447700900077"
"""One of Ofcom's numbers for drama, never anyone's."""

QUIET_S: Final = 1.5
"""Nothing more for so long: the answer is complete."""

Show = Callable[[str], None]


def main(environ: Mapping[str, str], arguments: list[str], show: Show) -> int:
    """Run the command and return its exit status."""
    asked = _parser().parse_args(arguments)
    has_phones = environment.uses_simulator(environ)
    if not asked.web and not has_phones:
        show("A phone needs the simulator, and a real carrier is set. Use: make chat WEB=1")
        return 2
    with _running(environ, show) as env:
        try:
            if asked.invite:
                show(f"Invitation code of {asked.invite}: {invitation_code(env, asked.invite)}")
            channel = _channel(env, asked.number, is_web=asked.web)
        except NotTaken as problem:
            show(f"It cannot be talked to: {problem}.")
            return 1
        where = "web chat" if asked.web else f"text message from {asked.number}"
        show(f"Talking by {where}. Ctrl-D ends it.")
        talk = _by_hand if sys.stdin.isatty() else in_turn
        return 0 if talk(channel, sys.stdin, show) else 1


def in_turn(channel: Channel, lines: Iterable[str], show: Show) -> bool:
    """Send every line after the answer to the one before; False: something was not answered."""
    all_answered = True
    for line in lines:
        text = line.rstrip("\n")
        if not text.strip():
            continue
        show(f"> {text}")
        try:
            channel.say(text)
            heard = _whole_answer(channel, show)
        except NotTaken as problem:
            show(f"  (not taken: {problem})")
            return False
        if not heard:
            show("  (no answer)")
            all_answered = False
    return all_answered


def _whole_answer(channel: Channel, show: Show) -> bool:
    """Show what comes until it is quiet; False: nothing came."""
    came = False
    wait_s = LONGEST_WAIT_S
    while True:
        heard = channel.hear(wait_s)
        if not heard:
            return came
        came, wait_s = True, QUIET_S
        for one in heard:
            show(shown(one))


def _by_hand(channel: Channel, lines: Iterable[str], show: Show) -> bool:
    """Send what a person types, and show what comes whenever it comes."""
    ended = threading.Event()

    def follow() -> None:
        while not ended.is_set():
            try:
                for one in channel.hear(1.0):
                    show(shown(one))
            except NotTaken as problem:
                show(f"  (lost: {problem})")
                ended.wait(2.0)

    listener = threading.Thread(target=follow, daemon=True)
    listener.start()
    try:
        for line in lines:
            if line.strip():
                try:
                    channel.say(line.rstrip("\n"))
                except NotTaken as problem:
                    show(f"  (not taken: {problem})")
    except KeyboardInterrupt:
        show("")
    ended.set()
    listener.join(LONGEST_WAIT_S)
    return True


def shown(heard: Heard) -> str:
    """Return what came as it stands in the terminal; buttons are numbered to be typed."""
    rows = [f"  {row}" for row in heard.text.splitlines()]
    rows[0] = f"  {heard.who}: {rows[0].lstrip()}" if rows else f"  {heard.who}:"
    if heard.setup_key is not None:
        rows.append(f"    setup key: {heard.setup_key}")
    rows += [f"    [{nth}] {title}" for nth, title in enumerate(heard.choices, start=1)]
    return "\n".join(rows)


def _channel(env: Mapping[str, str], number: str, *, is_web: bool) -> Channel:
    if is_web:
        return WebChannel(env["PUBLIC_BASE_URL"])
    return PhoneChannel(environment.door(env, "SIMULATOR_PORT"), number)


@contextlib.contextmanager
def _running(environ: Mapping[str, str], show: Show) -> Iterator[Mapping[str, str]]:
    """Give the settings of an assistant that runs; one that was started here is stopped again."""
    env = product.completed_environment(environ)
    without = environment.left_out(environ)
    waiting = readiness.not_ready(readiness.doors(env, without))
    if not waiting:
        yield env
        return
    show("Nothing runs yet: starting the assistant for this talk ...")
    prepared = product.prepare(environ)
    product.migrate(prepared)
    processes = prepared.processes()
    processes.start()
    try:
        late = readiness.wait(
            readiness.doors(prepared.env, prepared.without), gave_up=processes.has_ended
        )
        if processes.has_ended():
            raise NotStarted(f"The process keeper ended:\n{processes.last_words}")
        if late:
            raise NotStarted(f"Not ready: {', '.join(late)}. See {processes.logs}.")
        yield prepared.env
    finally:
        processes.stop()


class NotStarted(Exception):
    """The assistant could not be started for the talk."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="make chat", description="Talk to the assistant in a terminal, through the real edge."
    )
    parser.add_argument("--web", action="store_true", help="in the web chat, not by text message")
    parser.add_argument("--number", default=NUMBER, help="the phone's number (%(default)s)")
    parser.add_argument("--invite", metavar="EMAIL", help="invite this address first")
    return parser
