"""Read the TwiML that an application answers an inbound text with."""

from dataclasses import dataclass
from xml.etree import ElementTree

from simulator.carrier.posting import Answer
from simulator.errors import SimulatorError

LARGEST = 64 * 1024
MOST_MESSAGES = 10


class TwimlRejected(SimulatorError):
    """The answer cannot be used; code as in Twilio's debugger."""

    def __init__(self, code: int, detail: str) -> None:
        self.code = code
        super().__init__(detail)


@dataclass(frozen=True, kw_only=True)
class TwimlMessage:
    """One `<Message>`."""

    body: str
    to: str | None
    callback_url: str | None


def read_twiml(answer: Answer) -> list[TwimlMessage]:
    """Return the messages in an answer; an empty answer has none.

    Raises:
        TwimlRejected: too large (11750), not XML (12100, 12300), an unknown verb (12200), or more
            than ten messages (14109).
    """
    if len(answer.body) > LARGEST:
        raise TwimlRejected(11750, f"{len(answer.body)} bytes")
    if not answer.body.strip():
        return []
    if answer.content_type.startswith("text/plain"):
        return [TwimlMessage(body=answer.body.decode(errors="replace"), to=None, callback_url=None)]
    if "xml" not in answer.content_type and "html" not in answer.content_type:
        raise TwimlRejected(12300, answer.content_type or "no Content-Type")
    try:
        # From our own application over loopback, 64 kB at most; expat caps entity expansion itself.
        root = ElementTree.fromstring(answer.body)  # noqa: S314
    except ElementTree.ParseError as exc:
        raise TwimlRejected(12100, str(exc)) from exc
    if root.tag != "Response":
        raise TwimlRejected(12100, f"the root is <{root.tag}>, not <Response>")
    verbs = [verb for verb in root if verb.tag == "Message"]
    if len(verbs) != len(root):
        raise TwimlRejected(12200, "only <Message> is understood here")
    if len(verbs) > MOST_MESSAGES:
        raise TwimlRejected(14109, f"{len(verbs)} messages")
    return [_message(verb) for verb in verbs]


def _message(verb: ElementTree.Element) -> TwimlMessage:
    nested = [(body.text or "") for body in verb.findall("Body")]
    return TwimlMessage(
        body="".join(nested) if nested else (verb.text or "").strip(),
        to=verb.get("to"),
        callback_url=verb.get("statusCallback") or verb.get("action"),
    )
