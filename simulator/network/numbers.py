"""Telephone numbers as the network and Twilio read them."""

import re

import phonenumbers

from simulator.errors import SimulatorError

_E164 = re.compile(r"\+[1-9]\d{6,14}")


class NotANumber(SimulatorError):
    """No phone can have this number."""


def is_e164(number: str) -> bool:
    """Tell whether a number is written as Twilio wants it, and has a possible length.

    Ofcom's drama numbers count: they belong to nobody, and that is why they are used here.
    """
    if not _E164.fullmatch(number):
        return False
    try:
        return _is_complete(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False


def _is_complete(parsed: phonenumbers.PhoneNumber) -> bool:
    """Tell whether the length is possible, the area code included."""
    reason = phonenumbers.is_possible_number_with_reason(parsed)
    return bool(reason == phonenumbers.ValidationResult.IS_POSSIBLE)


def from_typed(typed: str) -> str:
    """Return what a person typed (07700 900123, +44 7700 900123) in E.164.

    Raises:
        NotANumber: it cannot be read as a number of a possible length.
    """
    try:
        parsed = phonenumbers.parse(typed, "GB")
    except phonenumbers.NumberParseException as exc:
        raise NotANumber("That is not a telephone number.") from exc
    if not _is_complete(parsed):
        raise NotANumber("That number is too short or too long.")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def for_reading(number: str) -> str:
    """Return a number as people in Britain write it; names and short codes as they are."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    if parsed.country_code != 44:
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    digits = str(parsed.national_number)
    if re.fullmatch(r"7\d{9}", digits):
        return f"0{digits[:4]} {digits[4:]}"
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)


def country_of(number: str) -> str:
    """Return the country (`GB`) that a number belongs to, empty where it has none."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.region_code_for_country_code(parsed.country_code or 0)
