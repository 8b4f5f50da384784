"""How long a process may take to end once it is told to; what waits for it goes by the same."""

from typing import Final

END_WITHIN_S: Final = 20
"""Long enough for the turn or the request under way; what is cut off is taken up again later."""
