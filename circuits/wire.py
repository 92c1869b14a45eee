"""Messages between the engine and its worker: a JSON header, then float64 vectors as raw bytes.

Nothing is ever unpickled: a worker that ran a hostile deck can say what it likes, and the worst it
can do is to send a message that does not parse.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.circuits.child import fill

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

_LENGTH = struct.Struct("!Q")
_MOST_PIECES = 1000  # in one call; Linux takes 1024
_LONGEST_HEADER = 1 << 28  # bytes; a deck with a PWL source of a million points is 4e7


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What one side says to the other."""

    header: Mapping[str, object]
    vectors: tuple[NDArray[np.float64], ...] = ()


def send(
    end: socket.socket, header: Mapping[str, object], vectors: Sequence[memoryview[float]] = ()
) -> None:
    """Send one message; ``vectors`` hold float64 and are sent without a copy."""
    views = [vector.cast("B") for vector in vectors]
    text = json.dumps({**header, "sizes": [view.nbytes for view in views]}).encode()
    # in one piece, for each piece wakes the other side
    left = [memoryview(_LENGTH.pack(len(text)) + text), *(view for view in views if view.nbytes)]
    while left:
        sent = end.sendmsg(left[:_MOST_PIECES])
        while left and sent >= left[0].nbytes:
            sent -= left.pop(0).nbytes
        if sent:
            left[0] = left[0][sent:]


def receive(end: socket.socket) -> Message | None:
    """Receive one message; None where the other side has gone.

    Raises:
        TimeoutError: where the socket's timeout passes without a byte.
        ValueError: where what arrives is not a message.
    """
    length_bytes = bytearray(_LENGTH.size)
    if not fill(end, memoryview(length_bytes)):
        return None
    (length,) = _LENGTH.unpack(length_bytes)
    if length > _LONGEST_HEADER:
        raise ValueError(f"a header of {length} bytes")
    text = bytearray(length)
    if not fill(end, memoryview(text)):
        return None
    header = json.loads(text)
    if not isinstance(header, dict):
        raise ValueError("a header that is not an object")
    sizes = header.pop("sizes", None)
    if not isinstance(sizes, list) or not all(map(_is_size, sizes)):
        raise ValueError("a header with no sizes of float64 vectors")
    # one buffer for all: each wait for the other side's next part costs more than its bytes
    buffer = np.empty(sum(sizes) // 8)
    if not fill(end, buffer.data.cast("B")):
        return None
    buffer.flags.writeable = False
    ends = [0, *accumulate(size // 8 for size in sizes)]
    return Message(header=header, vectors=tuple(buffer[a:b] for a, b in pairwise(ends)))


def _is_size(size: object) -> bool:
    return isinstance(size, int) and size >= 0 and size % 8 == 0
