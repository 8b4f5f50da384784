"""Asking for an email with a link to reset a password."""

from actions.core import forms
from actions.core.mail_request import AskEmail, MailRequestForm
from actions.password_reset import outcomes
from clients.hub import Hub


class PasswordResetForm(MailRequestForm):
    """`validate_password_reset_form`."""

    form = forms.PASSWORD_RESET
    words = outcomes.WORDS

    @staticmethod
    async def ask(hub: Hub, address: str, key: str) -> None:
        """Ask; known or not, the hub answers alike."""
        await hub.ask_for_password_reset(address, key=key)


class AskPasswordResetEmail(AskEmail):
    """`action_ask_password_reset_email`."""

    slot = "password_reset_email"
    asking = outcomes.QUESTION
