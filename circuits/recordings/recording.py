"""What a recording holds: channels on one time axis."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal

from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spiketwin.circuits.reader.findings import Finding
    from spiketwin.models.waveforms import Trace


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Channel:
    """One channel.

    Attributes:
        name: as the file has it, or ``CH1`` and so on where it has none.
        unit: of its values; taken for V where the file does not say.
        trace: its waveform, in volts (or amperes), without the samples that are missing.
        missing: how many samples are.
    """

    name: str
    unit: Literal["V", "A"]
    trace: Trace
    missing: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Recording:
    """The channels of one file.

    Attributes:
        start: seconds, the file's own time of its first sample, which the traces have at zero.
        channels: by name, in the file's order.
        findings: what is odd about the file.
    """

    start: float
    channels: Mapping[str, Channel]
    findings: tuple[Finding, ...] = ()

    @property
    def trigger(self) -> float | None:
        """Seconds on the traces' axis of the file's time zero; None where it lies outside."""
        last = max(float(channel.trace.time[-1]) for channel in self.channels.values())
        return 0.0 - self.start if 0 <= -self.start <= last else None

    def channel(self, name: str | None) -> Channel:
        """Return a channel by its name, whatever its case; of ``V(vm)`` ``vm`` will do.

        Args:
            name: of the channel; None where there is but one.

        Raises:
            ParameterError: where there is none of that name (the nearest is suggested), or there
                are several and none is named.
        """
        if name is None:
            if len(self.channels) > 1:
                names = ", ".join(self.channels)
                raise ParameterError(
                    f"the recording has more than one channel ({names}); say which is the "
                    f"membrane, such as --membrane {next(iter(self.channels))}"
                )
            return next(iter(self.channels.values()))
        for plain in (_whole, _bare):
            found = [one for own, one in self.channels.items() if plain(own) == name.lower()]
            if len(found) == 1:
                return found[0]
        near = get_close_matches(name.upper(), [own.upper() for own in self.channels], n=1)
        own = next((one for one in self.channels if near and one.upper() == near[0]), None)
        hint = f"did you mean {own!r}?" if own else f"it has: {', '.join(self.channels)}"
        raise ParameterError(f"the recording has no channel {name!r}; {hint}")


def _whole(name: str) -> str:
    return name.lower()


def _bare(name: str) -> str:
    """Return what a simulator's name is of: ``vm`` of ``V(vm)``."""
    plain = name.lower()
    return plain[2:-1] if plain[:2] in {"v(", "i("} and plain.endswith(")") else plain
