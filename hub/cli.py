"""What an operator does from the command line."""

import getpass
import json
from collections.abc import Mapping
from typing import Any

import click
from sqlalchemy.exc import SQLAlchemyError

from hub import logs, settings
from hub.accounts import invitations, outbox, overview
from hub.accounts.errors import EmailNotAccepted, RegistrationComplete, TooManyRequests
from hub.accounts.hub import Hub
from hub.accounts.times import for_reading
from hub.assembly import make_hub
from hub.store import schema
from hub.store.engine import make_engine

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Answer with one JSON object.")


class HubCommands(click.Group):
    """Commands whose expected failures are one sentence, not a trace."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except SQLAlchemyError as exc:
            raise click.ClickException(
                f"The hub's database cannot be used ({type(exc).__name__}). "
                "Is it there, and was `python -m hub migrate` run?"
            ) from exc


@click.group(cls=HubCommands)
def main() -> None:
    """Staffordshire EHC Hub: the account backend."""


def _hub() -> Hub:
    chosen = settings.load()
    logs.configure("ERROR")
    return make_hub(chosen)


def actor() -> str:
    """Return who is at the command line, for the record."""
    return f"operator:{getpass.getuser()}"[:64]


def answer(facts: Mapping[str, Any], sentence: str, *, as_json: bool) -> None:
    """Print an answer for a person, or for a program."""
    click.echo(json.dumps(dict(facts)) if as_json else sentence)


@main.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    chosen = settings.load()
    engine = make_engine(chosen.database_url)
    schema.upgrade(engine)
    click.echo(f"The hub's database is at revision {schema.current(engine)}.")


@main.command()
@click.argument("email")
@AS_JSON
def invite(email: str, as_json: bool) -> None:
    """Invite EMAIL to register; an open invitation to the same address ends."""
    hub = _hub()
    try:
        invited = invitations.invite(hub, email=email, actor=actor(), held=True)
    except EmailNotAccepted:
        raise click.ClickException("This is not an email address.") from None
    except RegistrationComplete:
        raise click.ClickException("This person has registered already.") from None
    except TooManyRequests as exc:
        raise click.ClickException(
            f"This address was invited too often. Try again in {exc.retry_after_s} seconds."
        ) from None
    reached = outbox.hand_over(hub, invited.outgoing_id, held=True)
    mailed = reached is outbox.Handover.ACCEPTED
    until = for_reading(invited.expires_at)
    told = (
        f"Invited. The mail server has the email; the invitation works until {until}."
        if mailed
        else "Invited, but the mail server has not taken the email. The running hub keeps trying."
    )
    answer(
        {
            "invitation_id": invited.invitation_id,
            "account_id": invited.account_id,
            "expires_at": invited.expires_at.isoformat(),
            "mail": reached.value,
        },
        told,
        as_json=as_json,
    )


@main.command()
@click.argument("email")
@AS_JSON
def show(email: str, as_json: bool) -> None:
    """Show how far EMAIL has come; never a number, code or link."""
    try:
        found = overview.of_address(_hub(), email)
    except EmailNotAccepted:
        raise click.ClickException("This is not an email address.") from None
    if found is None:
        raise click.ClickException("Nobody was invited with this address.")
    facts = found.facts()
    answer(
        facts,
        "\n".join(f"{name.replace('_', ' ')}: {value}" for name, value in facts.items()),
        as_json=as_json,
    )
