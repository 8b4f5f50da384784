"""Errors of the language components.

ComponentError
├── EncoderMismatch
└── ModelMissing
"""


class ComponentError(RuntimeError):
    """A language component cannot do its job; start-up must stop."""


class EncoderMismatch(ComponentError):
    """The encoder's weights are not, byte for byte, the file that was measured."""


class ModelMissing(ComponentError):
    """The trained part of a component cannot be read; it must never load untrained."""
