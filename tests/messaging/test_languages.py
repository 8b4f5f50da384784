"""Which language a text is in."""

from pathlib import Path

import pytest

from messaging.languages import foreign_language

LANGUAGES_TRIED = 31
NAMED = 59
"""Of 64: docs/decisions/0053."""


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("nie mówię po angielsku", "pl"),
        ("prosze wyslac kod jeszcze raz", "pl"),
        ("bună ziua, am nevoie de ajutor cu înregistrarea", "ro"),
        ("مجھے انگریزی نہیں آتی", "ur"),
        ("ਮੈਨੂੰ ਅੰਗਰੇਜ਼ੀ ਨਹੀਂ ਆਉਂਦੀ", "pa"),
        ("আমি ইংরেজি জানি না", "bn"),
        ("mae angen help arnaf gyda cofrestru", "cy"),
        ("як зареєструватися на сайті", "uk"),
        ("我不会说英语", "zh"),
    ],
)
def test_other_languages_are_named(text: str, language: str) -> None:
    assert foreign_language(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "hola",
        "my code is __code__",
        "wot r u on about",
        "i av not ad nowt thru",
        "do i press resend",
        "gizza code",
        "gizza ring",
        "hiya love",
        "hiya can u help me",
        "okie dokie",
        "good day sir",
        "",
        "   ",
        "123456",
        "👍",
    ],
)
def test_english_and_doubt_are_not_foreign(text: str) -> None:
    assert foreign_language(text) is None


def test_of_sixty_short_texts_in_thirty_languages_few_are_missed() -> None:
    lines = Path(__file__).with_name("foreign.tsv").read_text(encoding="utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    named = [foreign_language(text) == language for text, language in rows]

    assert len({language for _, language in rows}) == LANGUAGES_TRIED
    assert sum(named) >= NAMED
