import pytest

from messaging.keywords import Keyword, read


@pytest.mark.parametrize(
    "text",
    [
        "STOP", "stop", " Stop. ", "STOP!", '"stop"', "Stopall", "stop all", "UNSUBSCRIBE",
        "revoke", "optout", "opt out",
        "please stop texting me", "Stop texting me please.", "stop messaging", "unsubscribe me",
        "Don’t text me again", "do not text me", "pls stop sending me these texts",
        "opt me out please", "remove me from your list",
    ],
)  # fmt: skip
def test_stop_and_what_means_stop_is_an_opt_out(text: str) -> None:
    assert read(text, is_opted_out=False) is Keyword.STOP


@pytest.mark.parametrize(
    "text",
    [
        "stop that", "cancel", "END", "quit", "stop please wait", "my bus stop is far",
        "I want to stop registration", "stop it", "how do I stop", "the code will not stop coming",
    ],
)  # fmt: skip
def test_words_for_leaving_a_step_are_no_opt_out(text: str) -> None:
    assert read(text, is_opted_out=False) is None


@pytest.mark.parametrize("text", ["START", "start.", "Unstop"])
def test_start_brings_texts_back(text: str) -> None:
    assert read(text, is_opted_out=True) is Keyword.START
    assert read(text, is_opted_out=False) is Keyword.START


@pytest.mark.parametrize("text", ["YES", "yes", "Yes!"])
def test_yes_is_an_answer_unless_somebody_had_stopped(text: str) -> None:
    assert read(text, is_opted_out=False) is None
    assert read(text, is_opted_out=True) is Keyword.START


@pytest.mark.parametrize("text", ["HELP", "help!", "Info"])
def test_help_asks_for_help(text: str) -> None:
    assert read(text, is_opted_out=False) is Keyword.HELP


@pytest.mark.parametrize("text", ["", "   ", "!!!", "help me with the code", "123456", "startle"])
def test_everything_else_is_words(text: str) -> None:
    assert read(text, is_opted_out=True) is None
