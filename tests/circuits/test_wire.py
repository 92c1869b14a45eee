"""The messages between engine and worker, on a real socket."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiketwin.circuits import wire

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    one, other = socket.socketpair()
    with one, other:
        one.settimeout(5)
        other.settimeout(5)
        yield one, other


@given(
    text=st.text(),
    vectors=st.lists(st.lists(st.floats(width=64), max_size=50), max_size=4),
)
def test_what_is_sent_arrives_bit_by_bit(text: str, vectors: list[list[float]]) -> None:
    one, other = socket.socketpair()
    with one, other:
        sent = [np.array(vector) for vector in vectors]
        wire.send(one, {"said": [text]}, [vector.data for vector in sent])
        message = wire.receive(other)
    assert message is not None
    assert message.header == {"said": [text]}
    assert [v.tobytes() for v in message.vectors] == [v.tobytes() for v in sent]


def test_a_vector_larger_than_the_sockets_buffer_arrives(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    vector = np.arange(1_000_000, dtype=np.float64)
    sender = threading.Thread(target=wire.send, args=(ends[0], {}, [vector.data]))
    sender.start()
    message = wire.receive(ends[1])
    sender.join()
    assert message is not None
    assert message.vectors[0].tobytes() == vector.tobytes()


@pytest.mark.parametrize("sent", [b"", b"\0\0", b"\0" * 7 + b"\x09{}"])
def test_a_sender_that_goes_in_mid_message_is_noticed(
    ends: tuple[socket.socket, socket.socket], sent: bytes
) -> None:
    ends[0].sendall(sent)
    ends[0].close()
    assert wire.receive(ends[1]) is None


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (b"not json", "Expecting value"),
        (b"[1, 2]", "not an object"),
        (b"{}", "no sizes"),
        (b'{"sizes": [-8]}', "no sizes"),
        (b'{"sizes": [7]}', "no sizes"),
        (b'{"sizes": ["8"]}', "no sizes"),
        (b"\x80\x80\x80\x80", "utf-8"),
    ],
)
def test_what_is_no_message_is_a_value_error(
    ends: tuple[socket.socket, socket.socket], text: bytes, complaint: str
) -> None:
    ends[0].sendall(len(text).to_bytes(8, "big") + text)
    with pytest.raises(ValueError, match=complaint):
        wire.receive(ends[1])


def test_an_absurd_length_is_a_value_error(ends: tuple[socket.socket, socket.socket]) -> None:
    ends[0].sendall(b"\xff" * 8)
    with pytest.raises(ValueError, match="a header of"):
        wire.receive(ends[1])


def test_silence_is_a_timeout(ends: tuple[socket.socket, socket.socket]) -> None:
    ends[1].settimeout(0.01)
    with pytest.raises(TimeoutError, match="timed out"):
        wire.receive(ends[1])
