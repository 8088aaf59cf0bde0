"""Settings of the portal, from the environment; the only reader of the environment.

A laptop needs none of them: outside production, missing secrets are made once and kept in `VAR/secrets.json`, readable
by their owner only, and the portal's own PostgreSQL runs in `VAR/postgres`. Production (`ISO_ENV=production`) refuses
to start with a secret that is missing, short or known as an example, with the demo on, or without TLS awareness.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from iso_portal.core.settings import Settings

ROOT = Path(__file__).parent
SECRETS = ("SECRET_KEY", "LINK_KEY", "VAULT_KEY", "VAULT_LINK_KEY")
SHORTEST_SECRET = 32
EXAMPLES = ("change", "example", "secret", "password", "insecure", "dev")
TRUE = {"1", "true", "yes", "on"}


class UnsafeSettings(RuntimeError):
    """The portal does not start with these settings; the text says which and why."""


def read(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings. Raises UnsafeSettings in production when one of them is unsafe."""
    given = os.environ if environment is None else environment
    production = given.get("ISO_ENV", "") == "production"
    var = Path(given.get("VAR") or ROOT / "var").resolve()
    kept = {name: given[name] for name in SECRETS if given.get(name)}
    if not production:
        kept = _laptop_secrets(var) | kept
    elif missing := [name for name in SECRETS if name not in kept]:
        raise UnsafeSettings(f"production needs {', '.join(missing)} in the environment")
    settings = Settings(
        production=production,
        demo=given.get("DEMO", "").lower() in TRUE,
        var=var,
        secret_key=kept["SECRET_KEY"],
        older_secret_keys=tuple(given.get("OLDER_SECRET_KEYS", "").split()),
        link_key=kept["LINK_KEY"],
        vault_key=kept["VAULT_KEY"],
        vault_link_key=kept["VAULT_LINK_KEY"],
        database_url=given.get("DATABASE_URL") or None,
        database_owner_url=given.get("DATABASE_OWNER_URL") or None,
        vault_database_url=given.get("VAULT_DATABASE_URL") or None,
        base_url=given.get("BASE_URL", f"http://127.0.0.1:{given.get('PORT') or 8000}").rstrip("/"),
        mail_url=given.get("MAIL_URL") or None,
        mail_from=given.get("MAIL_FROM", "office@example.org"),
        trusted_proxies=_whole_number(given, "TRUSTED_PROXIES"),
        trusted_hosts=tuple(given.get("TRUSTED_HOSTS", "").split()),
        footnote=given.get("FOOTNOTE", "off"),
        encoder=given.get("ENCODER", "auto"),
        scanner_url=given.get("SCANNER_URL") or None,
    )
    if production:
        _refuse_unsafe(settings, debug=given.get("FLASK_DEBUG", "").lower() in TRUE)
    return settings


def _whole_number(given: Mapping[str, str], name: str) -> int:
    text = given.get(name) or "0"
    if not text.isdecimal():
        raise UnsafeSettings(f"{name} must be a whole number, not {text!r}")
    return int(text)


def _refuse_unsafe(settings: Settings, *, debug: bool) -> None:
    """Raise UnsafeSettings, naming every unsafe setting at once."""
    wrong = [
        f"{name}: at least {SHORTEST_SECRET} characters that no example contains"
        for name in SECRETS
        if len(value := getattr(settings, name.lower())) < SHORTEST_SECRET
        or any(word in value.lower() for word in EXAMPLES)
    ]
    if debug:
        wrong.append("FLASK_DEBUG: off")
    if settings.demo:
        wrong.append("DEMO: off; invented people and real cases do not mix")
    if not settings.over_tls:
        wrong.append("BASE_URL: https://..., so that cookies travel over TLS only")
    if not settings.database_url or not settings.vault_database_url:
        wrong.append("DATABASE_URL and VAULT_DATABASE_URL: the office's own PostgreSQL")
    if not settings.trusted_hosts:
        wrong.append("TRUSTED_HOSTS: the names the portal answers to")
    if wrong:
        raise UnsafeSettings("production refuses these settings:\n- " + "\n- ".join(wrong))


def _laptop_secrets(var: Path) -> dict[str, str]:
    """Return the secrets of this checkout; made on first use, never overwritten by a second process."""
    path = var / "secrets.json"
    if not path.exists():
        var.mkdir(parents=True, exist_ok=True)
        made = {name: secrets.token_urlsafe(48) for name in SECRETS}
        draft = var / f"secrets.{os.getpid()}"
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(made, file)
        try:
            os.link(draft, path)  # fails when another process was first: then its secrets count
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    kept: dict[str, str] = json.loads(path.read_text())
    return kept
