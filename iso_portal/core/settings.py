"""What differs between a laptop, a test and the office's server; config.py reads it from the environment."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that differs between a laptop, a test and the office's server.

    database_url: address for pages and jobs (role iso_app), or None for the portal's own server in `var`.
    database_owner_url: role that owns the tables and migrates. vault_database_url: role of the balance vault.
    base_url: address that letters and links carry, without a slash at its end.
    mail_url: smtp://user:word@host:port (smtps://, smtp+starttls://), or None: letters are written to `var/outbox`.
    scanner_url: clamd://host:port of a virus scanner, or None: uploaded files are held until a colleague answers for one.
    trusted_proxies: how many proxies in front of us may set X-Forwarded-*.
    """

    production: bool = False
    demo: bool = False
    var: Path = Path("var")
    secret_key: str = field(repr=False)
    older_secret_keys: tuple[str, ...] = field(default=(), repr=False)
    link_key: str = field(repr=False)
    vault_key: str = field(repr=False)
    vault_link_key: str = field(repr=False)
    database_url: str | None = None
    database_owner_url: str | None = None
    vault_database_url: str | None = None
    base_url: str = "http://127.0.0.1:8000"
    mail_url: str | None = None
    mail_from: str = "office@example.org"
    trusted_proxies: int = 0
    trusted_hosts: tuple[str, ...] = ()
    footnote: str = "off"
    encoder: str = "auto"
    scanner_url: str | None = None

    @property
    def over_tls(self) -> bool:
        """Whether visitors reach the portal over TLS, so that cookies can insist on it."""
        return self.base_url.startswith("https://")
