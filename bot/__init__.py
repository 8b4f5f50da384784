"""What runs inside the Rasa server: the door, the stores, the call to the actions, the importer.

Python 3.10. Imports rasa and what it brings, and `wire`.
"""

from typing import Final

WRITTEN_FOR_RASA: Final = "3.6.21"
"""Every module that leans on something inside Rasa asserts this version beside it."""
