"""Messages between whoever has tasks and a task worker: pickles over a socket.

Pickles, and not the engine's JSON: a worker runs the caller's own code as the caller. What a
hostile deck could say is heard by the engine alone, which unpickles nothing.
"""

from __future__ import annotations

import pickle
import struct
from typing import TYPE_CHECKING

from spiketwin.circuits.child import fill

if TYPE_CHECKING:
    import socket

_LENGTH = struct.Struct("!Q")

# what a worker says
READY, BEAT, VALUE, ERROR = "ready", "beat", "value", "error"


def send(end: socket.socket, message: object) -> None:
    """Send a message.

    Raises:
        Exception: what pickle raises where the message cannot be pickled; then nothing is sent.
        OSError: where the other side has gone.
    """
    text = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    end.sendall(_LENGTH.pack(len(text)) + text)


def receive(end: socket.socket) -> tuple[object, ...] | None:
    """Receive a message, a tuple; None where the other side has gone.

    Raises:
        TimeoutError: where the socket's timeout passes without a byte.
    """
    length_bytes = bytearray(_LENGTH.size)
    if not fill(end, memoryview(length_bytes)):
        return None
    text = bytearray(_LENGTH.unpack(length_bytes)[0])
    if not fill(end, memoryview(text)):
        return None
    message = pickle.loads(text)  # noqa: S301 - our own process
    return message if isinstance(message, tuple) else (message,)
