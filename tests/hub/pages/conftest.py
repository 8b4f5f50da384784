"""A browser without a screen, before the pages of a hub with a real database."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from werkzeug.test import TestResponse

from hub import settings as hub_settings
from hub.accounts import completion, number_proof, registrations
from hub.accounts.hub import Hub
from hub.pages.app import create_pages
from tests.hub.parts import code_in, hand_over

PASSWORD = "correct horse battery staple"
NUMBER = "07700 900123"


class Pages:
    """Opens pages and fills in their forms, as a browser does."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str) -> TestResponse:
        """Open a page, following where it leads."""
        return self.client.get(path, follow_redirects=True)

    def post(self, path: str, page: str | None = None, **fields: str) -> TestResponse:
        """Send a form of a page (of `path` itself unless told), and follow where it leads."""
        opened = self.client.get(page or path, follow_redirects=True)
        fields["csrf_token"] = form_token(opened.text)
        return self.client.post(path, data=fields, follow_redirects=True)


def form_token(page: str) -> str:
    """Return the token that a page's forms carry."""
    return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]


def heading(answer: TestResponse) -> str:
    """Return what the page is about."""
    return re.search(r"<h1[^>]*>([^<]+)</h1>", answer.text)[1]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Return a SQLite database's: what differs between the two is tested below the pages."""
    return sqlite_url


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Keep the compiled templates; every test has an application of its own."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def open_browser(
    settings: hub_settings.Settings, hub: Hub, compiled: FileSystemBytecodeCache
) -> Callable[[], FlaskClient]:
    app = create_pages(settings, hub)
    app.jinja_env.bytecode_cache = compiled
    return lambda: new_browser(app)


@pytest.fixture
def browser(open_browser: Callable[[], FlaskClient]) -> FlaskClient:
    return open_browser()


def new_browser(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    return client


@pytest.fixture
def pages(browser: FlaskClient) -> Pages:
    return Pages(browser)


@pytest.fixture
def other_pages(open_browser: Callable[[], FlaskClient]) -> Pages:
    """Another browser."""
    return Pages(open_browser())


@pytest.fixture
def continue_link(hub: Hub, invite, texts) -> str:
    begun = registrations.begin(hub, code=invite().code, conversation_id="sms-1")
    registrations.give_number(hub, begun.registration_id, typed=NUMBER)
    sent = number_proof.send_code(hub, begun.registration_id)
    hand_over(hub, sent.outgoing_id)
    number_proof.check_code(hub, begun.registration_id, typed=code_in(texts.all[-1]))
    url = completion.continue_link(hub, begun.registration_id).url
    return url.removeprefix(hub.public_url)


@pytest.fixture
def invitation_link(hub: Hub, invite) -> str:
    return invite("parent@example.com").link.removeprefix(hub.public_url)


@pytest.fixture
def registered(pages: Pages, invitation_link: str, texts) -> Pages:
    """A browser in which a parent has just registered by text message."""
    pages.get(invitation_link)
    pages.post("/register", password=PASSWORD)
    pages.post("/register/number", number=NUMBER)
    pages.post("/register/code", code=code_in(texts.all[-1]))
    return pages
