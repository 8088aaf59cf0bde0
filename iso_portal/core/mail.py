"""Hand a finished message to the mail server, or to a folder where none is set.

A message carries the same Message-ID however often it is handed over, so that a repeat can be recognised.
"""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from iso_portal.core import clock

SECONDS = 20


class MailTrouble(RuntimeError):
    """The mail server did not take the message; the text says what it said. Trying again later may work."""


@dataclass(frozen=True, kw_only=True)
class Post:
    """Where messages go. url: smtp://, smtps:// or smtp+starttls://, or None for files in `folder`."""

    url: str | None
    sender: str
    sender_name: str
    folder: Path

    def send(
        self, *, key: str, to: str, name: str, language: str, subject: str, text: str, html: str, reply_to: str = ""
    ) -> None:
        """Send one message with a text and an HTML part. Raises MailTrouble."""
        message = EmailMessage(policy=SMTP)
        message["Message-ID"] = f"<{key}@{self.sender.rpartition('@')[2]}>"
        message["Date"] = format_datetime(clock.now())
        message["From"] = Address(self.sender_name, addr_spec=self.sender)
        message["To"] = Address(name, addr_spec=to)
        message["Subject"] = subject
        message["Content-Language"] = language
        if reply_to:
            message["Reply-To"] = reply_to
        message.set_content(text)
        message.add_alternative(html, subtype="html")
        if self.url is None:
            self._write(key, message)
        else:
            self._hand_over(self.url, message)

    def _write(self, key: str, message: EmailMessage) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self.folder / f"{key}.draft"
        draft.write_bytes(bytes(message))
        draft.replace(self.folder / f"{key}.eml")  # the same name each time: sending again changes nothing

    def _hand_over(self, url: str, message: EmailMessage) -> None:
        parts = urlsplit(url)
        kind = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
        try:
            with kind(parts.hostname or "127.0.0.1", parts.port or 0, timeout=SECONDS) as server:
                if parts.scheme == "smtp+starttls":
                    server.starttls()
                if parts.username:
                    server.login(unquote(parts.username), unquote(parts.password or ""))
                server.send_message(message)
        except (OSError, smtplib.SMTPException) as why:
            raise MailTrouble(f"{type(why).__name__}: {why}"[:300]) from why
