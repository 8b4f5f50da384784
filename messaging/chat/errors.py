"""What can go wrong in a web chat conversation.

ChoiceNotOffered    a button that no message of the conversation has
"""


class ChoiceNotOffered(Exception):
    """A button that no message of the conversation has."""
