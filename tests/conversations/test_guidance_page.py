"""Every fact of the council's page "Hub Guidance - Account Registration" is answered when asked.

In the order of the page. What it leaves blank (addresses) comes from configuration.
"""

import pytest

from tests.conversations.driver import CONTACTS, House

FACTS = [
    ("a PDF with screenshots", "is there a pdf of the guidance", "download section"),
    ("a short video", "is there a video", "short video"),
    ("where the hub is", "how do i sign in", CONTACTS["HUB_SIGN_IN_URL"]),
    (
        "what the hub is",
        "what is the hub",
        "Education, Health and Care Hub",
    ),
    (
        "needs assessment",
        "how do i request a needs assessment",
        'click "Request a needs assessment"',
    ),
    (
        "what is behind that",
        "how do i request a needs assessment",
        "with a link to request one",
    ),
    ("reset password", "i forgot my password", 'click "Reset password"'),
    ("help by email", "i want to talk to a person", CONTACTS["CONTACT_EMAIL"]),
    ("Local Offer", "what is the local offer", "SEN and the EHC Needs Assessment process"),
    ("where it is", "what is the local offer", CONTACTS["LOCAL_OFFER_URL"]),
    (
        "the guidance sheet",
        "is there a guidance sheet for requesting an assessment",
        "Hub Guidance - Parent Carer Requesting an Education Health and Care Needs Assessment",
    ),
    ("the council invites first", "do i need to be invited", "The council has to invite you"),
    ("an automated email", "do i need to be invited", "the hub sends you an email"),
    ("the link to the video", "where is the video", "in the email that invites you"),
    ("which address", "i havent received an email", "Staffordshire's EHC Hub"),
    ("junk or spam", "i havent received an email", "junk or spam folder"),
    ("the same address", "it says my email is not recognised", "your invitation was sent to"),
    ("the link is disabled", "the link doesnt work", "disabled"),
    ("2 ways", "how do i set up two factor", "QR code"),
    ("2 ways", "how do i set up two factor", "Use SMS instead of an app"),
    ("free apps", "how do i use an authenticator app", "Google Play or Apple stores"),
    ("at the bottom right", "how do i set up two factor", "at the bottom right"),
    ("recommended", "how do i set up two factor", "The council recommends SMS"),
    ("the number", "text me the code", "Type your mobile number"),
    ("Send Code", "text me the code", '"Send Code"'),
    ("from StaffsEHC", "the code doesnt work", "text from StaffsEHC"),
    ("Verify Code", "the code doesnt work", 'click "Verify Code"'),
    ("Resend Code", "resend the code", 'click "Resend Code" at the bottom left'),
    ("the hub opens", "what happens after i click verify code", "the EHC Hub opens"),
    ("why", "why do you need my number", "it is you"),
]


@pytest.mark.parametrize(
    ("question", "words"),
    [pytest.param(question, words, id=fact) for fact, question, words in FACTS],
)
def test_a_fact_of_the_page_is_answered(house: House, question: str, words: str) -> None:
    assert words in house.text().all(question)


@pytest.mark.parametrize("question", ["is there a video", "what is the hub"])
def test_in_a_form_too_and_the_question_comes_back(house: House, question: str) -> None:
    person = house.text().at_code()

    answer = person.says(question)

    assert person.awaiting == "registration_code"
    assert len(answer) == 2
    assert "6" in answer[-1]
