"""The wellbeing detector: misses nothing plain, leaves jokes and everyday anger alone."""

import json

import pytest

from messaging.wellbeing import assess
from messaging.wellbeing.detector import JOKING_THRESHOLD, MODEL, THRESHOLD, Model
from scripts.train_wellbeing import examples, made_of

RISK = [
    "I want to die",
    "i dont want to be here any more",
    "i dont wanna b here no more",
    "thinking of ending it all tonight",
    "my son says he wants to kill himself",
    "she has taken an overdose",
    "my husband hits me in front of the children",
    "someone is hurting my child",
    "im scared of my partner",
    "I can't cope any more",
    "at the end of my tether, he is so violent",
    "my daughter has been cutting her arms",
    "we are not safe at home",
    "he has a knife",
    "my baby is not breathing",
    "I want to kill myself and I'm not joking",
    "chcę umrzeć",
    "mąż mnie bije",
    "хочу умереть",
    "میں مرنا چاہتی ہوں",
    "vreau să mor",
    "dw i eisiau marw",
    "I WANT TO DIE",
    "i want to dieeee",
    "i don’t want to live any more lol",
    "kms",
    "he says hes going to unalive himself",
    "hes choking",
    "i took all of them",
    "he set fire to his bedroom",
    "can someone come quick hes hurting her",
    "no1 wud miss me",
    "nie chcę żyć",
    "mujhe jeena nahi hai",
    "مجھے جینا نہیں ہے",
    "لا أريد أن أعيش",
    "nu mai vreau să trăiesc",
    "ਮੈਂ ਜੀਣਾ ਨਹੀਂ ਚਾਹੁੰਦੀ",
    "dw i ddim eisiau byw",
    "আমি বাঁচতে চাই না",
    "childline number",
    "how do i report a concern about a child",
    "please can a person ring me, i am not managing and i am frightened",
    "i dont think he should be left with her",
    "a pupil has disclosed that he is being hit at home",
    "they are making me marry my cousin",
    "he is being blackmailed over photos",
]

BUSINESS = (
    "hiya so the code came through at about ten and i put it in the box like you said and then {} "
    "and anyway after that the page said it had expired so please can i have another one sent to "
    "the same number as before"
)

HARMLESS = [
    "this hub will be the death of me lol",
    "omg kill me now this is so slow haha",
    "im gonna scream if this link breaks again",
    "I could murder a cup of tea",
    "the code is killing me 😂",
    "hi",
    "my code is __code__",
    "I forgot my password",
    "is this safe?",
    "is my data safe with you",
    "I hit resend and nothing came",
    "my phone is dead",
    "my phone died",
    "the link is dead",
    "you are useless",
    "I want to speak to a person",
    "stop texting me",
    "how do I get an EHCP for my son",
    "what clubs are there for autistic children",
    "nie rozumiem",
    "this is killing me",
    "im dead",
    "at my wits end with this website",
    "cant take any more of this website",
    "cant cope with passwords",
    "end this chat",
    "im drowning in forms",
    "gonna kill his xbox",
    "die of embarrassment lol",
    "he is bullied at school",
    "hes in hospital",
    "she broke her arm",
    "ran out of tablets",
    "worried about my data",
    "gonna scream",
    "im done",
    "e its me again",
    "my code is wrong and my phone is dead and i am sick to death of it",
    "",
    "   ",
    "😀",
]


@pytest.mark.parametrize("text", RISK)
def test_distress_and_risk_raise(text: str) -> None:
    assert assess(text).raised


@pytest.mark.parametrize("text", HARMLESS)
def test_jokes_and_everyday_words_do_not(text: str) -> None:
    assert not assess(text).raised


def test_distress_in_the_middle_of_other_business_raises() -> None:
    assert assess(BUSINESS.format("he had his hands round my neck")).raised


def test_long_business_without_distress_does_not() -> None:
    assert not assess(BUSINESS.format("the kettle boiled over")).raised


def test_the_stored_model_was_fitted_to_the_examples_of_today() -> None:
    stored = json.loads(MODEL.read_text(encoding="utf-8"))

    assert stored["made_of"] == made_of(*examples()), "run python -m scripts.train_wellbeing"


def test_the_reason_names_the_source_and_never_the_words() -> None:
    assert assess("my husband hits me").reason == "lexicon"
    assert assess("hello").reason is None


@pytest.mark.parametrize(
    ("text", "probability", "raised"),
    [
        ("everything is dark", THRESHOLD - 0.01, False),
        ("everything is dark", THRESHOLD, True),
        ("everything is dark haha", THRESHOLD, False),
        ("everything is dark haha", JOKING_THRESHOLD, True),
        ("everything is dark haha but i mean it", THRESHOLD, True),
    ],
)
def test_the_model_raises_from_its_threshold_on(
    text: str, probability: float, *, raised: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Model, "probability", lambda self, text: probability)

    assert assess(text, Model(weights={}, bias=0.0)).raised is raised
