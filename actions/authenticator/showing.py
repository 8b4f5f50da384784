"""Begin to set an app up and show its key: the QR code in the web chat, the key alone by text."""

from datetime import timedelta
from typing import Final

from actions.authenticator import outcomes, slots
from actions.core.lines import Line, Outcome, say
from actions.core.services import Services
from actions.core.turn import Turn
from clients.hub import AppEnrolment
from wire.names import SMS, WEBCHAT
from wire.placeholders import outward

SECRET_LIFETIME: Final = timedelta(minutes=15)
"""How long the key may wait to be shown; the vault keeps nothing longer."""


async def show(services: Services, turn: Turn, registration_id: str) -> Outcome:
    """Have the hub begin, or show once more what it began within the hour.

    Raises:
        HubRefused: the registration is complete, or gone.
        ClientError: hub or vault did not answer; nothing was shown.
    """
    app = await services.hub.enrol_app(registration_id, key=turn.key("enrol"))
    line = await _line(services, turn, app)
    told = {slots.REGISTRATION: registration_id, slots.SETUP: app.authenticator_id}
    return say(line, slots={**told, slots.CODE: None})


async def _line(services: Services, turn: Turn, app: AppEnrolment) -> Line:
    key = outward(await services.vault.put(app.setup_key, SECRET_LIFETIME))
    if turn.channel == SMS:
        return outcomes.SHOWN[SMS].filled(setup_key=key)
    qr = outward(await services.vault.put(app.otpauth_uri, SECRET_LIFETIME))
    return outcomes.SHOWN[WEBCHAT].showing(qr=qr, setup_key=key)
