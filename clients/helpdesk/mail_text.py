"""What somebody wrote in an email: quotes, signature and the mail answered to cut off."""

import re
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Final

from mailparser_reply.parser import EmailReplyParser

MARKER: Final = "## Write your reply above this line ##"
"""Stands at the top of every mail of ours: whatever follows it in a reply is ours."""

_CLOSING = re.compile(
    r"(?:(?:kind|kindest|warm|best|many)?\s*regards|best wishes|many thanks|yours (?:sincerely"
    r"|faithfully)|thanks|thank you|cheers)[\s,.!]*",
    re.IGNORECASE,
)
_DELIMITER = re.compile(r"--\s*")
_MOST_SIGNATURE_LINES: Final = 8
_LONGEST_SIGNATURE_LINE: Final = 80
_BLOCKS: Final = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "blockquote"})
_LANGUAGES: Final = ["en"]
LONGEST_READ: Final = 20_000
"""Characters of a mail that are read; the rest is history that it quotes.

The parser of replies takes time that grows with the square of a mail's length, with the cube of its
blank lines.
"""
_BLANK_LINES: Final = re.compile(r"\n(?:[ \t]*\n){2,}")


def written(message: EmailMessage) -> str:
    """Return what was written, as plain text; empty where nothing was."""
    text = _plain(message)
    text = _BLANK_LINES.sub("\n\n", text.split(MARKER, 1)[0])[:LONGEST_READ]
    # A mail program puts its "On … wrote:" and "From: …" before the marker that it quotes.
    replies = EmailReplyParser(languages=_LANGUAGES).read(text=text).replies
    body = str(replies[0].body) if replies else text
    lines = [line for line in body.splitlines() if not line.lstrip().startswith(">")]
    return "\n".join(_without_signature(lines)).strip()


def files_of(message: EmailMessage) -> int:
    """Return how many files came with it; pictures inside the text do not count."""
    return sum(part.get_content_disposition() == "attachment" for part in message.walk())


def _plain(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    try:
        content = str(part.get_content())
    except (LookupError, ValueError):  # a charset that nobody knows
        payload = part.get_payload(decode=True)
        content = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    content = content.replace("\r\n", "\n")
    return _from_html(content) if part.get_content_subtype() == "html" else content


def _without_signature(lines: list[str]) -> list[str]:
    for number, line in enumerate(lines):
        rest = [later for later in lines[number + 1 :] if later.strip()]
        if _DELIMITER.fullmatch(line):
            return lines[:number]
        is_closing = _CLOSING.fullmatch(line.strip()) is not None
        is_short = len(rest) <= _MOST_SIGNATURE_LINES and all(
            len(later) <= _LONGEST_SIGNATURE_LINE for later in rest
        )
        if is_closing and is_short and number > 0:
            return lines[:number]
    return lines


class _Text(HTMLParser):
    """Collects the words of a page, a line to a block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the signature is HTMLParser's
        """Begin a line with a block; leave out what is no text."""
        if tag in ("style", "script", "head", "title"):
            self._hidden += 1
        if tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """End what was begun."""
        if tag in ("style", "script", "head", "title"):
            self._hidden = max(0, self._hidden - 1)
        if tag in ("p", "div", "li", "tr"):
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        """Keep words."""
        if not self._hidden:
            self.pieces.append(re.sub(r"\s+", " ", data))


def _from_html(page: str) -> str:
    reader = _Text()
    reader.feed(page)
    reader.close()
    text = "".join(reader.pieces)
    return re.sub(r"[ \t]*\n[ \t]*", "\n", text).strip()
