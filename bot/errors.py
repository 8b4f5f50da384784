"""What can go wrong in here.

BotError
├── TrackerUnavailable      a conversation could not be read or stored
├── ModelUnusable           there is no model, or it cannot answer
├── ActionsAway             the action server gave no usable answer
└── WrongConfiguration      endpoints, credentials or responses are not as they must be
"""


class BotError(Exception):
    """The root of everything that this package raises."""


class TrackerUnavailable(BotError):
    """A conversation could not be read or stored; nothing was changed, so it can be tried again."""


class ModelUnusable(BotError):
    """There is no model file, or the one there does not understand what it must."""


class ActionsAway(BotError):
    """The action server was down, slow, failing or talking nonsense; the message says which."""


class WrongConfiguration(BotError):
    """A configuration file or the texts are not as they must be; the message says where."""
