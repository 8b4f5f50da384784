"""One ordinary sentence for every intent, as the real model understands it."""

import re

import yaml

from actions.core.intents import Intent
from messaging.texts import DATA

SENTENCES = {
    Intent.GREET: "hello",
    Intent.GOODBYE: "bye for now",
    Intent.THANK: "thank you",
    Intent.AFFIRM: "ok",
    Intent.DENY: "no",
    Intent.REGISTER_ACCOUNT: "i want to register",
    Intent.REGISTRATION_STATUS_OR_LINK_PROBLEM: "the link doesnt work",
    Intent.INVITATION_NOT_RECEIVED: "i havent received an email",
    Intent.SET_UP_TWO_FACTOR: "how do i set up two factor",
    Intent.USE_SMS_CODE: "text me the code",
    Intent.USE_AUTHENTICATOR_APP: "i want to use the app",
    Intent.GIVE_PHONE_NUMBER: "my number is 07700 900456",
    Intent.GIVE_CODE: "my code is 135790",
    Intent.GIVE_EMAIL: "my email is parent@example.com",
    Intent.RESEND_CODE: "resend the code",
    Intent.CODE_PROBLEM: "the code doesnt work",
    Intent.CHANGE_PHONE_NUMBER: "i want to change my phone number",
    Intent.LOST_PHONE: "i lost my phone",
    Intent.PASSWORD_RESET: "i forgot my password",
    Intent.SIGN_IN_HELP: "how do i sign in",
    Intent.NEEDS_ASSESSMENT_INFO: "how do i request a needs assessment",
    Intent.LOCAL_OFFER_INFO: "what is the local offer",
    Intent.WHY_NEEDED_OR_IS_SAFE: "why do you need my number",
    Intent.WHO_ARE_YOU: "who are you",
    Intent.TALK_TO_HUMAN: "i want to talk to a person",
    Intent.STOP_OR_CANCEL: "exit",
    Intent.START_OVER: "start over",
    Intent.OPT_OUT: "unsubscribe",
    Intent.DISTRESS_OR_SAFEGUARDING: "i want to die",
    Intent.ABUSE_OR_COMPLAINT: "this is rubbish",
    Intent.CHANGE_LANGUAGE_OR_FOREIGN: "do you speak polish",
    Intent.OUT_OF_SCOPE: "when is my bin collected",
    Intent.NLU_FALLBACK: "/restart",
}
"""The last begins with a slash, which the channel hands on as not understood (G11)."""

WORDS_TO_REPLY = {
    "ok": Intent.AFFIRM,
    "no": Intent.DENY,
    "person": Intent.TALK_TO_HUMAN,
    "resend": Intent.RESEND_CODE,
    "register": Intent.REGISTER_ACCOUNT,
    "code": Intent.CODE_PROBLEM,
    "exit": Intent.STOP_OR_CANCEL,
    "begin again": Intent.START_OVER,
    "password": Intent.PASSWORD_RESET,
    "sign in": Intent.SIGN_IN_HELP,
    "app": Intent.USE_AUTHENTICATOR_APP,
    "text me": Intent.USE_SMS_CODE,
    "lost phone": Intent.LOST_PHONE,
    "new invitation": Intent.INVITATION_NOT_RECEIVED,
}
"""What our own texts tell people to reply, and what it must be understood as."""

_WORDS = r"[a-z]+(?: [a-z]+)??"
_OFFER = re.compile(
    rf"\breply (?:with one word: )?({_WORDS}(?:, {_WORDS})*(?:,? or {_WORDS})?)"
    r"(?=[.,?:]| to | in | if | after | here\b| and | for )",
    re.I,
)
OF_PEOPLE = "utter_support_"
"""Said while a person has the conversation, or is offered: messaging reads the answer itself."""


def words_offered() -> set[str]:
    """Return every word that a text of ours tells people to answer with."""
    texts = [
        version["text"]
        for file in DATA.glob("*/responses.yml")
        for name, versions in yaml.safe_load(file.read_text(encoding="utf-8"))["responses"].items()
        for version in versions
        if not name.startswith(OF_PEOPLE)
    ]
    found = (match.group(1) for text in texts for match in _OFFER.finditer(text))
    return {word.lower() for words in found for word in re.split(r", | or ", words)}
