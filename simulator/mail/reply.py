"""Answer a mail, as whoever received it would."""

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr

from simulator.mail.mailbox import Mail

DOMAIN = "simulator.invalid"


def reply_to(mail: Mail, text: str, *, at: datetime) -> tuple[bytes, str]:
    """Write a reply; return its source and the address it goes to (Reply-To, else From)."""
    recipient = parseaddr(mail.reply_to)[1] or mail.envelope_from
    subject = mail.subject if mail.subject.lower().startswith("re:") else f"Re: {mail.subject}"
    reply = EmailMessage()
    reply["From"] = mail.envelope_to[0]
    reply["To"] = recipient
    reply["Subject"] = subject
    reply["Date"] = format_datetime(at)
    reply["Message-ID"] = make_msgid(domain=DOMAIN)
    if mail.message_id:
        reply["In-Reply-To"] = mail.message_id
        reply["References"] = mail.message_id
    quoted = "\n".join(f"> {line}" for line in mail.text.splitlines())
    reply.set_content(f"{text}\n\n{quoted}\n" if quoted else f"{text}\n")
    return reply.as_bytes(), recipient
