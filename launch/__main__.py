"""`python -m launch run`, `chat`, and `exec COMMAND …`: a command in the settings of `run`."""

import os
import signal
import sys
import threading
from collections.abc import Mapping
from types import FrameType

from launch import chat, environment, product, readiness
from launch.preflight import NotReady
from launch.product import ROOT

CONTACTS = (
    "CONTACT_PHONE",
    "CONTACT_EMAIL",
    "CONTACT_HOURS",
    "SAFEGUARDING_PHONE",
    "SAFEGUARDING_OUT_OF_HOURS_PHONE",
    "PRIVACY_URL",
    "LOCAL_OFFER_URL",
)
"""Whom parents are told to turn to, and where to look: nothing of it is invented."""


def say(text: str) -> None:
    """Print for the person at the terminal."""
    print(text, flush=True)  # noqa: T201 - a command's answer


def run(environ: Mapping[str, str]) -> int:
    """Start the product, tell where to look, and keep it until Ctrl-C."""
    stopped, hurried = threading.Event(), threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        # Noted and looked at, since an exception out of here can be lost in whatever was running.
        (hurried if stopped.is_set() else stopped).set()

    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, stop)
    prepared = product.prepare(environ)
    say("Bringing the databases up to date ...")
    product.migrate(prepared, gave_up=stopped.is_set)
    if stopped.is_set():
        raise KeyboardInterrupt
    processes = prepared.processes()
    say("Starting " + ", ".join(processes.commands) + " ...")
    processes.start()
    try:
        late = readiness.wait(
            readiness.doors(prepared.env, prepared.without),
            gave_up=lambda: stopped.is_set() or processes.has_ended(),
            progress=lambda names: say("  waiting for " + ", ".join(names)) if names else None,
        )
        if not stopped.is_set() and not processes.has_ended():
            say(_trouble(late, processes.logs) if late else banner(prepared.env, prepared.without))
        while not stopped.wait(1):
            if processes.has_ended():
                say(f"The process keeper (supervisord) ended:\n{processes.last_words}")
                return 1
    finally:
        say("Stopping ... (Ctrl-C again does not wait)")
        processes.stop(is_hurried=hurried.is_set)
    return 0


def banner(env: Mapping[str, str], without: frozenset[str]) -> str:
    """Return where to look."""
    lines = ["", "The assistant is running."]
    if "simulator" not in without:
        world = environment.door(env, "SIMULATOR_PORT")
        lines += [
            f"  phones (text the service)   {world}/phones",
            f"  mailbox (invitations)       {world}/mailbox",
            f"  invite a parent             {world}/invite   or: make invite EMAIL=...",
        ]
    if env.get("WEBCHAT_DEMO") == "true":
        lines.append(f"  web chat (a council's page) {env['PUBLIC_BASE_URL']}/webchat/demo")
    unset = [name for name in CONTACTS if not env.get(name)]
    if unset:
        lines.append(f"  not set, so never said      {', '.join(unset)}")
    lines += [
        f"  the hub                     {env['HUB_PUBLIC_URL']}",
        f"  the edge                    {env['PUBLIC_BASE_URL']}/readyz",
        f"  state, logs, secrets        {env['VAR_DIR']}",
        "Ctrl-C stops everything.",
    ]
    return "\n".join(lines)


def _trouble(late: list[str], logs: object) -> str:
    return (
        f"Not ready after {readiness.READY_WITHIN_S:.0f} s: {', '.join(late)}. "
        f"The reason stands at the end of {logs}/<name>.log; they are tried again until Ctrl-C."
    )


def execute(environ: Mapping[str, str], command: list[str]) -> int:
    """Replace this process by the command, in the settings that `make run` uses."""
    env = product.completed_environment(environ)
    os.chdir(ROOT)
    os.execvpe(command[0], command, env)  # noqa: S606 - the caller's own command


def main(arguments: list[str]) -> int:
    """Run one of the commands; print a sentence instead of a traceback."""
    try:
        match arguments:
            case ["run"]:
                return run(os.environ)  # noqa: TID251 - this is where the environment comes in
            case ["chat", *options]:
                return chat.main(os.environ, options, say)  # noqa: TID251
            case ["exec", *command] if command:
                return execute(os.environ, command)  # noqa: TID251
        say("usage: python -m launch run | chat [--help] | exec COMMAND ...")
    except (NotReady, chat.NotStarted) as problem:
        say(f"Cannot start. {problem}")
        return 1
    except KeyboardInterrupt:
        say("Stopped.")
        return 130
    else:
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
