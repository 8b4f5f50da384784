"""Asking for a new invitation email."""

from actions.core import forms
from actions.core.mail_request import AskEmail, MailRequestForm
from actions.invitation import outcomes
from clients.hub import Hub


class InvitationForm(MailRequestForm):
    """`validate_invitation_form`."""

    form = forms.INVITATION
    words = outcomes.WORDS

    @staticmethod
    async def ask(hub: Hub, address: str, key: str) -> None:
        """Ask; known or not, the hub answers alike."""
        await hub.ask_for_invitation(address, key=key)


class AskInvitationEmail(AskEmail):
    """`action_ask_invitation_email`."""

    slot = "invitation_email"
    asking = outcomes.QUESTION
