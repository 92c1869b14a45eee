"""What spiketwin takes from PySpice: the binding to libngspice, and the builder of test benches.

No other module imports PySpice. Version 1.5 knows ngspice up to version 34 and judges success by
the word "error" in the output; so the binding takes from it the declarations and the start-up, and
listens to ngspice itself.
"""

from __future__ import annotations

import logging
import os
from types import MappingProxyType
from typing import TYPE_CHECKING

from spiketwin.circuits.source_cards import (
    CurrentSource,
    SynapseSource,
    VoltageSource,
    number_text,
    waveform_text,
)

logging.getLogger("PySpice").addHandler(logging.NullHandler())
logging.getLogger("PySpice").setLevel(logging.CRITICAL + 1)

from PySpice.Spice.Netlist import Circuit  # noqa: E402 - silenced before it speaks
from PySpice.Spice.NgSpice.Shared import NgSpiceShared, ffi  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from spiketwin.circuits.source_cards import Source, SynapseVoltage

BEGUN, ENDED = b"b", b"e"  # what ngspice's thread writes into its pipe
_MOST_LINES = 1000  # of stderr per run: the first half and the last half are kept


class Ngspice(NgSpiceShared):  # type: ignore[misc] # PySpice ships no types
    """The libngspice of this process: only one, as the library keeps its state in globals.

    Args:
        library: its path.
        tell: the end of a pipe, for what ngspice's own thread has to tell.

    Attributes:
        stderr_lines: what ngspice said on stderr since ``forget``.
        stdout_lines: the same for stdout.
    """

    def __init__(self, library: Path, tell: int) -> None:
        self.stderr_lines: list[str] = []
        self.stdout_lines: list[str] = []
        self._exited = False
        self._tell = tell
        self.LIBRARY_PATH = str(library)
        super().__init__()
        # Once more, without the callbacks that PySpice offers and nobody needs: for a status,
        # ngspice composes a message at every time point, which is 2 % of a run.
        self._ngspice_shared.ngSpice_Init(
            *(self._send_char_c, ffi.NULL, self._exit_c, ffi.NULL, ffi.NULL),
            *(self._background_thread_running_c, self._self_c),
        )
        # Else ngspice asks the kernel for its processor time at every time point, so as to print
        # four times a second how far it is: a tenth of a run.
        self.command("set norefvalue")

    def forget(self) -> None:
        """Forget what was said."""
        self.stderr_lines.clear()
        self.stdout_lines.clear()
        self.clear_output()  # PySpice's own copy

    def clear(self) -> None:
        """Forget the circuit, its results and what was said.

        Without "destroy all" and "remcirc" each run is slower than the one before; without the call
        that frees the commands executed so far each run leaks a kilobyte.
        """
        self.command("destroy all")
        self.command("remcirc")
        self._ngspice_shared.ngSpice_Command(ffi.NULL)
        self.forget()

    def load(self, lines: Sequence[str]) -> bool:
        """Load a deck, its title first and ``.end`` last; return whether ngspice took it."""
        texts = {line: ffi.new("char[]", line.encode()) for line in dict.fromkeys(lines)}
        pointers = ffi.new("char *[]", [*(texts[line] for line in lines), ffi.NULL])
        return bool(self._ngspice_shared.ngSpice_Circ(pointers) == 0)

    def command(self, text: str) -> bool:
        """Execute one ngspice command; return whether ngspice accepted it."""
        return bool(self._ngspice_shared.ngSpice_Command(text.encode()) == 0)

    def listing_expanded(self) -> list[str]:
        """Return the loaded circuit with its subcircuits unfolded and its parameters replaced."""
        before = len(self.stdout_lines)
        self.command("listing expand")
        return self.stdout_lines[before:]

    def gave_up(self) -> bool:
        """Whether ngspice has ended itself for good: out of memory, ``quit``, a fatal error."""
        return self._exited

    def running(self) -> bool:
        """Whether the background run is still under way."""
        return bool(self._ngspice_shared.ngSpice_running())

    def vector(self, name: str) -> memoryview[float] | None:
        """Return a real vector of the current plot without copying it; None where there is none."""
        info = self._ngspice_shared.ngGet_Vec_Info(name.lower().encode())
        if info == ffi.NULL or info.v_compdata != ffi.NULL:
            return None
        if info.v_length == 0:  # its data may be NULL
            return memoryview(b"").cast("d")
        return memoryview(ffi.buffer(info.v_realdata, info.v_length * 8)).cast("B").cast("d")

    # The callbacks. They replace PySpice's, which lose the text of errors, fail on text that is not
    # UTF-8 and write to the log. The signatures are fixed by ngspice's sharedspice.h.

    @staticmethod
    def _send_char(message_c: object, _id: int, user_data: object) -> int:
        self = ffi.from_handle(user_data)
        channel, _, text = ffi.string(message_c).decode(errors="replace").partition(" ")
        if channel == "stderr":
            self.stderr_lines.append(text)
            if len(self.stderr_lines) > _MOST_LINES:
                del self.stderr_lines[_MOST_LINES // 2]
        else:
            self.stdout_lines.append(text)
        self._stdout.append(text)  # PySpice reads the version from here
        return 0

    @staticmethod
    def _exit(status: int, _unload: bool, _quit: bool, _id: int, user_data: object) -> int:  # noqa: FBT001
        self = ffi.from_handle(user_data)
        self._exited = True
        os.write(self._tell, ENDED)
        return status

    @staticmethod
    def _background_thread_running(not_running: bool, _id: int, user_data: object) -> int:  # noqa: FBT001
        self = ffi.from_handle(user_data)
        os.write(self._tell, ENDED if not_running else BEGUN)
        return 0


def add_transient(
    circuit: str,
    *,
    save: Sequence[str],
    duration: float,
    max_step: float,
    options: Mapping[str, float] = MappingProxyType({}),
) -> str:
    """Return a complete deck: a circuit from ``assemble_circuit``, and its analysis.

    Args:
        circuit: its text.
        save: the nodes whose voltages are wanted.
        duration: seconds; the transient runs from 0, using initial conditions.
        max_step: seconds, the solver's longest time step.
        options: solver options by name.
    """
    lines = [
        circuit,
        *(f".options {name}={number_text(value)}" for name, value in options.items()),
        ".save " + " ".join(f"v({node})" for node in save),
        f".tran {number_text(max_step)} {number_text(duration)} 0 {number_text(max_step)} uic",
    ]
    return "\n".join(lines) + "\n.end\n"


def assemble_circuit(
    *,
    title: str,
    definitions: str,
    subcircuit: str,
    nodes: Sequence[str],
    parameters: Mapping[str, float],
    currents: Sequence[Source] = (),
    voltages: Sequence[VoltageSource | SynapseVoltage] = (),
) -> str:
    """Return one instance of a subcircuit, driven by independent sources; no analysis yet.

    Args:
        title: the deck's first line.
        definitions: the text that defines the subcircuit and those of the synapses, taken as it is.
        subcircuit: its name.
        nodes: what its ports are connected to, in their order.
        parameters: the instance's parameters, in SI units.
        currents: the currents that drive it; those into one node add.
        voltages: the voltages that drive it, a node each.

    Every number is written so that Python's float reads it back exactly; ngspice's own reading is
    off by up to 1.5 units in the last place.
    """
    circuit = Circuit(" ".join(title.split()))
    circuit.raw_spice = definitions if definitions.endswith("\n") else definitions + "\n"
    exact = {name: number_text(value) for name, value in parameters.items()}
    circuit.X("neuron", subcircuit, *nodes, **exact)
    # One long line: ngspice 39 takes a time that grows as n² to join n continuation lines.
    for number, current in enumerate(currents, 1):
        order = "" if len(currents) == 1 else f"{number}"
        name = f"stimulus{order}"
        if isinstance(current, CurrentSource):
            circuit.I(name, circuit.gnd, current.into, current.waveform)
        elif isinstance(current, SynapseSource):
            _add_synapse(circuit, current, order)
        else:
            table = ",".join(map(number_text, current.corners))
            circuit.B(name, circuit.gnd, current.into, raw_spice=f"i=pwl(time,{table})")
            clock = waveform_text("PULSE", (0.0, 1.0, *current.clock))
            circuit.V(f"{name}_clock", f"{name}_clock", circuit.gnd, clock)
    for voltage in voltages:
        if isinstance(voltage, VoltageSource):
            circuit.V(voltage.node, voltage.node, voltage.against, voltage.waveform)
        else:
            load = voltage.synapse.into
            _add_synapse(circuit, voltage.synapse, f"_{voltage.node}")
            circuit.R(load, load, circuit.gnd, number_text(voltage.resistance))
            circuit.VCVS(
                voltage.node, voltage.node, voltage.against, load, circuit.gnd,
                voltage_gain=number_text(1.0),
            )  # fmt: skip
    return f"{circuit}".rstrip()


def _add_synapse(circuit: Circuit, synapse: SynapseSource, suffix: str) -> None:
    pre = f"pre{suffix}"
    settings = {field: number_text(value) for field, value in synapse.parameters.items()}
    circuit.I(pre, circuit.gnd, pre, synapse.waveform)
    circuit.R(pre, pre, circuit.gnd, number_text(1.0))
    circuit.X(f"synapse{suffix}", synapse.subcircuit, pre, synapse.into, **settings)
