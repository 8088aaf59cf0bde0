"""A tiny clamd that speaks INSTREAM, on 127.0.0.1, with an answer of the test's choice."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def clamd(content: bytes) -> bytes | None:
    """Answer as clamd does."""
    return b"stream: Eicar-Signature FOUND\n" if EICAR in content else b"stream: OK\n"


@contextmanager
def listening(answer: object = clamd) -> Iterator[str]:
    """Yield the address of a scanner; answer(content) gives its bytes, or None to stay silent."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        over = threading.Event()

        def serve() -> None:
            while not over.is_set():
                with suppress(OSError), server.accept()[0] as caller:
                    caller.settimeout(3)
                    said = answer(_received(caller))  # type: ignore[operator]  # a function of the test
                    if said is None:
                        over.wait(2)
                    else:
                        caller.sendall(said)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
        over.set()
        thread.join(5)


def _received(caller: socket.socket) -> bytes:
    """Read the command and its chunks: each a length in four bytes, then so many bytes; zero ends it."""
    with caller.makefile("rb") as stream:
        assert stream.readline() == b"nINSTREAM\n"
        content = b""
        while size := struct.unpack("!L", stream.read(4))[0]:
            content += stream.read(size)
        return content
