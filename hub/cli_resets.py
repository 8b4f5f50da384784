"""What the helpdesk does from the command line for a person who lost every second factor.

Each step is an officer's, known by the key that the officer gives; who called back cannot approve.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import click

from hub import cli_parts
from hub.accounts import factor_resets
from hub.accounts.errors import (
    CallBackNeeded,
    FactorResetRejected,
    NotFound,
    NumberNotShown,
    SecondOfficerNeeded,
)
from hub.accounts.factor_resets import Reset
from hub.accounts.hub import Hub
from hub.accounts.times import for_reading
from hub.cli_parts import AS_JSON, YES, answer, confirm

SENTENCES: Final[Mapping[type[Exception], str]] = {
    NotFound: "There is no open request with this reference.",
    NumberNotShown: "Look at the number on file first: python -m hub resets contact REFERENCE",
    CallBackNeeded: "The person has to be called back first.",
    SecondOfficerNeeded: "You called this person back, so another officer has to approve.",
}
STATES: Final[Mapping[str, str]] = {
    "call_back_needed": "waits for a call back",
    "approval_needed": "was called back, waits for a second officer",
    "held": "is approved",
    "refused": "is refused",
    "done": "is done",
    "not_needed": "is no longer needed",
}
KEY = click.option(
    "--key",
    envvar="HUB_OFFICER_KEY",
    prompt="Your staff key",
    hide_input=True,
    help="Your key of HUB_ADMIN_KEYS; better asked for, or in HUB_OFFICER_KEY, than typed here.",
)
Told = tuple[Mapping[str, Any], str]
"""Facts for a program, a sentence for a person."""
Step = Callable[[Hub, str, str], Told]
"""What an officer does: the hub, the reference of a request, the officer."""


class ResetCommands(click.Group):
    """Commands that say in a sentence why a step cannot be taken."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except (NotFound, FactorResetRejected) as exc:
            raise click.ClickException(SENTENCES[type(exc)]) from None


@click.group(cls=ResetCommands)
def resets() -> None:
    """Help people who lost every second factor: call back, then a second officer approves."""


@resets.command("list")
@AS_JSON
def list_waiting(as_json: bool) -> None:
    """Show the requests that have not ended, oldest first."""
    waiting = factor_resets.waiting(cli_parts.open_hub())
    told = "\n".join(map(_sentence, waiting)) or "Nobody waits."
    answer({"factor_resets": [_facts(reset) for reset in waiting]}, told, as_json=as_json)


def _step(question: str) -> Callable[[Step], click.Command]:
    """Make a command of what an officer does for one request, once the question is answered."""

    def command_of(step: Step) -> click.Command:
        @resets.command(step.__name__.replace("_", "-"), help=step.__doc__)
        @click.argument("reference")
        @KEY
        @YES
        @AS_JSON
        def command(reference: str, key: str, yes: bool, as_json: bool) -> None:
            officer = cli_parts.officer_of(key)
            confirm(question, yes=yes)
            facts, sentence = step(cli_parts.open_hub(), reference, officer)
            answer(facts, sentence, as_json=as_json)

        return command

    return command_of


@_step("Show the number on file? This is put on record.")
def contact(hub: Hub, reference: str, officer: str) -> Told:
    """Show whom to call for REFERENCE; that you were shown the number is on record."""
    found = factor_resets.whom_to_call(hub, reference, officer=officer)
    number = found.number or "no number on file; use the one in the case record"
    sentence = f"Call: {number}\nEmail: {found.email}\nCall no number that a caller gives."
    return {"number": found.number, "email": found.email}, sentence


@_step("Did you call the number on file, and did you recognise the person?")
def called_back(hub: Hub, reference: str, officer: str) -> Told:
    """Put on record that you called the person of REFERENCE on the number on file."""
    return _told(factor_resets.called_back(hub, reference, officer=officer))


@_step("Remove this person's second factors and password after the hold?")
def approve(hub: Hub, reference: str, officer: str) -> Told:
    """Agree to REFERENCE as the second officer; a day later the second factors are removed."""
    return _told(factor_resets.approve(hub, reference, officer=officer))


@_step("End this request?")
def refuse(hub: Hub, reference: str, officer: str) -> Told:
    """End REFERENCE without doing what it asks."""
    return _told(factor_resets.refuse(hub, reference, officer=officer))


def _told(reset: Reset) -> Told:
    return _facts(reset), _sentence(reset)


def _facts(reset: Reset) -> dict[str, Any]:
    return {
        "reset_id": reset.reset_id,
        "account_id": reset.account_id,
        "state": reset.state,
        "asked_at": reset.asked_at.isoformat(),
        "due_at": None if reset.due_at is None else reset.due_at.isoformat(),
    }


def _sentence(reset: Reset) -> str:
    until = "" if reset.due_at is None else f"; carried out at {for_reading(reset.due_at)}"
    asked = for_reading(reset.asked_at)
    return f"{reset.reset_id} {STATES[reset.state]}{until} (asked {asked})"
