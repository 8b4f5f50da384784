"""Which journey a step belongs to: a slot is named after its journey (`registration_code`)."""

from functools import cache

from messaging.texts import DATA


@cache
def _names() -> tuple[str, ...]:
    names = [path.name for path in DATA.iterdir() if path.is_dir()]
    # Longest first: `password_reset_email` is not of a journey called `password`.
    return tuple(sorted(names, key=len, reverse=True))


def of_slot(slot: str | None) -> str | None:
    """Return the journey of a slot that a form asks for; None: it is of none."""
    return next((name for name in _names() if slot and slot.startswith(f"{name}_")), None)
