"""Puts the hub's parts together from its settings."""

from clients.mail import MailClient
from clients.messaging import MessagingClient
from hub.accounts.hub import Hub
from hub.accounts.passwords import Hasher
from hub.settings import Settings
from hub.store.engine import Store, make_engine
from hub.store.sealing import Lookup, Sealer
from wire.clock import Clock, SystemClock


def make_hub(settings: Settings, *, clock: Clock | None = None) -> Hub:
    """Return the parts that every use case works with."""
    clock = clock or SystemClock()
    contact = {
        "phone": settings.contact_phone,
        "email": settings.contact_email,
        "hours": settings.contact_hours,
    }
    return Hub(
        store=Store(make_engine(settings.database_url)),
        clock=clock,
        limits=settings.hub_limits,
        sealer=Sealer([key.secret for key in settings.hub_seal_key]),
        lookup=Lookup([key.secret for key in settings.hub_lookup_key]),
        code_key=settings.hub_code_key[0].secret,
        hasher=Hasher(settings.hub_limits),
        texts=MessagingClient(
            settings.messaging_base_url, settings.messaging_api_key.get_secret_value()
        ),
        mails=MailClient(
            settings.smtp_url.get_secret_value(), sender=settings.mail_from, clock=clock
        ),
        public_url=settings.hub_public_url,
        public_host=settings.public_host,
        contact={name: value for name, value in contact.items() if value},
        number_regions=settings.hub_number_regions,
        allow_drama_numbers=settings.allow_drama_numbers,
    )
