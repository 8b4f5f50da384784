"""The action server's door, as Rasa and everybody else find it."""

import httpx
import pytest

from tests.conversations.driver import House


def _post(house: House, token: str | None, body: object) -> httpx.Response:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return house.http.post(f"{house.actions_url}/webhook", json=body, headers=headers)


@pytest.mark.parametrize("token", [None, "guessed"])
def test_nobody_runs_an_action_without_the_token(house: House, token: str | None) -> None:
    assert _post(house, token, {"next_action": "action_answer"}).status_code == 401


@pytest.mark.parametrize("body", [[], {}, {"next_action": 7}, "text"])
def test_what_is_not_a_call_is_refused(house: House, body: object) -> None:
    assert _post(house, house.actions_token, body).status_code == 400


def test_an_unknown_action_is_named_as_such(house: House) -> None:
    call = {"next_action": "action_unheard_of", "tracker": {}}

    assert _post(house, house.actions_token, call).status_code == 404


def test_a_call_that_breaks_tells_nothing_of_itself(house: House) -> None:
    call = {"next_action": "action_answer", "tracker": {"slots": "482913"}}

    answer = _post(house, house.actions_token, call)

    assert answer.status_code == 500
    assert answer.json() == {"error": "internal"}
    assert "482913" not in house.actions.log.read_text()


def test_the_doors_of_the_sdk_are_not_there(house: House) -> None:
    for path in ("/actions", "/health", "/"):
        assert house.http.get(house.actions_url + path).status_code == 404


def test_it_says_whether_it_is_alive_and_ready(house: House) -> None:
    alive = house.http.get(f"{house.actions_url}/healthz")
    ready = house.http.get(f"{house.actions_url}/readyz")
    house.hub_server.fault = "away"
    without_hub = house.http.get(f"{house.actions_url}/readyz")

    assert (alive.status_code, ready.status_code) == (200, 200)
    assert without_hub.status_code == 503
    assert without_hub.json()["missing"] == ["hub"]


def test_what_is_done_for_a_turn_names_it_in_every_process(house: House) -> None:
    person = house.text().at_number()

    assert person.last is not None
    turn = person.last.turn_id
    assert turn in house.hub_server.turns
    assert turn in house.actions.log.read_text()
