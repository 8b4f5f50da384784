"""The slots of the authenticator journey: what the hub has said, never what a person typed."""

from typing import Final

from actions.core import forms

FORM: Final = forms.AUTHENTICATOR

SETUP: Final = "authenticator_setup"
"""The hub's id of the app that is being set up, once its key was shown."""

CODE: Final = "authenticator_code"
"""`VERIFIED`, once the hub has said that the app's code is right."""

REGISTRATION: Final = "authenticator_registration"
"""The hub's id of the registration that the app is for."""

VERIFIED: Final = "verified"
