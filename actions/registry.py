"""Every action there is, made with what it works with."""

from actions.authenticator import forms as authenticator
from actions.core.journey import JourneyAction
from actions.core.services import Services
from actions.course.actions import BeginAgain, Leave, Switch, TakeEmail
from actions.guidance.actions import AnswerQuestion
from actions.invitation.forms import AskInvitationEmail, InvitationForm
from actions.lost_phone.forms import AskLostPhoneEmail, LostPhoneForm
from actions.password_reset.forms import AskPasswordResetEmail, PasswordResetForm
from actions.registration.actions import (
    CodeHelp,
    Greet,
    RegistrationStatus,
    StartOver,
    StopRegistration,
    SubmitRegistration,
    YesOrNo,
)
from actions.registration.forms import AskCode, AskInvitation, AskNumber, RegistrationForm
from actions.sign_in.actions import SignInHelp
from actions.support.actions import Fallback, OptOut, StopNothing, TalkToPerson, Wellbeing

ACTIONS: tuple[type[JourneyAction], ...] = (
    AnswerQuestion,
    AskCode,
    AskInvitation,
    AskInvitationEmail,
    AskLostPhoneEmail,
    AskNumber,
    AskPasswordResetEmail,
    BeginAgain,
    CodeHelp,
    Fallback,
    Greet,
    InvitationForm,
    Leave,
    LostPhoneForm,
    OptOut,
    PasswordResetForm,
    RegistrationForm,
    RegistrationStatus,
    SignInHelp,
    StartOver,
    StopNothing,
    StopRegistration,
    SubmitRegistration,
    Switch,
    TakeEmail,
    TalkToPerson,
    Wellbeing,
    YesOrNo,
    authenticator.AskCode,
    authenticator.AskSetup,
    authenticator.AuthenticatorForm,
)


def all_actions(services: Services) -> list[JourneyAction]:
    """Return one of each."""
    return [action(services) for action in ACTIONS]
