"""Who is writing, by their words."""

import pytest

from actions.core.writers import Writer, writer_of


@pytest.mark.parametrize(
    ("text", "writer"),
    [
        ("im only 12", Writer.CHILD),
        ("i'm 16", Writer.CHILD),
        ("I am 12 years old", Writer.CHILD),
        ("im a kid", Writer.CHILD),
        ("im 16 weeks pregnant", None),
        ("im 10 minutes away", None),
        ("im 40", None),
        ("i am a parent", None),
        ("im a senco can you help with a pupil", Writer.STAFF),
        ("i am a headteacher", Writer.STAFF),
        ("we are teachers", Writer.STAFF),
        ("I work at a school", Writer.STAFF),
        ("his teacher told me to register", None),
        ("the senco said i need to", None),
        ("i live in stoke", Writer.OTHER_COUNCIL),
        ("are you Stoke-on-Trent or Staffordshire", Writer.OTHER_COUNCIL),
        ("did stoke win", None),
        ("i live in stafford", None),
    ],
)
def test_who_is_writing(text: str, writer: Writer | None) -> None:
    assert writer_of(text) is writer
