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


@resets.command()
@click.argument("reference")
@KEY
@YES
@AS_JSON
def contact(reference: str, key: str, yes: bool, as_json: bool) -> None:
    """Show whom to call for REFERENCE; that you were shown the number is on record."""
    officer = cli_parts.officer_of(key)
    confirm("Show the number on file? This is put on record.", yes=yes)
    found = factor_resets.whom_to_call(cli_parts.open_hub(), reference, officer=officer)
    number = found.number or "no number on file; use the one in the case record"
    answer(
        {"number": found.number, "email": found.email},
        f"Call: {number}\nEmail: {found.email}\nCall no number that a caller gives.",
        as_json=as_json,
    )


@resets.command("called-back")
@click.argument("reference")
@KEY
@YES
@AS_JSON
def called_back(reference: str, key: str, yes: bool, as_json: bool) -> None:
    """Put on record that you called the person of REFERENCE on the number on file."""
    question = "Did you call the number on file, and did you recognise the person?"
    _take(factor_resets.called_back, reference, key, question, yes=yes, as_json=as_json)


@resets.command()
@click.argument("reference")
@KEY
@YES
@AS_JSON
def approve(reference: str, key: str, yes: bool, as_json: bool) -> None:
    """Agree to REFERENCE as the second officer; a day later the second factors are removed."""
    question = "Remove this person's second factors and password after the hold?"
    _take(factor_resets.approve, reference, key, question, yes=yes, as_json=as_json)


@resets.command()
@click.argument("reference")
@KEY
@YES
@AS_JSON
def refuse(reference: str, key: str, yes: bool, as_json: bool) -> None:
    """End REFERENCE without doing what it asks."""
    _take(factor_resets.refuse, reference, key, "End this request?", yes=yes, as_json=as_json)


def _take(
    step: Callable[..., Reset],
    reference: str,
    key: str,
    question: str,
    *,
    yes: bool,
    as_json: bool,
) -> None:
    officer = cli_parts.officer_of(key)
    confirm(question, yes=yes)
    reset = step(cli_parts.open_hub(), reference, officer=officer)
    answer(_facts(reset), _sentence(reset), as_json=as_json)


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
