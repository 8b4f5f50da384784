"""Codes over time and counters, by the vectors of their standards."""

import shutil
import subprocess

import pytest

from hub.accounts import totp
from tests.hub.proofs import vectors


def test_every_vector_of_rfc_4226_is_met() -> None:
    assert vectors.hotp() == (10, 10)


def test_every_vector_of_rfc_6238_is_met() -> None:
    assert vectors.totp() == (18, 18)


def test_secrets_have_160_bits_and_are_shown_in_groups_of_four() -> None:
    secrets = {totp.new_secret() for _ in range(100)}

    assert len(secrets) == 100
    assert {len(secret) for secret in secrets} == {32}
    assert totp.in_groups("ABCDEFGHIJ") == "ABCD EFGH IJ"


@pytest.mark.skipif(shutil.which("oathtool") is None, reason="needs the package oathtool")
def test_codes_are_those_of_another_implementation(hub, app_user) -> None:
    moment = hub.clock.now()
    told = subprocess.run(
        ["oathtool", "-b", "--totp", f"--now={moment:%Y-%m-%d %H:%M:%S UTC}", app_user.secret],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()

    assert app_user.finish(app_user.begin(), "app", told)
