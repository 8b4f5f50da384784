"""Codes that belong to another service: to check one would cost the parent a try for nothing."""

import re
from typing import Final

_SERVICES: Final = (
    "google|gmail|youtube|whatsapp|facebook|instagram|tiktok|snapchat|twitter|microsoft|outlook|"
    "apple|icloud|amazon|paypal|ebay|vinted|klarna|netflix|uber|deliveroo|just eat|o2|vodafone|"
    "bank|barclays|barclaycard|halifax|hsbc|lloyds|monzo|nationwide|natwest|santander|starling|"
    "tsb|revolut|hmrc|universal credit|one login|tesco|asda|sainsbury"
)
"""Who else texts codes to parents; "bank" stands for the rest."""

_CODE: Final = r"(?:code|passcode|password|otp|pin)\b"
_PREFIXED = re.compile(r"(?<![a-z0-9])[a-z]{1,2}-__code", re.I)
"""As Google ("G-123456") and Facebook ("FB-12345") write theirs."""
_NAMED = re.compile(
    rf"\b(?:{_SERVICES})(?:'s)?\b\W+(?:\w+\W+){{0,3}}?{_CODE}"
    rf"|{_CODE}\W+(?:\w+\W+){{0,2}}?(?:for|from)\W+(?:\w+\W+){{0,2}}?(?:{_SERVICES})\b",
    re.I,
)
_OURS = re.compile(r"\behc\b|\bstaff(?:s|ordshire)|@\S+ #__code", re.I)


def names_other_service(text: str) -> bool:
    """Tell whether a masked text brings another service's code, by what stands around the code."""
    if _OURS.search(text):
        return False
    return bool(_PREFIXED.search(text) or _NAMED.search(text))
