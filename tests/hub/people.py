"""A person who has registered, and what such a person does; for tests."""

from dataclasses import dataclass, field

from hub.accounts import (
    app_proof,
    completion,
    number_proof,
    registrations,
    relay,
    sessions,
    sign_in,
    totp,
)
from hub.accounts.hub import Hub
from tests.hub.parts import Invitation, MailsTaken, TextsTaken, code_in

PASSWORD = "green lantern over water"
PLACE = "ip:somewhere"
NUMBER = "07700 900123"


@dataclass
class Parent:
    """Knows an address, a password, perhaps a setup key; reads the texts of a telephone."""

    hub: Hub
    email: str
    password: str = PASSWORD
    secret: str | None = field(default=None, repr=False)
    signed_in: sessions.SignedIn | None = None

    @property
    def texts(self) -> TextsTaken:
        assert isinstance(self.hub.texts, TextsTaken)
        return self.hub.texts

    @property
    def mails(self) -> MailsTaken:
        assert isinstance(self.hub.mails, MailsTaken)
        return self.hub.mails

    def app_code(self, *, steps: int = 0) -> str:
        assert self.secret is not None
        return totp.code_at(self.secret, totp.step_at(self.hub.clock.now()) + steps)

    def begin(self, password: str | None = None) -> str:
        return sign_in.begin(
            self.hub, email=self.email, password=password or self.password, tried_by=PLACE
        ).token

    def finish(self, token: str, method: str, typed: str) -> sessions.SignedIn:
        started = sign_in.finish(self.hub, token, method=method, typed=typed)
        return self.resume(started)

    def resume(self, started: sessions.Started) -> sessions.SignedIn:
        signed_in = sessions.resume(self.hub, started.token)
        assert signed_in is not None
        self.signed_in = signed_in
        return signed_in

    def sign_in_by_text(self) -> sessions.SignedIn:
        token = self.begin()
        sign_in.send_code(self.hub, token)
        return self.finish(token, "text", self.newest_code())

    def sign_in_by_app(self) -> sessions.SignedIn:
        return self.finish(self.begin(), "app", self.app_code())

    def confirm_who(self, here: sessions.SignedIn) -> sessions.SignedIn:
        """Give both factors again where one is signed in."""
        begun = sign_in.begin_again(self.hub, here, password=self.password, tried_by=PLACE)
        sign_in.send_code(self.hub, begun.token)
        return self.finish(begun.token, "text", self.newest_code())

    def newest_code(self) -> str:
        codes = [text for text in self.texts.all if text.purpose == "security_code"]
        return code_in(codes[-1])

    def notices(self) -> list[str]:
        """Every notice by text and the subject of every mail, oldest first, then forget them."""
        while relay.sweep(self.hub):
            pass
        told = [text.body.split(".")[0] for text in self.texts.all if text.purpose == "notice"]
        told += [mail.subject for mail in self.mails.all if mail.to == self.email]
        self.mails.all.clear()
        for key, text in list(self.texts.by_key.items()):
            if text.purpose == "notice":
                del self.texts.by_key[key]
        return told


def register(hub: Hub, invitation: Invitation, *, by: tuple[str, ...] = ("text",)) -> Parent:
    """Register as the pages do: the link, a password, one or both second factors."""
    parent = Parent(hub, invitation.email)
    token = invitation.link.rsplit("/", 1)[-1]
    page = f"page-{invitation.email}"
    registration = registrations.begin_by_link(hub, token=token, page_session=page)
    registration_id = registration.registration_id
    registrations.choose_password(hub, registration_id, password=PASSWORD)
    if "text" in by:
        registrations.give_number(hub, registration_id, typed=NUMBER)
        number_proof.send_code_now(hub, registration_id, tried_by=PLACE)
        number_proof.check_code_now(
            hub, registration_id, typed=parent.newest_code(), tried_by=PLACE
        )
    if "app" in by:
        enrolment = app_proof.enrol(hub, registration_id)
        parent.secret = enrolment.setup_key.replace(" ", "")
        app_proof.confirm(hub, registration_id, typed=parent.app_code())
    parent.resume(completion.complete(hub, registration_id))
    parent.notices()
    return parent
