"""Which language a text is in."""

import pytest

from messaging.languages import foreign_language


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
        "",
        "   ",
        "123456",
        "👍",
    ],
)
def test_english_and_doubt_are_not_foreign(text: str) -> None:
    assert foreign_language(text) is None
