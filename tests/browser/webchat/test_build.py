"""The committed build of the element is what its sources say, and small."""

import gzip
import re
from pathlib import Path

import pytest

from tests.browser.webchat import node
from webhooks.chat.site import STATIC

FILES = ("ehc-chat.js", "ehc-chat.css")
MOST_BYTES = 25_000


def test_the_element_weighs_at_most_25_kilobytes_compressed() -> None:
    sizes = {name: len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in FILES}

    assert sum(sizes.values()) <= MOST_BYTES, sizes


def test_the_element_holds_nothing_that_makes_markup_from_strings() -> None:
    script = (STATIC / FILES[0]).read_text()

    found = re.findall(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|\.cookie",
        script,
    )

    assert found == []


def test_the_lock_file_names_no_registry() -> None:
    lock = (node.WIDGET / "package-lock.json").read_text()

    assert '"resolved"' not in lock


@pytest.mark.short
@pytest.mark.browser
def test_the_committed_build_is_what_the_sources_give(tmp_path: Path) -> None:
    node.prepare()

    node.run("npx", "tsc", "--noEmit")
    node.run("node", "build.mjs", str(tmp_path))

    for name in FILES:
        assert (tmp_path / name).read_bytes() == (STATIC / name).read_bytes(), (
            f"{name} is older than its sources: npm run build in webhooks/chat/widget"
        )
