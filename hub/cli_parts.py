"""What the commands of an operator share: options, answers, questions, the hub itself."""

import getpass
import json
from collections.abc import Mapping
from typing import Any

import click

from hub import logs, settings
from hub.accounts.hub import Hub
from hub.assembly import make_hub

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Answer with one JSON object.")
YES = click.option("--yes", is_flag=True, help="Do not ask for confirmation.")


def open_hub() -> Hub:
    """Return the hub that the environment describes, silent but for errors."""
    chosen = settings.load()
    logs.configure("ERROR")
    return make_hub(chosen)


def actor() -> str:
    """Return who is at the command line, for the record."""
    return f"operator:{getpass.getuser()}"[:64]


def officer_of(key: str) -> str:
    """Return the officer that a key of HUB_ADMIN_KEYS belongs to.

    Raises:
        click.ClickException: it is nobody's.
    """
    officer = settings.officer_of(settings.load().hub_admin_keys, key)
    if officer is None:
        raise click.ClickException("This key is none of HUB_ADMIN_KEYS.")
    return officer


def answer(facts: Mapping[str, Any], sentence: str, *, as_json: bool) -> None:
    """Print an answer for a person, or for a program."""
    click.echo(json.dumps(dict(facts)) if as_json else sentence)


def confirm(question: str, *, yes: bool) -> None:
    """Ask, unless told not to; without a terminal nobody can answer, so `--yes` is needed."""
    if not yes:
        click.confirm(question, abort=True, err=True)
