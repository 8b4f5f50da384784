"""The helpdesk that the settings name, and what works with it."""

from collections.abc import Callable

from clients.helpdesk import Helpdesk
from clients.helpdesk.django_helpdesk import DjangoHelpdesk
from clients.helpdesk.email import EmailHelpdesk
from clients.mail import MailClient
from messaging.contacts import Contacts
from messaging.handoff.deskwork import DeskWork
from messaging.handoff.lines import contact_lines
from messaging.handoff.links import Links
from messaging.handoff.settings import DJANGO_HELPDESK, EMAIL, HelpdeskSettings
from messaging.handoff.ways import Ways
from messaging.replies import Replies
from messaging.settings import WorkerSettings
from messaging.store.database import Database
from messaging.texts import Texts
from wire.clock import Clock


def helpdesk_of(settings: HelpdeskSettings, *, seal_key: bytes, clock: Clock) -> Helpdesk | None:
    """Return the adapter that is set; None: there is no helpdesk.

    Raises:
        MailHelpdeskRefused, MailUrlRefused: an address or URL is not usable.
    """
    if settings.helpdesk == EMAIL:
        return _email(settings, seal_key=seal_key, clock=clock)
    if settings.helpdesk == DJANGO_HELPDESK:
        assert settings.helpdesk_url is not None
        assert settings.helpdesk_token is not None
        return DjangoHelpdesk(
            settings.helpdesk_url,
            token=settings.helpdesk_token.get_secret_value(),
            queue=settings.helpdesk_queue,
        )
    return None


def _email(settings: HelpdeskSettings, *, seal_key: bytes, clock: Clock) -> Helpdesk:
    to, ours = settings.helpdesk_mail_to, settings.helpdesk_mail_from
    assert to is not None
    assert ours is not None
    assert settings.smtp_url is not None
    assert settings.helpdesk_imap_url is not None
    domains = settings.helpdesk_mail_domains or to.rpartition("@")[2]
    return EmailHelpdesk(
        mail=MailClient(settings.smtp_url.get_secret_value(), sender=ours, clock=clock),
        to=to,
        replies_to=ours,
        imap_url=settings.helpdesk_imap_url.get_secret_value(),
        domains=domains.split(","),
        key=seal_key,
    )


def deskwork_of(
    settings: WorkerSettings,
    *,
    database: Database,
    contacts: Contacts,
    replies: Replies,
    texts: Texts,
    clock: Clock,
    news: Callable[[str], None],
) -> DeskWork | None:
    """Return what carries words to and fro; None: there is no helpdesk."""
    seal_key = settings.messaging_seal_key.get_secret_value()
    helpdesk = helpdesk_of(settings, seal_key=seal_key, clock=clock)
    if helpdesk is None or settings.desk is None:
        return None
    return DeskWork(
        database=database,
        helpdesk=helpdesk,
        desk=settings.desk,
        pace=settings.pace,
        contacts=contacts,
        replies=replies,
        texts=texts,
        seal_key=seal_key,
        links=Links(settings.public_base_url, seal_key, clock),
        ways=Ways(contact=contact_lines(settings.contact), hub_url=settings.hub_public_url),
        clock=clock,
        news=news,
    )
