"""A finished run, as the journal keeps it."""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Status = Literal["done", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A finished run, whether it gave figures or failed.

    Attributes:
        index: of its point in the plan.
        key: ``run_key`` of it.
        status: "done" or "failed".
        verdict: whether circuit and model agree; None where it failed.
        reason: why it failed; empty where it did not.
        numbers: in the order of the store's columns; None where not known.
        attempts: how many tasks it was in.
        seconds: wall time of the run.
        engine_seconds: ngspice's own time in it.
    """

    index: int
    key: bytes
    status: Status
    verdict: str | None
    reason: str
    numbers: tuple[float | None, ...]
    attempts: int
    seconds: float
    engine_seconds: float


def checksum(status: str, verdict: str | None, reason: str, numbers: bytes) -> int:
    """Return the CRC-32 of all that a row holds but its key, which is itself a digest."""
    return zlib.crc32(numbers, _checksum_of_words(status, verdict, reason))


@lru_cache(maxsize=256)
def _checksum_of_words(status: str, verdict: str | None, reason: str) -> int:
    return zlib.crc32("\n".join((status, verdict or "", reason)).encode())


def digest(fingerprint: Mapping[str, object]) -> bytes:
    """Return the SHA-256 of what is run: deck, parameters, settings, versions.

    Of its JSON with sorted keys, so that the order in which it was put together does not matter.
    """
    return hashlib.sha256(canonical(fingerprint).encode()).digest()


def canonical(fingerprint: Mapping[str, object]) -> str:
    """Return a fingerprint as JSON that is the same text for the same content."""
    return json.dumps(fingerprint, sort_keys=True, separators=(",", ":"), allow_nan=False)


def run_key(study: bytes, index: int, values: Sequence[float]) -> bytes:
    """Return the SHA-256 that tells a run from all others.

    Args:
        study: the ``digest`` of its fingerprint.
        index: of its point.
        values: the drawn values at the point.
    """
    return hashlib.sha256(study + struct.pack(f"<q{len(values)}d", index, *values)).digest()
