"""Seal an answer so that it opens only in its own row, with its own key (balance P3, P4)."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import uuid
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_NUMBER = 1
NONCE_BYTES = 12
PADDED = 2048  # all answers are equally long


class CannotOpen(ValueError):
    """The record was changed, moved to another row, or sealed with another key."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a person declared: codes, and own words kept as written."""

    codes: tuple[str, ...]
    own_words: str = ""


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """A nonce, used once, and what it sealed."""

    nonce: bytes
    ciphertext: bytes


def key_of(secret: str, purpose: str) -> bytes:
    """Return a key of 256 bits for one purpose from a secret of the environment."""
    return hashlib.sha256(f"{purpose}\n{secret}".encode()).digest()


def _bound_to(row: uuid.UUID | bytes, key_number: int) -> bytes:
    return (row.bytes if isinstance(row, uuid.UUID) else row) + key_number.to_bytes(4, "big")


def seal_answer(answer: Answer, *, pseudonym: uuid.UUID, key: bytes, key_number: int = KEY_NUMBER) -> Sealed:
    """Seal an answer, bound to its pseudonym and key. Raises ValueError for more than fits."""
    text = json.dumps([sorted(answer.codes), answer.own_words], ensure_ascii=False).encode()
    if len(text) > PADDED:
        raise ValueError("the answer is too long")
    nonce = secrets.token_bytes(NONCE_BYTES)
    return Sealed(
        nonce=nonce, ciphertext=AESGCM(key).encrypt(nonce, text.ljust(PADDED), _bound_to(pseudonym, key_number))
    )


def open_answer(sealed: Sealed, *, pseudonym: uuid.UUID, key: bytes, key_number: int = KEY_NUMBER) -> Answer:
    """Open an answer. Raises CannotOpen."""
    try:
        text = AESGCM(key).decrypt(sealed.nonce, sealed.ciphertext, _bound_to(pseudonym, key_number))
    except InvalidTag as why:
        raise CannotOpen("the record does not open") from why
    codes, own_words = json.loads(text)
    return Answer(codes=tuple(codes), own_words=own_words)


def link_hash(subject: uuid.UUID, kind: str, *, key: bytes) -> bytes:
    """Return what stands for a person or firm in the vault; without the key it leads to nobody."""
    return hmac.new(key, kind.encode() + b"\n" + subject.bytes, hashlib.sha256).digest()


def seal_pseudonym(pseudonym: uuid.UUID, *, hashed: bytes, key: bytes) -> Sealed:
    """Seal the pseudonym of a link, bound to the link's own hash."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return Sealed(nonce=nonce, ciphertext=AESGCM(key).encrypt(nonce, pseudonym.bytes, _bound_to(hashed, KEY_NUMBER)))


def open_pseudonym(sealed: Sealed, *, hashed: bytes, key: bytes) -> uuid.UUID:
    """Open the pseudonym of a link. Raises CannotOpen."""
    try:
        return uuid.UUID(bytes=AESGCM(key).decrypt(sealed.nonce, sealed.ciphertext, _bound_to(hashed, KEY_NUMBER)))
    except InvalidTag as why:
        raise CannotOpen("the link does not open") from why
