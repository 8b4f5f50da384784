"""What goes to Rasa comes out as it went in, or is refused by the name of its field."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire.envelope import Button, EnvelopeError, Reply, Sender, Turn, TurnAnswer
from wire.names import CHANNELS

texts = st.text()
turns = st.builds(
    Turn,
    turn_id=texts,
    conversation_id=texts,
    channel=st.sampled_from(CHANNELS),
    text=texts,
    references=st.dictionaries(texts, texts),
    sender=st.none() | st.builds(Sender, reference=texts, last_three=texts),
    choice=st.none() | texts,
    signals=st.dictionaries(texts, st.booleans() | texts),
)
answers = st.builds(
    TurnAnswer,
    turn_id=texts,
    replies=st.lists(
        st.builds(
            Reply,
            text=texts,
            buttons=st.lists(st.builds(Button, choice=texts, title=texts)).map(tuple),
            custom=st.dictionaries(texts, texts),
        )
    ).map(tuple),
    awaiting=st.none() | texts,
    handoff=st.none() | st.dictionaries(texts, texts),
)


@given(turns)
def test_a_turn_survives_the_way(turn: Turn):
    assert Turn.from_document(json.loads(turn.to_json())) == turn


@given(answers)
def test_an_answer_survives_the_way(answer: TurnAnswer):
    assert TurnAnswer.from_document(json.loads(answer.to_json())) == answer


GOOD = {"turn_id": "t", "conversation_id": "sms-1", "channel": "sms", "text": "hello"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"turn_id": None}, "turn_id"),
        ({"text": 5}, "text"),
        ({"channel": "fax"}, "channel"),
        ({"references": []}, "references"),
        ({"references": {"__code__": 5}}, "reference"),
        ({"sender": "07"}, "sender"),
        ({"sender": {"reference": "r"}}, "last_three"),
        ({"choice": 5}, "choice"),
        ({"signals": ["x"]}, "signals"),
    ],
)
def test_a_wrong_field_is_named_and_its_value_is_not(change: dict[str, object], field: str):
    with pytest.raises(EnvelopeError, match=field):
        Turn.from_document(GOOD | change)


@pytest.mark.parametrize("document", [None, [], "x", {"replies": None}, {"replies": ["x"]}])
def test_what_is_no_answer_is_refused(document: object):
    with pytest.raises(EnvelopeError):
        TurnAnswer.from_document(document)
