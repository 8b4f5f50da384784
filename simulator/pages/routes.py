"""The pages' routes."""

from collections.abc import Iterator

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from simulator.invite import InvitationRefused
from simulator.mail.mailbox import Mail
from simulator.mail.reply import reply_to
from simulator.network.behaviours import CONDUCT, MAGIC_NUMBERS, Behaviour
from simulator.network.numbers import NotANumber, for_reading, from_typed
from simulator.pages.reading import clock_time, day_and_time, failures_of, link_up, screen_of
from simulator.world import World

HEARTBEAT_S = 15.0
SHOWN_PHONES = 12
"""Phones on the page, those that came last; a load test makes thousands."""

MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
)

Page = str | BaseResponse | tuple[str, int]


def pages(world: World) -> Blueprint:
    """Return every page."""
    routes = Blueprint(
        "pages",
        __name__,
        static_folder="static",
        static_url_path="/static",
        template_folder="templates",
    )
    routes.app_template_filter("number")(for_reading)
    routes.app_template_filter("clock_time")(clock_time)
    routes.app_template_filter("day_and_time")(day_and_time)
    routes.app_template_filter("link_up")(link_up)
    _phones_pages(routes, world)
    _mailbox_pages(routes, world)
    _start_pages(routes, world)
    _debugger_pages(routes, world)
    return routes


def _phones_pages(routes: Blueprint, world: World) -> None:
    def phones_page(error: str | None = None, typed: str = "") -> str:
        return render_template(
            "phones.html",
            phones=[
                (phone, screen_of(world, phone), failures_of(world, phone))
                for phone in world.phones.listed()[-SHOWN_PHONES:]
            ],
            hidden=max(len(world.phones.listed()) - SHOWN_PHONES, 0),
            behaviours=CONDUCT,
            service=world.account.numbers[0],
            error=error,
            typed=typed,
        )

    @routes.get("/phones")
    def phones() -> Page:
        return phones_page()

    @routes.post("/phones")
    def add_phone() -> Page:
        typed = request.form.get("number", "")
        try:
            number = from_typed(typed)
        except NotANumber as exc:
            return phones_page(error=str(exc), typed=typed), 400
        world.phones.get(number)
        return _to_phone(number)

    @routes.get("/phones/<typed>/screen")
    def screen(typed: str) -> Page:
        phone = world.phones.get(_number(typed))
        return render_template(
            "_screen.html",
            phone=phone,
            bubbles=screen_of(world, phone),
            failures=failures_of(world, phone),
        )

    @routes.post("/phones/<typed>/send")
    def send(typed: str) -> Page:
        number = _number(typed)
        world.inbound.text(number, request.form.get("body", "").replace("\r\n", "\n"))
        return _to_phone(number)

    @routes.post("/phones/<typed>/switches")
    def switches(typed: str) -> Page:
        number = _number(typed)
        chosen = request.form.get("behaviour", "")
        world.phones.switch(number, Behaviour(chosen) if chosen in set(Behaviour) else None)
        if "airplane_mode" in request.form:
            world.phones.fly(number)
        else:
            world.delivery.hand_over_waiting(number)
        return _to_phone(number)


def _mailbox_pages(routes: Blueprint, world: World) -> None:
    def found(mail_id: int) -> Mail:
        mail = world.mailbox.get(mail_id)
        if mail is None:
            raise NotFound("There is no such mail; the mailbox may have been emptied.")
        return mail

    @routes.get("/mailbox")
    def mailbox() -> Page:
        return render_template("mailbox.html", mails=world.mailbox.listed()[::-1])

    @routes.get("/mailbox/list")
    def mail_list() -> Page:
        return render_template("_mails.html", mails=world.mailbox.listed()[::-1])

    @routes.get("/mailbox/<int:mail_id>")
    def mail(mail_id: int) -> Page:
        return render_template("mail.html", mail=found(mail_id), sent=request.args.get("sent"))

    @routes.get("/mailbox/<int:mail_id>/html")
    def mail_html(mail_id: int) -> Page:
        # Links open in a tab of their own: inside the frame they could go nowhere.
        html = '<base target="_blank" rel="noopener noreferrer">' + (found(mail_id).html or "")
        response = Response(html, mimetype="text/html")
        response.headers["Content-Security-Policy"] = MAIL_POLICY
        return response

    @routes.get("/mailbox/<int:mail_id>/source")
    def mail_source(mail_id: int) -> Page:
        return Response(found(mail_id).raw, mimetype="text/plain")

    @routes.post("/mailbox/<int:mail_id>/reply")
    def reply(mail_id: int) -> Page:
        original = found(mail_id)
        text = request.form.get("text", "").strip()
        if text:
            raw, recipient = reply_to(original, text, at=world.clock.now())
            world.mailbox.receive(original.envelope_to[0], [recipient], raw)
        return redirect(url_for("pages.mail", mail_id=mail_id, sent="yes" if text else None), 303)


def _start_pages(routes: Blueprint, world: World) -> None:
    @routes.get("/")
    def index() -> Page:
        return render_template(
            "index.html",
            world=world,
            console=world.account.console,
            magic=[(number, CONDUCT[which]) for number, which in MAGIC_NUMBERS.items()],
        )

    @routes.get("/invite")
    def invite() -> Page:
        return render_template("invite.html", is_set_up=world.invitations is not None)

    @routes.post("/invite")
    def send_invitation() -> Page:
        if world.invitations is None:
            return render_template("invite.html", is_set_up=False), 503
        email = request.form.get("email", "").strip()
        facts = {"is_set_up": True, "email": email}
        if not email:
            error = "Type the parent's email address."
            return render_template("invite.html", **facts, error=error), 400
        try:
            invited = world.invitations.invite(email)
        except InvitationRefused as exc:
            return render_template("invite.html", **facts, error=str(exc)), 502
        return render_template("invite.html", **facts, invited=invited)


def _debugger_pages(routes: Blueprint, world: World) -> None:
    @routes.get("/debugger")
    def debugger() -> Page:
        return render_template("debugger.html", alerts=world.debugger.listed()[::-1])

    @routes.get("/debugger/list")
    def alert_list() -> Page:
        return render_template("_alerts.html", alerts=world.debugger.listed()[::-1])

    @routes.post("/debugger/clear")
    def clear_debugger() -> Page:
        world.debugger.clear()
        return redirect(url_for("pages.debugger"), 303)

    @routes.get("/events")
    def events() -> Page:
        """Tell a page, for as long as it is open, that something has changed."""
        return Response(_changes(world), mimetype="text/event-stream")


def _changes(world: World) -> Iterator[str]:
    seen = world.board.version
    yield "retry: 1000\n\n"
    while True:
        now = world.board.wait_for_change(seen, timeout_s=HEARTBEAT_S)
        # A comment now and then is how a server finds out that the page has gone.
        yield ": still here\n\n" if now == seen else f"data: {now}\n\n"
        seen = now


def _number(typed: str) -> str:
    try:
        return from_typed(typed)
    except NotANumber as exc:
        raise NotFound(str(exc)) from exc


def _to_phone(number: str) -> BaseResponse:
    return redirect(url_for("pages.phones", _anchor=f"phone-{number[1:]}"), 303)
