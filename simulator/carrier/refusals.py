"""Twilio's refusals: code, sentence and HTTP status, and the body that carries them."""

from dataclasses import dataclass

from simulator.errors import SimulatorError


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One of Twilio's error codes."""

    status: int
    sentence: str
    """`{}` takes what the request held."""


KINDS: dict[int, Kind] = {
    20001: Kind(status=400, sentence="Invalid parameter: {}"),
    20003: Kind(status=401, sentence="Authenticate"),
    20004: Kind(status=405, sentence="Method not allowed"),
    20404: Kind(status=404, sentence="The requested resource {} was not found"),
    20429: Kind(status=429, sentence="Too Many Requests"),
    20500: Kind(status=500, sentence="An internal server error has occurred"),
    20503: Kind(status=503, sentence="Service is unable to process your request at this time"),
    21211: Kind(status=400, sentence="Invalid 'To' Phone Number: {}"),
    21212: Kind(status=400, sentence="Invalid From Number (caller ID): {}"),
    21266: Kind(status=400, sentence="'To' and 'From' number cannot be the same: {}"),
    21408: Kind(
        status=403,
        sentence="Permission to send an SMS has not been enabled for the region indicated by the "
        "'To' number: {}",
    ),
    21602: Kind(status=400, sentence="Message body is required."),
    21603: Kind(status=400, sentence="A 'From' phone number is required."),
    21604: Kind(status=400, sentence="A 'To' phone number is required."),
    21606: Kind(
        status=400,
        sentence="The 'From' phone number provided ({}) is not a valid message-capable Twilio "
        "phone number for this destination/account",
    ),
    21609: Kind(status=400, sentence="The 'StatusCallback' URL {} is not a valid URL"),
    21610: Kind(status=400, sentence="Attempt to send to unsubscribed recipient"),
    21611: Kind(
        status=429, sentence="This 'From' number has exceeded the maximum number of queued messages"
    ),
    21612: Kind(
        status=400,
        sentence="Message cannot be sent with the current combination of 'To' ({}) and/or 'From' "
        "parameters",
    ),
    21614: Kind(status=400, sentence="'To' number is not a valid mobile number: {}"),
    21617: Kind(
        status=400,
        sentence="The concatenated message body exceeds the 1600 character limit",
    ),
    21620: Kind(status=400, sentence="Invalid media URL(s): {}"),
    21624: Kind(status=400, sentence="Invalid validity period value: {}"),
    21701: Kind(status=404, sentence="The Messaging Service {} does not exist"),
}


class TwilioRefusal(SimulatorError):
    """Twilio turns a request down."""

    def __init__(self, code: int, detail: str = "", *, status: int | None = None) -> None:
        kind = KINDS[code]
        self.code = code
        self.status = status or kind.status
        self.sentence = kind.sentence.format(detail)
        super().__init__(self.sentence)

    def body(self) -> dict[str, str | int]:
        """Return the JSON body that Twilio answers with."""
        return {
            "code": self.code,
            "message": self.sentence,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }


DELIVERY_ERRORS: dict[int, str] = {
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
    30036: "Validity Period Expired",
}
"""What became of a text that Twilio had taken."""
