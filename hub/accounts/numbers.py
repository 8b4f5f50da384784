"""Which telephone numbers can be texted."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType

from hub.accounts.errors import NumberNotAccepted, NumberReason

HOME: Final = "GB"
COUNTRY_CODE: Final = 44

# Ofcom, "Telephone numbers for drama use": given to no one, so libphonenumber calls them invalid.
_DRAMA = re.compile(r"7700900\d{3}")

# Ofcom, National Telephone Numbering Plan: 07 is mobiles, pagers and personal numbers, each with
# ten digits after the 0. Elsewhere nine can be enough, so nine are a possible length as such.
_MOBILE_BEGINS: Final = "7"

_REASONS: Final[Mapping[int, NumberReason]] = {
    PhoneNumberType.FIXED_LINE: "landline",
    PhoneNumberType.PERSONAL_NUMBER: "personal",
    PhoneNumberType.PREMIUM_RATE: "premium",
    PhoneNumberType.SHARED_COST: "premium",
    PhoneNumberType.PAGER: "pager",
}


def read(typed: str, *, regions: Collection[str] = (HOME,), allow_drama: bool = False) -> str:
    """Return a mobile number in E.164 form, `+447…`.

    Raises:
        NumberNotAccepted: and why, as far as it can be told.
    """
    folded = unicodedata.normalize("NFKC", typed).strip()
    try:
        number = phonenumbers.parse(folded, HOME)
    except NumberParseException as exc:
        if exc.error_type == NumberParseException.TOO_LONG:
            raise NumberNotAccepted("too_long") from None
        if exc.error_type in {
            NumberParseException.TOO_SHORT_NSN,
            NumberParseException.TOO_SHORT_AFTER_IDD,
        }:
            raise NumberNotAccepted("too_short") from None
        raise NumberNotAccepted("unreadable") from None
    if allow_drama and is_drama(number):
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    reason = _reason_against(number, regions)
    if reason is not None:
        raise NumberNotAccepted(reason)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_drama(number: PhoneNumber) -> bool:
    """Tell whether a number is one of 07700 900000 to 900999."""
    return number.country_code == COUNTRY_CODE and bool(
        _DRAMA.fullmatch(str(number.national_number))
    )


def _reason_against(number: PhoneNumber, regions: Collection[str]) -> NumberReason | None:
    if number.country_code != COUNTRY_CODE:
        return "foreign"
    if str(number.national_number).startswith(_MOBILE_BEGINS):
        possible = phonenumbers.is_possible_number_for_type_with_reason(
            number, PhoneNumberType.MOBILE
        )
    else:
        possible = phonenumbers.is_possible_number_with_reason(number)
    if possible in {
        phonenumbers.ValidationResult.TOO_SHORT,
        phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY,
    }:
        return "too_short"
    if possible == phonenumbers.ValidationResult.TOO_LONG:
        return "too_long"
    if number.extension:
        return "not_mobile"
    kind = phonenumbers.number_type(number)
    if kind == PhoneNumberType.MOBILE:
        region = phonenumbers.region_code_for_number(number)
        return None if region in regions else "foreign"
    return _REASONS.get(kind, "not_mobile")


def last_three(number: str) -> str:
    """Return all that is ever shown of a number."""
    return number[-3:]
