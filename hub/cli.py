"""What an operator does from the command line."""

import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import click
from sqlalchemy.exc import SQLAlchemyError

from hub import cli_parts, cli_resets, settings
from hub.accounts import (
    erasure,
    imports,
    invitations,
    outbox,
    overview,
    resealing,
    retention,
    unlocking,
)
from hub.accounts.errors import (
    EmailNotAccepted,
    HubError,
    ImportRejected,
    NotFound,
    RegistrationComplete,
    TooManyRequests,
)
from hub.accounts.times import for_reading
from hub.cli_parts import AS_JSON, YES, actor, answer, confirm
from hub.store import audit, schema
from hub.store.engine import make_engine
from hub.store.sealing import CannotUnseal

IMPORT_FAULTS: Final[Mapping[str, str]] = {
    "not_text": "The list is not text in UTF-8.",
    "no_email_column": "The list has no column called email.",
    "no_rows": "The list has no addresses.",
    "too_many_rows": f"The list has more than {imports.MOST_ROWS} addresses. Divide it.",
}
SENTENCES: Final[Mapping[type[HubError], str]] = {
    EmailNotAccepted: "This is not an email address.",
    RegistrationComplete: "This person has registered already.",
    NotFound: "Nobody was invited with this address.",
}


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
        except TooManyRequests as exc:
            raise click.ClickException(
                f"This address was invited too often. Try again in {exc.retry_after_s} seconds."
            ) from None
        except ImportRejected as exc:
            raise click.ClickException(IMPORT_FAULTS[exc.reason]) from None
        except (EmailNotAccepted, RegistrationComplete, NotFound) as exc:
            raise click.ClickException(SENTENCES[type(exc)]) from None
        except CannotUnseal:
            raise click.ClickException(
                "A sealed value cannot be opened: HUB_SEAL_KEY lacks a key that was in use."
            ) from None


@click.group(cls=HubCommands)
def main() -> None:
    """Staffordshire EHC Hub: the account backend."""


main.add_command(cli_resets.resets)


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
    hub = cli_parts.open_hub()
    invited = invitations.invite(hub, email=email, actor=actor(), held=True)
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


@main.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@YES
@AS_JSON
def import_list(file: Path, yes: bool, as_json: bool) -> None:
    """Invite everyone in FILE: CSV with a column called email, or one address a line.

    Stopped half-way, the running hub goes on with it.
    """
    hub = cli_parts.open_hub()
    content = file.read_bytes()
    lines = len(content.splitlines())
    confirm(f"Invite the people in {file.name} (about {lines} lines)?", yes=yes)
    import_id = imports.begin(hub, content, actor=actor())
    report = imports.report(hub, import_id)
    with click.progressbar(
        length=report.total, label="Inviting", file=sys.stderr, hidden=as_json
    ) as bar:
        bar.update(report.done)
        while report.done < report.total:
            imports.invite_waiting(hub)
            newer = imports.report(hub, import_id)
            bar.update(newer.done - report.done)
            if newer.done == report.done:
                time.sleep(0.2)  # the running hub has these lines just now
            report = newer
    sentence = f"{report.invited} invited, {len(report.refused)} refused, of {report.total}."
    refused = [f"  line {row.line}: {row.reason}" for row in report.refused]
    answer(asdict(report), "\n".join([sentence, *refused]), as_json=as_json)


@main.command()
@click.argument("email")
@YES
@AS_JSON
def withdraw(email: str, yes: bool, as_json: bool) -> None:
    """Withdraw the open invitation of EMAIL; its link and code no longer work."""
    confirm("Withdraw this invitation?", yes=yes)
    withdrawn = invitations.withdraw(cli_parts.open_hub(), email=email, actor=actor())
    sentence = "Withdrawn." if withdrawn else "There is no open invitation to this address."
    answer({"withdrawn": withdrawn}, sentence, as_json=as_json)


@main.command()
@click.argument("email")
@AS_JSON
def show(email: str, as_json: bool) -> None:
    """Show how far EMAIL has come; never a number, code or link."""
    found = overview.of_address(cli_parts.open_hub(), email)
    if found is None:
        raise NotFound
    facts = found.facts()
    answer(
        facts,
        "\n".join(f"{name.replace('_', ' ')}: {value}" for name, value in facts.items()),
        as_json=as_json,
    )


@main.command()
@click.argument("email")
@YES
@AS_JSON
def unlock(email: str, yes: bool, as_json: bool) -> None:
    """Lift every lock of codes and passwords of EMAIL, once you know whom you speak to."""
    confirm("Lift the locks of this account?", yes=yes)
    account_id = unlocking.unlock(cli_parts.open_hub(), email=email, actor=actor())
    answer({"account_id": account_id}, "The locks are lifted.", as_json=as_json)


@main.command()
@click.argument("email")
@YES
@AS_JSON
def erase(email: str, yes: bool, as_json: bool) -> None:
    """Erase the person of EMAIL for good; the record of events keeps an opaque id."""
    confirm("Erase this person? This cannot be taken back.", yes=yes)
    account_id = erasure.erase(cli_parts.open_hub(), email=email, actor=actor())
    answer({"account_id": account_id}, f"Erased. The record knows {account_id}.", as_json=as_json)


@main.command()
@YES
@AS_JSON
def reseal(yes: bool, as_json: bool) -> None:
    """Bring everything sealed to the first key of HUB_SEAL_KEY and HUB_LOOKUP_KEY."""
    confirm("Seal everything anew with the first keys?", yes=yes)
    done = resealing.reseal(cli_parts.open_hub(), actor=actor())
    answer(done, f"{sum(done.values())} values are sealed anew.", as_json=as_json)


@main.command()
@AS_JSON
def sweep(as_json: bool) -> None:
    """Delete what has been kept long enough; the running hub does so every hour."""
    deleted = retention.sweep(cli_parts.open_hub())
    answer(deleted, f"{sum(deleted.values())} rows are gone.", as_json=as_json)


@main.command("verify-audit")
@AS_JSON
def verify_audit(as_json: bool) -> None:
    """Check the record of events: every hash, every number, beginning and end.

    Keep the printed head where the hub's database cannot be reached from: a later check must still
    find that hash at that number, or the record was made anew.
    """
    hub = cli_parts.open_hub()
    with hub.store.reading() as session:
        verdict = audit.verify(session)
    whole = verdict.broken_at is None
    sentence = (
        f"{verdict.entries} entries, all as they were written.\nHead: {verdict.last} {verdict.head}"
        if whole
        else f"Entry {verdict.broken_at} is not as it was written, or missing."
    )
    answer({**asdict(verdict), "whole": whole}, sentence, as_json=as_json)
    if not whole:
        sys.exit(1)
