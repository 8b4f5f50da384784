"""Take what is sensitive out of a text before anything else sees it.

Reading order: `view` makes a lower-case copy of the same length in which odd digits, dashes and
spaces are ordinary; `addresses`, `words`, `dictated`, `spoken` and `digits` find values in it;
`masker` cuts them out.
"""

from messaging.masking.masker import Masked, mask

__all__ = ["Masked", "mask"]
