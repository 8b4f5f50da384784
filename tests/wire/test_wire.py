"""The bottom of the house: standard library only, and small rules that hold."""

import ast
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire import doors, env, placeholders, signing

ROOT = Path(__file__).resolve().parents[2]


def test_wire_imports_only_the_standard_library():
    for path in (ROOT / "wire").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                top = name.partition(".")[0]
                assert top == "wire" or top in sys.stdlib_module_names, (path, name)


@pytest.mark.parametrize(
    ("header", "is_valid"),
    [
        ("Bearer old", True),
        ("Bearer new", True),
        ("Bearer", False),
        ("Bearer ", False),
        ("bearer new", False),
        ("Basic new", False),
        ("Bearer newer", False),
        ("", False),
        (None, False),
    ],
)
def test_two_tokens_are_accepted_while_one_is_replaced(header: str | None, is_valid: bool):
    assert signing.bearer_is_valid(header, ["old", "new", ""]) is is_valid


@given(st.text())
def test_nothing_typed_looks_like_a_placeholder(typed: str):
    escaped = placeholders.escape_typed(typed)

    assert not placeholders.INWARD.search(escaped)
    assert not placeholders.OUTWARD.search(escaped)


@pytest.mark.parametrize("kind", placeholders.KINDS)
@pytest.mark.parametrize("nth", [1, 2, 9, 10, 99])
def test_a_placeholder_tells_its_kind(kind: str, nth: int):
    found = placeholders.INWARD.fullmatch(placeholders.inward(kind, nth))

    assert found
    assert found["kind"] == kind


def test_every_missing_setting_is_named_at_once():
    with pytest.raises(env.MissingSettings, match="A, C"):
        env.require(["A", "B", "C"], {"B": "set", "C": ""})


def test_the_host_header_does_not_open_the_internal_door():
    def public(environ, start_response):
        return [b"public"]

    def internal(environ, start_response):
        return [b"internal"]

    app = doors.by_port(public=public, internal=internal, internal_port=8083)

    assert app({"SERVER_PORT": "8080", "HTTP_HOST": "x:8083"}, lambda *_: None) == [b"public"]
    assert app({"SERVER_PORT": "8083"}, lambda *_: None) == [b"internal"]
