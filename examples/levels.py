"""One neuron, three circuits: what each level of reality costs."""

from __future__ import annotations

from spiketwin.circuits.engine import Engine
from spiketwin.compare import LIF_LEVELS, compare
from spiketwin.models import Constant
from spiketwin.models.quantities import engineering

# twice the rheobase of the default neuron: 100 kΩ, 100 nF, 0 to 1 V, 2 ms
STIMULUS = Constant(current=20e-6)
LEVELS = ("ideal", *LIF_LEVELS)
QUANTITIES = (
    ("interval", "s"),
    ("tau", "s"),
    ("threshold", "V"),
    ("reset", "V"),
    ("refractory", "s"),
)


def measured(level: str, engine: Engine) -> dict[str, float]:
    """Return the circuit's numbers at a level, in SI units, by name."""
    found = compare("lif", stimulus=STIMULUS, level=level, simulate=engine.simulate)
    built = found.as_built
    return {
        "interval": float(found.circuit.spikes.train.intervals.mean()),
        "tau": built.tau.value,
        "threshold": built.threshold.value,
        "reset": built.reset.value,
        "refractory": built.refractory.value,
        "shift an interval": float(found.local_shifts.mean()),
        "uncertainty": found.agreement.max_uncertainty,
    }


with Engine() as engine:
    columns = [measured(level, engine) for level in LEVELS]

print("| as built |", " | ".join(LEVELS), "|")
print("|---|" + "---|" * len(LEVELS))
for name, unit in (*QUANTITIES, ("shift an interval", "s"), ("uncertainty", "s")):
    digits = 6 if (name, unit) in QUANTITIES else 3
    print(f"| {name} |", " | ".join(engineering(c[name], unit, digits) for c in columns), "|")
