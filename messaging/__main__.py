"""`python -m messaging`: the workers, and what an operator needs beside them."""

import click

from messaging import logs, migrate, operator
from messaging.service import Service
from messaging.settings import DatabaseSettings, WorkerSettings, load


@click.group()
def commands() -> None:
    """Work on conversations and send texts."""


@commands.command()
def run() -> None:
    """Run the workers until they are told to stop."""
    settings = load(WorkerSettings)
    logs.configure(settings.log_level)
    Service(settings).run()


@commands.command("migrate")
def migrate_() -> None:
    """Bring the messaging database up to date."""
    migrate.to_latest(load(DatabaseSettings).database_url)


for command in operator.COMMANDS:
    commands.add_command(command)

if __name__ == "__main__":
    commands()
