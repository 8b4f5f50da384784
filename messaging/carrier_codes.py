"""What the carrier's error codes mean for a text, a parent and the people who run the service.

Source: Twilio's error dictionary, https://www.twilio.com/docs/api/errors.
"""

from dataclasses import dataclass
from datetime import timedelta

from clients.delivery import DeliveryReason as Reason

OPTED_OUT_CODE = 21610


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What follows from an error code."""

    reason: Reason
    may_retry: bool = False
    """The same text may be accepted later."""
    again_after: timedelta | None = None
    """Reported of a text that was accepted: it may be sent once more, after this time."""
    is_ours: bool = False
    """Our configuration or our account is at fault: somebody has to be told now."""


_SOON = timedelta(minutes=1)
_LATER = timedelta(minutes=10)
_VERDICTS = {
    20003: Verdict(reason=Reason.UNKNOWN, may_retry=True, is_ours=True),  # authentication
    20404: Verdict(reason=Reason.UNKNOWN, may_retry=True, is_ours=True),  # no such account
    20429: Verdict(reason=Reason.UNKNOWN, may_retry=True),
    21211: Verdict(reason=Reason.UNKNOWN_NUMBER),
    21214: Verdict(reason=Reason.NO_ROUTE),
    21217: Verdict(reason=Reason.UNKNOWN_NUMBER),
    21408: Verdict(reason=Reason.NO_ROUTE, is_ours=True),  # geographic permission is off
    21601: Verdict(reason=Reason.UNKNOWN, is_ours=True),
    21606: Verdict(reason=Reason.UNKNOWN, may_retry=True, is_ours=True),  # sender not ours
    21608: Verdict(reason=Reason.NO_ROUTE, is_ours=True),  # trial account, unverified number
    OPTED_OUT_CODE: Verdict(reason=Reason.OPTED_OUT),
    21611: Verdict(reason=Reason.UNKNOWN, may_retry=True, is_ours=True),  # queue full
    21612: Verdict(reason=Reason.NO_ROUTE),
    21614: Verdict(reason=Reason.NOT_MOBILE),
    21617: Verdict(reason=Reason.UNKNOWN, is_ours=True),  # over 1,600 characters
    21659: Verdict(reason=Reason.UNKNOWN, may_retry=True, is_ours=True),  # sender not ours
    30001: Verdict(  # queue overflow
        reason=Reason.EXPIRED, may_retry=True, again_after=_SOON, is_ours=True
    ),
    30002: Verdict(reason=Reason.UNKNOWN, may_retry=True, is_ours=True),  # account suspended
    30003: Verdict(reason=Reason.HANDSET_OFF, again_after=_LATER),
    30004: Verdict(reason=Reason.BLOCKED),
    30005: Verdict(reason=Reason.UNKNOWN_NUMBER),
    30006: Verdict(reason=Reason.LANDLINE),
    30007: Verdict(reason=Reason.FILTERED, is_ours=True),
    30008: Verdict(reason=Reason.UNKNOWN, again_after=_SOON),
    30010: Verdict(reason=Reason.UNKNOWN),
    30017: Verdict(reason=Reason.UNKNOWN, may_retry=True, again_after=_SOON),  # congestion
    30018: Verdict(reason=Reason.NO_ROUTE, is_ours=True),  # sender not registered
    30019: Verdict(reason=Reason.UNKNOWN, is_ours=True),  # too big
    30024: Verdict(reason=Reason.NO_ROUTE, is_ours=True),
    30034: Verdict(reason=Reason.NO_ROUTE, is_ours=True),
    30036: Verdict(reason=Reason.EXPIRED),  # validity period over
    30410: Verdict(reason=Reason.UNKNOWN, may_retry=True, again_after=_SOON),  # provider time-out
    30450: Verdict(reason=Reason.FILTERED, is_ours=True),  # pumping protection
    60410: Verdict(reason=Reason.FILTERED, is_ours=True),
    63018: Verdict(reason=Reason.UNKNOWN, may_retry=True, again_after=_SOON),  # channel rate limit
    63038: Verdict(  # daily limit of the account
        reason=Reason.UNKNOWN, may_retry=True, again_after=_LATER, is_ours=True
    ),
}
_OTHER = Verdict(reason=Reason.UNKNOWN)


def judge(code: int | None) -> Verdict:
    """Return what follows from a code; an unknown one is permanent."""
    return _OTHER if code is None else _VERDICTS.get(code, _OTHER)
