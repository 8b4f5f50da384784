"""Numbers that the assistant itself names; taken out they would read like the giving of a code."""

import re
from typing import Final

HELPLINE: Final = re.compile(
    r"(?<![\d+])(?<!\d[ \-])(?:116 123|0800 ?1111)(?![ \-]?\d)"
    r"|\b(?:samaritans?|childline)\b[^\d]{0,20}(?:116 ?123|0800 ?1111)(?!\d)"
)
"""Samaritans and Childline. 116123 in one piece is a security code, unless it is named."""
