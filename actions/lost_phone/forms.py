"""Asking the helpdesk to call back, where every second factor is lost."""

from actions.core import forms
from actions.core.mail_request import AskEmail, MailRequestForm
from actions.lost_phone import outcomes
from clients.hub import Hub


class LostPhoneForm(MailRequestForm):
    """`validate_lost_phone_form`."""

    form = forms.LOST_PHONE
    words = outcomes.WORDS

    @staticmethod
    async def ask(hub: Hub, address: str, key: str) -> None:
        """Ask; known or not, the hub answers alike."""
        await hub.ask_for_factor_help(address, key=key)


class AskLostPhoneEmail(AskEmail):
    """`action_ask_lost_phone_email`."""

    slot = "lost_phone_email"
    asking = outcomes.QUESTION
