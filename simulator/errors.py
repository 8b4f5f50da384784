"""What goes wrong in the outside world.

SimulatorError
├── TwilioRefusal      (carrier/refusals.py) Twilio turns a request down, with its own code
├── WebhookFailed      (carrier/posting.py)  an application did not answer as it must
├── TwimlRejected      (carrier/twiml.py)    an application answered with TwiML that cannot be used
├── UnknownFault       (carrier/faults.py)   a fault that nobody knows was asked for
├── NotANumber         (network/numbers.py)  no phone can have this number
└── InvitationRefused  (invite.py)           the hub did not invite; the sentence says why
"""


class SimulatorError(Exception):
    """Root of everything that goes wrong here."""
