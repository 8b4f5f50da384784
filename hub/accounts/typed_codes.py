"""Reading the six digits out of whatever a person typed around them."""

import re
import unicodedata
from typing import Final

from hub.accounts.errors import CodeMalformed

DIGITS: Final = 6

_SEPARATOR = r"[ \t\u00a0\-\u2010-\u2015\u2212.]"
_RUN = re.compile(rf"[0-9](?:{_SEPARATOR}*[0-9])*")
_NOT_DIGIT = re.compile(r"[^0-9]")


def read(typed: str) -> str:
    """Return the six digits.

    Spaces, hyphens and dashes between the digits and words around them are passed over, full-width
    digits are read. One group of six among other numbers is taken for the code.

    Raises:
        CodeMalformed: there are not exactly six digits to be read, and how so.
    """
    folded = unicodedata.normalize("NFKC", typed)
    runs = [_NOT_DIGIT.sub("", run) for run in _RUN.findall(folded)]
    fitting = [run for run in runs if len(run) == DIGITS]
    if len(fitting) == 1:
        return fitting[0]
    total = "".join(runs)
    if not total:
        raise CodeMalformed("not_digits")
    if len(total) == DIGITS:
        return total
    raise CodeMalformed("too_few" if len(total) < DIGITS else "too_many")
