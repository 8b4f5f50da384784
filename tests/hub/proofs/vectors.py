"""The test vectors of RFC 4226 (Appendix D) and RFC 6238 (Appendix B)."""

import hashlib
from base64 import b32encode
from datetime import UTC, datetime

import pyotp

from hub.accounts import totp as ours

RFC_4226 = [
    "755224",
    "287082",
    "359152",
    "969429",
    "338314",
    "254676",
    "287922",
    "162583",
    "399871",
    "520489",
]

RFC_6238 = {
    59: ("94287082", "46119246", "90693936"),
    1111111109: ("07081804", "68084774", "25091201"),
    1111111111: ("14050471", "67062674", "99943326"),
    1234567890: ("89005924", "91819424", "93441116"),
    2000000000: ("69279037", "90698825", "38618901"),
    20000000000: ("65353130", "77737706", "47863826"),
}
DIGESTS = (hashlib.sha1, hashlib.sha256, hashlib.sha512)
SIZES = (20, 32, 64)


def secret(size: int) -> str:
    return b32encode((b"1234567890" * 7)[:size]).decode()


def hotp() -> tuple[int, int]:
    """How many counters give the right code, by our own function; and of how many."""
    met = [ours.code_at(secret(20), counter) == code for counter, code in enumerate(RFC_4226)]
    return sum(met), len(met)


def totp() -> tuple[int, int]:
    """How many moments give the right code by the library we use; SHA-1 by our function besides."""
    met = []
    for moment, codes in RFC_6238.items():
        for code, digest, size in zip(codes, DIGESTS, SIZES, strict=True):
            library = pyotp.TOTP(secret(size), digits=8, digest=digest)
            right = library.at(moment) == code
            if digest is hashlib.sha1:
                when = datetime.fromtimestamp(moment, UTC)
                step = ours.step_at(when)
                right &= ours.matching_steps(secret(20), code[-6:], when, drift=0) == [step]
            met.append(right)
    return sum(met), len(met)
