"""Does a text speak of distress or of someone at risk? Asked before anything else reads it.

It can only raise a hand: what it does not see may still be seen by the assistant. It needs neither
Rasa nor a network: a lexicon of what is never a joke, and a small linear model over words.
"""

from messaging.wellbeing.detector import Assessment, assess

__all__ = ["Assessment", "assess"]
