"""How a person is reached and where the privacy notice is: configuration, never invented."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from actions.core.lines import Line

PERSON: Final[Mapping[tuple[bool, bool, bool], str]] = {
    # phone, email, hours
    (True, True, True): "utter_support_person_phone_email_hours",
    (True, True, False): "utter_support_person_phone_email",
    (True, False, True): "utter_support_person_phone_hours",
    (True, False, False): "utter_support_person_phone",
    (False, True, True): "utter_support_person_email",
    (False, True, False): "utter_support_person_email",
    (False, False, True): "utter_support_person_unset",
    (False, False, False): "utter_support_person_unset",
}
PERSON_AGAIN: Final[Mapping[str, str]] = {
    "utter_support_person_phone_email_hours": "utter_support_person_phone_email_hours_again",
    "utter_support_person_phone_email": "utter_support_person_phone_email_again",
    "utter_support_person_phone_hours": "utter_support_person_phone_hours_again",
    "utter_support_person_phone": "utter_support_person_phone_again",
    "utter_support_person_email": "utter_support_person_email_again",
    "utter_support_person_unset": "utter_support_person_unset_again",
}


COUNCIL: Final[Mapping[tuple[bool, bool], str]] = {
    # phone, out of hours
    (True, True): "utter_wellbeing_council_both",
    (True, False): "utter_wellbeing_council",
    (False, True): "utter_wellbeing_council_out_of_hours",
}


@dataclass(frozen=True, kw_only=True)
class Contacts:
    """The helpdesk's details; None where the council has not set one."""

    phone: str | None = None
    email: str | None = None
    hours: str | None = None
    privacy_url: str | None = None
    transcript_days: int = 30
    safeguarding_phone: str | None = None
    safeguarding_out_of_hours_phone: str | None = None
    sign_in_url: str | None = None
    local_offer_url: str | None = None

    def person(self) -> Line:
        """Return the line that says how to reach a person."""
        response = PERSON[bool(self.phone), bool(self.email), bool(self.hours)]
        details = {"phone": self.phone, "email": self.email, "hours": self.hours}
        return Line(
            response=response,
            again=PERSON_AGAIN[response],
            parameters={name: value for name, value in details.items() if value},
            closes=True,
            offers_person=True,
        )

    def introduction(self) -> Line:
        """Return the line of first contact: who speaks, that it is automated, and the notice."""
        if self.privacy_url is None:
            return Line(
                response="utter_core_introduction", parameters={"days": self.transcript_days}
            )
        return Line(
            response="utter_core_introduction_privacy",
            parameters={"privacy_url": self.privacy_url, "days": self.transcript_days},
        )

    def council(self) -> tuple[Line, ...]:
        """Return the line with the council's own numbers for who is worried about a child."""
        details = {
            "phone": self.safeguarding_phone,
            "out_of_hours": self.safeguarding_out_of_hours_phone,
        }
        given = {name: value for name, value in details.items() if value}
        response = COUNCIL.get(("phone" in given, "out_of_hours" in given))
        return () if response is None else (Line(response=response, parameters=given, closes=True),)

    def sign_in_address(self) -> tuple[Line, ...]:
        """Return the line with the address of the hub's sign-in page."""
        return _address("utter_sign_in_address", sign_in_url=self.sign_in_url)

    def local_offer_address(self) -> tuple[Line, ...]:
        """Return the line with the address of the Local Offer."""
        return _address("utter_guidance_local_offer_address", local_offer_url=self.local_offer_url)

    def unset(self) -> list[str]:
        """Return the names of the settings that the council has not set."""
        details = {
            "CONTACT_PHONE": self.phone,
            "CONTACT_EMAIL": self.email,
            "CONTACT_HOURS": self.hours,
            "PRIVACY_URL": self.privacy_url,
            "SAFEGUARDING_PHONE": self.safeguarding_phone,
            "SAFEGUARDING_OUT_OF_HOURS_PHONE": self.safeguarding_out_of_hours_phone,
            "LOCAL_OFFER_URL": self.local_offer_url,
        }
        return [name for name, value in details.items() if not value]


def _address(response: str, **address: str | None) -> tuple[Line, ...]:
    given = {name: value for name, value in address.items() if value}
    return (Line(response=response, parameters=given, once=True),) if given else ()
