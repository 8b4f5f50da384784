"""Which telephone numbers a text is sent to: mobiles of the accepted regions, nothing else."""

import re
import unicodedata
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

from messaging.errors import TextRefused

_MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
# Ofcom, "Telephone numbers for use in TV and radio drama programmes": libphonenumber rightly calls
# them invalid, so they need a rule of their own.
_DRAMA = re.compile(r"\+447700900\d{3}")
_E164 = re.compile(r"\+[1-9]\d{6,14}")


_HOME: Final = "GB"
_LOOKALIKES: Final = str.maketrans("oOlIi|", "001111")


def e164(typed: str) -> str | None:
    """Return a number that somebody typed in full international form; None: it is none.

    As the assistant and the hub read it: letters that look like digits are digits.
    """
    folded = unicodedata.normalize("NFKC", typed).strip().translate(_LOOKALIKES)
    try:
        parsed = phonenumbers.parse(folded, _HOME)
    except NumberParseException:
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def is_e164(number: str) -> bool:
    """Tell a full international number from a short code or a name."""
    return _E164.fullmatch(number) is not None


def is_drama(number: str) -> bool:
    """Tell Ofcom's numbers for drama from those that people have."""
    return _DRAMA.fullmatch(number) is not None


def national(number: str) -> str:
    """Return the number as people in the United Kingdom write it; others stay as they are."""
    return "0" + number[3:] if number.startswith("+44") else number


def last_three(number: str) -> str:
    """Return all that is ever shown of a number."""
    return number[-3:]


def check_mobile(number: str, *, regions: tuple[str, ...], allow_drama: bool) -> None:
    """Accept a mobile number of one of the regions, written as +447….

    Raises:
        TextRefused: with the reason `unreadable`, `foreign` or `not_mobile`.
    """
    if not is_e164(number):
        raise TextRefused("to", "unreadable")
    if is_drama(number):
        if not allow_drama:
            raise TextRefused("to", "not_mobile")
        return
    try:
        parsed = phonenumbers.parse(number)
    except NumberParseException as exc:
        raise TextRefused("to", "unreadable") from exc
    if phonenumbers.region_code_for_number(parsed) not in regions:
        raise TextRefused("to", "not_mobile" if parsed.country_code == 44 else "foreign")
    if phonenumbers.number_type(parsed) not in _MOBILE:
        raise TextRefused("to", "not_mobile")
