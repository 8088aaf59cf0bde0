"""Seal an answer so that it opens only in its own row, with its own key (balance P3, P4)."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

LINK_KEY_NUMBER = 1
KEY_BYTES = 32
NONCE_BYTES = 12
PADDED = 2048  # all answers are equally long
LINKED = 2  # records of one person: the answer that counts, and a changed one that counts from the next quarter


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


def _bound_to(row: bytes, key_number: int) -> bytes:
    return key_number.to_bytes(4, "big") + row


def _seal(plain: bytes, *, key: bytes, bound: bytes) -> Sealed:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return Sealed(nonce=nonce, ciphertext=AESGCM(key).encrypt(nonce, plain, bound))


def _open(sealed: Sealed, *, key: bytes, bound: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed.nonce, sealed.ciphertext, bound)
    except (InvalidTag, ValueError) as why:
        raise CannotOpen("the record does not open") from why


def new_data_key() -> bytes:
    """Return a new key for answers."""
    return secrets.token_bytes(KEY_BYTES)


def seal_data_key(data_key: bytes, *, number: int, key: bytes) -> Sealed:
    """Seal a data key with the key of the environment, bound to its number."""
    return _seal(data_key, key=key, bound=_bound_to(b"data key", number))


def open_data_key(sealed: Sealed, *, number: int, key: bytes) -> bytes:
    """Open a data key. Raises CannotOpen."""
    return _open(sealed, key=key, bound=_bound_to(b"data key", number))


def seal_answer(answer: Answer, *, pseudonym: uuid.UUID, key: bytes, key_number: int) -> Sealed:
    """Seal an answer, bound to its pseudonym and key. Raises ValueError for more than fits."""
    text = json.dumps([sorted(answer.codes), answer.own_words], ensure_ascii=False).encode()
    if len(text) > PADDED:
        raise ValueError("the answer is too long")
    return _seal(text.ljust(PADDED), key=key, bound=_bound_to(pseudonym.bytes, key_number))


def open_answer(sealed: Sealed, *, pseudonym: uuid.UUID, key: bytes, key_number: int) -> Answer:
    """Open an answer. Raises CannotOpen."""
    codes, own_words = json.loads(_open(sealed, key=key, bound=_bound_to(pseudonym.bytes, key_number)))
    return Answer(codes=tuple(codes), own_words=own_words)


def link_hash(subject: uuid.UUID, kind: str, *, key: bytes) -> bytes:
    """Return what stands for a person or firm in the vault; without the key it leads to nobody."""
    return hmac.new(key, kind.encode() + b"\n" + subject.bytes, hashlib.sha256).digest()


def seal_pseudonyms(pseudonyms: Sequence[uuid.UUID], *, hashed: bytes, key: bytes) -> Sealed:
    """Seal the pseudonyms of a link, bound to the link's own hash; one and two are equally long."""
    if len(pseudonyms) > LINKED:
        raise ValueError("pseudonyms: at most two")
    plain = b"".join(one.bytes for one in pseudonyms).ljust(16 * LINKED, b"\0")
    return _seal(plain, key=key, bound=_bound_to(hashed, LINK_KEY_NUMBER))


def open_pseudonyms(sealed: Sealed, *, hashed: bytes, key: bytes) -> list[uuid.UUID]:
    """Open the pseudonyms of a link. Raises CannotOpen."""
    plain = _open(sealed, key=key, bound=_bound_to(hashed, LINK_KEY_NUMBER))
    parts = (plain[place : place + 16] for place in range(0, len(plain), 16))
    return [uuid.UUID(bytes=part) for part in parts if part.strip(b"\0")]
