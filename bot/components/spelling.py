"""Make text speech readable for an encoder that learned from books and web pages."""

import re
import unicodedata
from typing import Final

from wire.placeholders import INWARD

PLACEHOLDER_WORDS: Final = {
    "code": "security code 123456",
    "phone": "mobile phone number 07700",
    "email": "email address jo@mail.com",
    "invitation": "invitation code 7K4M",
    "password": "password secret",
    "number": "reference number 943",
}
"""What an encoder reads in the place of a placeholder; it has never seen `__code__`."""

_SPEECH: Final = {
    "u": "you", "ur": "your", "r": "are", "y": "why", "n": "and", "pls": "please", "plz": "please",
    "plse": "please", "thx": "thanks", "thnx": "thanks", "txt": "text", "txts": "texts",
    "msg": "message", "msgs": "messages", "2day": "today", "2moz": "tomorrow", "2moro": "tomorrow",
    "2nite": "tonight", "l8r": "later", "l8er": "later", "4": "for", "2": "to", "b4": "before",
    "gr8": "great", "m8": "mate", "cos": "because", "coz": "because", "cuz": "because",
    "wot": "what", "wots": "what is", "wat": "what", "wen": "when", "wer": "where",
    "wers": "where is",
    "wiv": "with", "dis": "this", "dat": "that", "da": "the", "teh": "the", "tha": "the",
    "sumthing": "something", "summat": "something", "owt": "anything", "nowt": "nothing",
    "sum1": "someone", "some1": "someone", "any1": "anyone", "no1": "no one", "im": "i am",
    "ive": "i have", "av": "i have", "id": "i would", "ill": "i will", "il": "i will",
    "dont": "do not", "dnt": "do not", "dunt": "does not", "dunna": "do not", "doesnt": "does not",
    "didnt": "did not", "cant": "can not", "cnt": "can not", "carnt": "can not", "cor": "can not",
    "wont": "will not", "wunna": "will not", "isnt": "is not", "aint": "is not", "int": "is not",
    "hasnt": "has not", "havent": "have not", "havnt": "have not", "wasnt": "was not",
    "hav": "have", "fone": "phone", "moby": "mobile", "mob": "mobile", "num": "number",
    "numba": "number", "pw": "password", "pwd": "password", "passwrd": "password",
    "pasword": "password", "resnd": "resend", "agen": "again", "agin": "again", "anuva": "another",
    "nuther": "another", "snd": "send", "wnt": "want", "wana": "want to", "wanna": "want to",
    "gonna": "going to", "gotta": "got to", "gis": "give me", "me": "me", "yer": "your",
    "thats": "that is", "whats": "what is", "wheres": "where is", "whos": "who is",
    "hows": "how is",
    "its": "it is", "youre": "you are", "youve": "you have", "theres": "there is", "hes": "he is",
    "shes": "she is", "lets": "let us", "tho": "though", "thru": "through", "cumin": "coming",
    "sez": "says", "hw": "how", "regester": "register", "rejister": "register",
    "recieved": "received", "recieve": "receive", "acount": "account", "autentication":
    "authentication", "echp": "ehcp", "assesment": "assessment", "asessment": "assessment",
}  # fmt: skip

_WORD: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_STRETCHED: Final = re.compile(r"([a-z])\1{2,}")


def readable(text: str) -> str:
    """Return a text in plain words: placeholders as what they stand for, text speech spelled out.

    An apostrophe counts for nothing (`don't`, `dont`), a stretched word is cut (`noooo`).
    """
    spoken = INWARD.sub(lambda match: f" {PLACEHOLDER_WORDS[match['kind']]} ", text)
    lowered = unicodedata.normalize("NFKC", spoken).lower().replace("’", "'")

    def plain(match: re.Match[str]) -> str:
        word = match.group()
        return _SPEECH.get(word.replace("'", ""), word)

    return " ".join(_STRETCHED.sub(r"\1\1", _WORD.sub(plain, lowered)).split())


def as_typed(text: str) -> str:
    """Return a text for character n-grams: lower case, placeholders as single odd words."""
    kept = INWARD.sub(lambda match: f" zz{match['kind']}zz ", text)
    lowered = unicodedata.normalize("NFKC", kept).lower().replace("’", "'")
    return " ".join(_STRETCHED.sub(r"\1\1", lowered).split())
