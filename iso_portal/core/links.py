"""Secret links for people without an account: derived when needed, so that no copy of one lies in the database.

A link's token is HMAC-SHA256 over its purpose, its subject and a random nonce, keyed from the environment: 256 bits.
The database holds the nonce and the token's SHA-256. So a dump opens nothing, a letter can be written again with the
same link, and a new nonce revokes the old link.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import uuid

from flask import current_app

MARKER = "{{secret-link}}"


def new_nonce() -> str:
    """Return a fresh nonce; storing it in place of another revokes the link made from that one."""
    return secrets.token_urlsafe(16)


def token_for(purpose: str, subject: uuid.UUID, nonce: str) -> str:
    """Return the token of a link: 43 characters, safe in addresses."""
    key = current_app.config["LINK_KEY"].encode()
    digest = hmac.new(key, f"{purpose}\n{subject}\n{nonce}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def token_hash(token: str) -> bytes:
    """Return what the database keeps of a token and looks it up by."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
