"""Nobody outside learns who is known; times are measured by `scripts/check_hub.py`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub.proofs import enumeration
from tests.hub.proofs.served import API_KEY


@pytest.fixture(scope="module")
def scene(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[enumeration.Scene]:
    folder = tmp_path_factory.mktemp("enumeration")
    (folder / "hub.db").write_bytes(migrated.read_bytes())
    with enumeration.scene(f"sqlite:///{folder / 'hub.db'}", folder, 10) as made:
        yield made


@pytest.mark.parametrize("name", enumeration.OPERATIONS)
def test_known_and_unknown_are_answered_alike(scene: enumeration.Scene, name: str) -> None:
    outcome = enumeration.probe(scene.operation(name), samples=0)

    assert outcome.is_alike, outcome.answers


def test_only_who_is_known_gets_a_mail(scene: enumeration.Scene) -> None:
    operation = scene.operation("page /reset-password")
    for given in (operation.known[0], operation.unknown[0], operation.known[1]):
        assert operation.ask(given).status == 303
    scene.served.wait_for_mail(operation.known[1])

    assert not set(scene.served.mailed()) & set(operation.unknown)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/metrics"),
        ("GET", "/openapi.yaml"),
        ("GET", "/v1/factor-resets"),
        ("GET", "/v1/registrations?conversation_id=sms-asker"),
        ("POST", "/v1/invitations"),
        ("POST", "/v1/accounts/erase"),
    ],
)
def test_the_public_port_of_a_running_hub_knows_nothing_of_the_internal_one(
    scene: enumeration.Scene, method: str, path: str
) -> None:
    headers = {"Authorization": f"Bearer {API_KEY}", "Content-Type": "application/json"}
    public, internal = (
        scene.served.line(url).ask(method, path, "{}" if method == "POST" else "", headers)
        for url in (scene.served.url, scene.served.internal_url)
    )

    assert public.status == 404
    assert "Page not found" in public.body
    assert internal.status in {200, 400, 401}


def test_a_differing_answer_would_be_seen() -> None:
    def ask(given: str) -> enumeration.Answer:
        return enumeration.Answer(status=200, headers={}, body=given[0], took_s=0.1)

    operation = enumeration.Operation(ask=ask, known=["a1", "a2"], unknown=["b1", "b2"])

    assert not enumeration.probe(operation, samples=2).is_alike


def test_the_area_under_the_curve_tells_a_difference() -> None:
    assert enumeration.area_under_curve([2.0, 3.0], [0.0, 1.0]) == 1.0
    assert enumeration.area_under_curve([0.0, 3.0], [1.0, 2.0]) == 0.5
