"""The page on which an authenticator app is set up: QR code, setup key, first code."""

from typing import Final

import segno
from werkzeug.wrappers import Response

from hub.accounts.authenticators import Enrolment
from hub.pages import browser, render
from hub.pages.render import Fault

QR_BORDER: Final = 4
"""Modules of quiet zone; ISO/IEC 18004 wants four."""


def show(
    enrolment: Enrolment,
    *,
    title: str,
    why: str,
    path: str,
    sms_href: str | None = None,
    back: str | None = None,
    fault: Fault | None = None,
) -> Response:
    """Return the page; the QR code is a picture in the page, drawn here and nowhere else."""
    qr = segno.make(enrolment.uri, error="m", micro=False)
    return render.form(
        "authenticator.html",
        title=title,
        fault=fault or browser.blamed("code"),
        why=why,
        action=path,
        sms_href=sms_href,
        back=back,
        qr=qr.svg_data_uri(border=QR_BORDER, scale=8, dark="#000", light="#fff"),
        setup_key=enrolment.setup_key,
        otpauth=enrolment.uri,
    )
