"""The commands of an operator: look at what is stuck, switch sending off, erase a person."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from clients.redis_link import connect
from messaging import dead_letters, notices, retention
from messaging import story as stories
from messaging.chat import links
from messaging.contacts import Contacts
from messaging.errors import DatabaseAway
from messaging.log import new_id
from messaging.numbers import is_e164
from messaging.settings import DatabaseSettings, OperatorSettings, load
from messaging.store import handoffs, marks
from messaging.store import notices as notice_rows
from messaging.store.database import Database
from wire.clock import SystemClock


@contextmanager
def _database() -> Iterator[Database]:
    database = Database(load(DatabaseSettings).database_url)
    try:
        yield database
    except DatabaseAway as exc:
        raise click.ClickException(f"The database cannot be reached ({exc}).") from exc
    finally:
        database.close()


@click.command("dead-letters")
def list_dead_letters() -> None:
    """List texts that were not sent and messages that were not answered."""
    with _database() as database, database.reading() as connection:
        letters = dead_letters.listed(connection)
    for letter in letters:
        at = letter.created_at.isoformat(timespec="seconds")
        facts = (letter.letter_id, letter.what, at, letter.reason, letter.conversation_id)
        click.echo("  ".join(facts))
    click.echo(f"{len(letters)} dead letters")


@click.command("retry")
@click.argument("letter_id")
def retry(letter_id: str) -> None:
    """Try a dead letter again."""
    with _database() as database, database.transaction() as connection:
        is_done = dead_letters.retry(connection, letter_id, now=SystemClock().now())
    if not is_done:
        raise click.ClickException("There is no such dead letter that can be tried again.")
    click.echo("It will be tried again.")


@click.command("drop")
@click.argument("letter_id")
def drop(letter_id: str) -> None:
    """Take a dead letter off the list and erase what it holds."""
    with _database() as database, database.transaction() as connection:
        is_done = dead_letters.drop(connection, letter_id)
    if not is_done:
        raise click.ClickException("There is no such dead letter.")
    click.echo("Dropped.")


@click.command("sending")
@click.argument("switch", type=click.Choice(["on", "off", "status"]))
def sending(switch: str) -> None:
    """Switch all sending off or on; what waits is sent when it is on again, if still of use."""
    with _database() as database, database.transaction() as connection:
        if switch == "off":
            marks.keep_first(connection, marks.SENDING_OFF, SystemClock().now())
        elif switch == "on":
            marks.drop(connection, marks.SENDING_OFF)
        since = marks.get(connection, marks.SENDING_OFF)
    click.echo("on" if since is None else f"off since {since.isoformat(timespec='seconds')}")


@click.command("waiting")
def list_waiting() -> None:
    """List conversations that want a person, urgent ones first."""
    with _database() as database, database.reading() as connection:
        wanted = handoffs.waiting(connection)
    for handoff in wanted:
        at = handoff.created_at.isoformat(timespec="seconds")
        mark = "URGENT" if handoff.urgent else "-"
        where = f"{handoff.journey or '-'}/{handoff.step or '-'}"
        click.echo("  ".join((mark, at, handoff.reason, where, handoff.conversation_id)))
    click.echo(f"{len(wanted)} waiting")


@click.command("erase")
@click.argument("whom")
def erase(whom: str) -> None:
    """Erase a person: a number (+447...) or the id of a conversation. An opt-out stays."""
    settings = load(OperatorSettings)
    key = settings.conversation_key.get_secret_value()
    contacts = Contacts(key, settings.messaging_seal_key.get_secret_value())
    conversation_id = contacts.conversation_id(whom) if is_e164(whom) else whom
    with _database() as database, database.transaction() as connection:
        now = SystemClock().now()
        chat_id = links.joined(connection, conversation_id, now=now)
        was_there = retention.erase(connection, conversation_id, now=now)
    ids = [conversation_id] if chat_id is None else [conversation_id, chat_id]
    with connect(settings.redis_url) as redis:
        # Where the assistant keeps a conversation of this id.
        forgotten = sum(redis.delete(k) for one in ids for k in redis.scan_iter(f"rasa:*{one}*"))
    click.echo(f"conversation: {'erased' if was_there else 'none'}; assistant: {forgotten} erased")


@click.group("notice")
def notice() -> None:
    """Say something to everybody, such as when the hub is back; nothing has to be restarted."""


@notice.command("set")
@click.argument("text")
def set_notice(text: str) -> None:
    """Set the notice: one sentence or two, in quotes; it takes the place of the one that stands."""
    try:
        text = notices.check(text)
    except notices.NoticeRefused as exc:
        raise click.ClickException(str(exc)) from exc
    fresh = notice_rows.Notice(notice_id=new_id(), text=text, set_at=SystemClock().now())
    with _database() as database, database.transaction() as connection:
        notice_rows.put_up(connection, fresh)
    click.echo(f"Said to everybody from now on: {text}")


@notice.command("lift")
def lift_notice() -> None:
    """Take the notice down."""
    with _database() as database, database.transaction() as connection:
        was_there = notice_rows.lift(connection, now=SystemClock().now())
    click.echo("Lifted." if was_there else "There was no notice.")


@notice.command("show")
def show_notice() -> None:
    """Show the notice that stands."""
    with _database() as database, database.reading() as connection:
        standing = notice_rows.current(connection)
    if standing is None:
        click.echo("There is no notice.")
    else:
        click.echo(f"Since {standing.set_at.isoformat(timespec='seconds')}: {standing.text}")


@click.command("story")
@click.argument("whom", required=False)
def story(whom: str | None) -> None:
    """Print a conversation, masked: by its id or a number (07700 900123); without, the newest."""
    contacts = None
    if whom is not None and stories.is_number(whom):
        settings = load(OperatorSettings)
        contacts = Contacts(
            settings.conversation_key.get_secret_value(),
            settings.messaging_seal_key.get_secret_value(),
        )
    with _database() as database, database.reading() as connection:
        conversation_id = stories.find(connection, whom, contacts)
        found = None if conversation_id is None else stories.read(connection, conversation_id)
    if found is None:
        raise click.ClickException("There is no such conversation.")
    click.echo(stories.told(found))


COMMANDS = (list_dead_letters, retry, drop, sending, list_waiting, erase, notice, story)
