"""Every action there is, made with what it works with."""

from actions.core.journey import JourneyAction
from actions.core.services import Services
from actions.guidance.actions import AnswerQuestion
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
from actions.support.actions import Fallback, OptOut, StopNothing, TalkToPerson, Wellbeing

ACTIONS: tuple[type[JourneyAction], ...] = (
    AnswerQuestion,
    AskCode,
    AskInvitation,
    AskNumber,
    CodeHelp,
    Fallback,
    Greet,
    OptOut,
    RegistrationForm,
    RegistrationStatus,
    StartOver,
    StopNothing,
    StopRegistration,
    SubmitRegistration,
    TalkToPerson,
    Wellbeing,
    YesOrNo,
)


def all_actions(services: Services) -> list[JourneyAction]:
    """Return one of each."""
    return [action(services) for action in ACTIONS]
