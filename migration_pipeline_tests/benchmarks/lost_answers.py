"""A proxy before PostgreSQL that breaks one connection exactly at its COMMIT: before the server hears it, or before the client hears back.

Belongs here: passing bytes on, and that break. Does not belong here: what must hold afterwards (`chaos_load.py`).
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from select import select
from urllib.parse import urlsplit

from migration_pipeline.runtime.databases import Databases

UNHEARD, UNANSWERED, EARLY = "COMMIT never arrives", "answer to COMMIT is lost", "connection breaks while COMMIT is under way"
_COMMIT = b"COMMIT\0"
_SIZE = 1 << 16


@dataclass
class Breaks:
    """Breaks the connection at one COMMIT, counted from 1; `seen` is how many there were."""

    how: str = ""
    at: int = 0
    seen: int = 0


@contextmanager
def lossy(databases: Databases, breaks: Breaks) -> Iterator[Databases]:
    """The same databases through the proxy, as long as the context lasts."""
    address = urlsplit(databases.base_url)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_serve, args=(listener, (address.hostname or "", address.port or 0), breaks), daemon=True).start()
        yield replace(databases, base_url=databases.base_url.replace(f":{address.port}/", f":{listener.getsockname()[1]}/"))
        listener.shutdown(socket.SHUT_RDWR)


def _serve(listener: socket.socket, server: tuple[str, int], breaks: Breaks) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            threading.Thread(target=_speak, args=(client, socket.create_connection(server), breaks), daemon=True).start()


def _speak(client: socket.socket, server: socket.socket, breaks: Breaks) -> None:
    with client, server, suppress(OSError):
        while True:
            for speaker in select([client, server], [], [])[0]:
                data = speaker.recv(_SIZE)
                if not data:
                    return
                if speaker is client and data.endswith(_COMMIT):
                    breaks.seen += 1
                    if breaks.seen == breaks.at:
                        _break(server, data, breaks.how)
                        return
                (server if speaker is client else client).sendall(data)


def _break(server: socket.socket, commit: bytes, how: str) -> None:
    """The client never hears more; the server hears the COMMIT, and is listened to until it has answered, or not."""
    if how != UNHEARD:
        server.sendall(commit)
    if how == UNANSWERED:
        server.recv(_SIZE)
