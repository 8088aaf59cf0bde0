"""Answer with a file, always as a download and never sniffed (trust S5)."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response


def download(content: bytes, *, name: str, mime: str) -> Response:
    """Return a file as a download under its name, in any script (RFC 6266)."""
    plain = name.encode("ascii", "ignore").decode() or "file"
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    return Response(content, mimetype=mime, headers={"Content-Disposition": disposition})
