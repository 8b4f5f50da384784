"""A turn in, its answer out."""

from support import Ours, StubActions


async def test_a_greeting_is_answered_for_its_channel(ours: Ours) -> None:
    by_web = await ours.say("hello")
    by_text = await ours.say("hello", channel="sms", conversation_id="sms-abc")

    assert by_web == ["Hello on the web.\n\nWith a second paragraph."]
    assert by_text == ["Hello by text."]


async def test_the_same_turn_again_gets_the_kept_answer(ours: Ours, actions: StubActions) -> None:
    turn = ours.turn("thanks")
    first = await ours.post(turn)
    again = await ours.post(turn)

    assert first.document == again.document
    assert len(actions.run("action_work")) == 1
