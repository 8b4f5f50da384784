"""Names that two processes must spell alike."""

from typing import Final

SMS: Final = "sms"
WEBCHAT: Final = "webchat"
CHANNELS: Final = (SMS, WEBCHAT)

RASA_TURNS_PATH: Final = "/webhooks/edge/turns"
"""Where the custom channel (`bot.channels.edge`) takes a turn; a `TurnAnswer` comes back."""

ACTIONS_WEBHOOK_PATH: Final = "/webhook"
"""The path that Rasa's protocol for custom actions prescribes."""

TEXTS_PATH: Final = "/v1/texts"
"""The messaging service's internal door for texts that another service wants sent."""

HANDOFFS_PATH: Final = "/v1/handoffs"
"""The messaging service's internal door for what may be said when a person is offered."""

IDEMPOTENCY_KEY: Final = "Idempotency-Key"
"""Request header: a repeated key gets the first answer, and the work is done once."""

CORRELATION_ID: Final = "X-Correlation-Id"
"""Request header: the turn or message that a call belongs to; opaque, safe to log."""
