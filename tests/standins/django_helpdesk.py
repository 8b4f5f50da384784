"""A real django-helpdesk: its own environment, SQLite, Django's development server."""

import json
import os
import secrets
import subprocess
import time
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from tests.messaging.redis_server import ROOT
from tests.standins.ports import free_port

ENVIRONMENT = ROOT / "var" / "django-helpdesk"
PYTHON = str(ENVIRONMENT / "bin" / "python")
STARTS_WITHIN_S = 60.0
_OURS, _THEIRS, _OTHERS = (secrets.token_hex(20) for _ in range(3))

_SETTINGS = """
SECRET_KEY = "only for tests"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
USE_TZ = True
TIME_ZONE = "Europe/London"
ROOT_URLCONF = "desk.urls"
SITE_ID = 1
STATIC_URL = "/static/"
MEDIA_ROOT = "{folder}/media"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
DATABASES = {{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": "{folder}/desk.db"}}}}
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
INSTALLED_APPS = [
    "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes",
    "django.contrib.sessions", "django.contrib.messages", "django.contrib.staticfiles",
    "django.contrib.sites", "django.contrib.humanize", "rest_framework",
    "rest_framework.authtoken", "django_cleanup.apps.CleanupConfig", "helpdesk",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [{{
    "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
    "OPTIONS": {{"context_processors": [
        "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages"]}},
}}]
REST_FRAMEWORK = {{"DEFAULT_AUTHENTICATION_CLASSES": [
    "rest_framework.authentication.TokenAuthentication"]}}
HELPDESK_TEAMS_MODE_ENABLED = False
def HELPDESK_GET_FOLLOWUP_WEBHOOK_URLS():
    import pathlib
    path = pathlib.Path("{folder}/webhook")
    return [path.read_text()] if path.exists() else []
"""
_URLS = """
from django.urls import include, path
urlpatterns = [path("", include("helpdesk.urls", namespace="helpdesk"))]
"""
_PEOPLE = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("loaddata", "emailtemplate.json", verbosity=0)
from django.contrib.auth.models import User
from rest_framework.authtoken.models import Token
from helpdesk.models import CustomField, Queue
Queue.objects.create(title="SEND", slug="send")
Queue.objects.create(title="Roads", slug="roads")
CustomField.objects.create(name="phone", label="Phone", data_type="varchar", max_length=40,
                           required=False, staff_only=True)
for name, key in (("assistant", "{ours}"), ("sam", "{theirs}"), ("jo", "{others}")):
    user = User.objects.create_user(name, f"{{name}}@council.example", "x", is_staff=True,
                                    first_name=name.title())
    Token.objects.create(user=user, key=key)
"""


def is_installed() -> bool:
    """Tell whether its environment is there and of the pinned versions, building it if need be."""
    mark, wanted = ENVIRONMENT / ".installed", ROOT / "requirements" / "helpdesk.txt"
    if mark.exists() and mark.read_text() == wanted.read_text():
        return True
    done = subprocess.run(
        ["bash", str(ROOT / "scripts" / "environments.sh"), "helpdesk"],
        capture_output=True,
        check=False,
        timeout=300,
    )
    return done.returncode == 0 and mark.exists()


@cache
def _database() -> bytes:
    """Return a database with the people in it, made once in a process."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        _write_site(folder)
        people = _PEOPLE.format(ours=_OURS, theirs=_THEIRS, others=_OTHERS)
        done = subprocess.run(
            [PYTHON, "-m", "django", "shell", "-c", people],
            cwd=folder,
            env=_environment(folder),
            capture_output=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr.decode()[-2000:]
        return (folder / "desk.db").read_bytes()


def _write_site(folder: Path) -> None:
    site = folder / "desk"
    site.mkdir(parents=True)
    (site / "__init__.py").touch()
    (site / "settings.py").write_text(_SETTINGS.format(folder=folder))
    (site / "urls.py").write_text(_URLS)


def _environment(folder: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(folder),
        "DJANGO_SETTINGS_MODULE": "desk.settings",
    }


class DjangoHelpdeskServer:
    """One instance with a queue, a field for a phone number, the assistant's user and a person."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.ours, self.theirs, self.others = _OURS, _THEIRS, _OTHERS
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.person = httpx.Client(
            base_url=self.url, headers={"Authorization": f"Token {self.theirs}"}, trust_env=False
        )

    def prepare(self) -> None:
        """Make the database and the people."""
        _write_site(self._folder)
        (self._folder / "desk.db").write_bytes(_database())

    def start(self) -> None:
        """Start it, unless it runs."""
        if self._process is not None:
            return
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [PYTHON, "-m", "django", "runserver", "--noreload", f"127.0.0.1:{self.port}"],
                cwd=self._folder,
                env=_environment(self._folder),
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + STARTS_WITHIN_S
        while not self._answers():
            if time.monotonic() > deadline or self._process.poll() is not None:
                self.stop()
                raise RuntimeError((self._folder / "log").read_text()[-2000:])
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop it; the tickets stay."""
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            process.wait(timeout=10)

    def calls(self, url: str) -> None:
        """Have it call an address at every follow-up."""
        (self._folder / "webhook").write_text(url)

    def follow_up(
        self, ticket: int, comment: str, *, by: str | None = None, **more: object
    ) -> httpx.Response:
        """Write a follow-up as Sam does, or whoever else has this token."""
        document = {"ticket": ticket, "comment": comment, "public": True, **more}
        headers = {} if by is None else {"Authorization": f"Token {by}"}
        return self.person.post("/api/followups/", json=document, timeout=20, headers=headers)

    def ticket(self, *, title: str, queue: int = 1) -> int:
        """Make a ticket as Sam does, and return its number."""
        document = {"queue": queue, "title": title, "description": "x", "priority": 3}
        return int(self.person.post("/api/tickets/", json=document, timeout=20).json()["id"])

    def told_of(self, ticket: int) -> bytes:
        """Return what its call tells of a ticket."""
        found = self.person.get(f"/api/tickets/{ticket}/").json()
        return json.dumps({"ticket": found, "queue_slug": "send", "followup_id": 1}).encode()

    def tickets(self) -> list[dict[str, object]]:
        """Return every ticket."""
        found: list[dict[str, object]] = self.person.get(
            "/api/tickets/", params={"page_size": 1000}
        ).json()["results"]
        return found

    def _answers(self) -> bool:
        try:
            return self.person.get("/api/tickets/", timeout=2).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False
