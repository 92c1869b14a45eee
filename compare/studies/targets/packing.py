"""How a target travels: as bytes that another machine makes the same value of.

Our values hold their mappings read-only, and the catalogue's neurons their functions; neither can
be pickled. On the way a mapping is a dict, and a neuron its name. A table of the pickler's own says
so, so that nothing changes for other picklers of the process, and no value needs to know of it.
"""

from __future__ import annotations

import copyreg
import io
import pickle
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from spiketwin.compare.catalogue import find_twin
from spiketwin.compare.twin import Twin

if TYPE_CHECKING:
    from collections.abc import Callable

Reduced = tuple["Callable[..., object]", tuple[object, ...]]


class _Packer(pickle.Pickler):
    # the file's annotations have it as a plain attribute, which a subclass sets
    dispatch_table = copyreg.dispatch_table.copy()


def packed(value: object) -> bytes:
    """Return a value as bytes.

    Raises:
        TypeError, pickle.PicklingError: where it holds what cannot travel.
    """
    stream = io.BytesIO()
    _Packer(stream, protocol=pickle.HIGHEST_PROTOCOL).dump(value)
    return stream.getvalue()


def unpacked(data: bytes) -> Any:
    """Return the value of ``packed``; of bytes from a trusted place only, as with any pickle."""
    return pickle.loads(data)  # noqa: S301 - our own bytes, as a target travels


def read_only(mapping: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    """Return a mapping as our values hold it."""
    return MappingProxyType(mapping)


def _mapping(mapping: MappingProxyType[Any, Any]) -> Reduced:
    return read_only, (dict(mapping),)


def _twin(twin: Twin[Any]) -> Reduced:
    if find_twin(twin.name) is not twin:
        raise pickle.PicklingError(f"the neuron {twin.name!r} is not the catalogue's own")
    return find_twin, (twin.name,)


_Packer.dispatch_table[MappingProxyType] = _mapping
_Packer.dispatch_table[Twin] = _twin
