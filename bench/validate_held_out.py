"""Random leaky neurons with a fault or without: what of it does ``validate`` find?

``python -m bench.validate_held_out [COUNT [SEED]]``. The decks of the corpus were at hand when the
faults' limits were chosen; these are drawn anew: time constants from 20 us to 2 s, thresholds from
10 mV to 30 V, capacitors from 1 pF to 10 uF, drives from 1.15 to 6 times the threshold, rests above
and below ground, with the node names and the order of the lines shuffled.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench._report import figure, heading
from spiketwin.compare.findings import Severity
from spiketwin.compare.validate.designs.design import Design
from spiketwin.compare.validate.procedure import validate
from spiketwin.models.errors import SpiketwinError

if TYPE_CHECKING:
    from collections.abc import Callable

_COUNT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Neuron:
    """A leaky neuron of switches; SI units, voltages from its rest."""

    tau: float
    capacitance: float
    swing: float
    base: float
    drive: float
    refractory: float
    start: float = 0.0
    reset_ohms: float = 1e-5
    sign: float = 1.0
    leak_to: float = 0.0
    reset_to: float = 0.0
    release: float = 0.9
    steps: float = 200.0
    onset: float = 0.3
    uic: str = " uic"

    @property
    def interval(self) -> float:
        """Seconds between spikes: t_ref + τ ln(RI / (RI − V_th))."""
        return self.refractory + self.tau * float(np.log(self.drive / max(self.drive - 1, 0.15)))


def sound(rng: np.random.Generator) -> Neuron:
    """Return a random neuron that fires."""
    tau = 10 ** rng.uniform(-4.7, 0.3)
    swing = 10 ** rng.uniform(-2, 1.5)
    return Neuron(
        tau=tau,
        capacitance=10 ** rng.uniform(-12, -5),
        swing=swing,
        base=float(rng.choice([0.0, 0.5, -3.0])) * swing,
        drive=rng.uniform(1.15, 6.0),
        refractory=tau * rng.uniform(0.05, 1.0),
        start=rng.uniform(0.0, 0.5),
    )


def deck(neuron: Neuron, rng: np.random.Generator) -> str:
    """Return its netlist."""
    n = neuron
    ohms, rest, top = n.tau / n.capacitance, n.base, n.base + n.swing
    half, pulse = n.release / 2, 1e-11  # F
    amps = n.sign * n.drive * n.swing / ohms
    rail = 2 * max(top, n.swing)
    stop = 14 * n.interval + min(n.onset, 1.0) * n.tau
    names = [f"n{number}" for number in rng.permutation(90)[:8] + 10]
    mem, el, th, rs, over, out, mid, go = names
    edge = n.tau / 1000
    begin, long = n.onset * n.tau, 2 * (stop + n.onset * n.tau)
    lines = [
        f"Iin 0 {mem} pulse(0 {amps!r} {begin!r} {edge!r} {edge!r} {long!r} {2 * long!r})",
        f"R1 {mem} {el} {ohms!r}",
        f"Vel {el} 0 {rest + n.leak_to * n.swing!r}",
        f"C1 {mem} 0 {n.capacitance!r} ic={rest + n.start * n.swing!r}",
        f"Vth {th} 0 {top!r}",
        f"Vrs {rs} 0 {rest + n.reset_to * n.swing!r}",
        f"Vsup rail 0 {rail!r}",
        f"E1 {over} 0 {mem} {th} {1e4 / n.swing!r}",
        f"S1 rail {out} {over} 0 comparator",
        f".model comparator sw(vt={-1e4 * half!r} vh={1e4 * half!r} ron=1k roff=1e15)",
        f"C2 {out} 0 {pulse!r} ic=0",
        f"B1 {out} 0 i={0.8 * pulse * rail / n.refractory!r}*min(1,max(v({out}),0)*{10 / rail!r})",
        f"V3 {mid} 0 {rail / 2!r}",
        f"E2 {go} 0 {out} {mid} {1e4 / rail!r}",
        f"S2 {mem} {rs} {go} 0 discharge",
        f".model discharge sw(vt=0 vh=3e3 ron={n.reset_ohms * ohms!r} roff={1e7 * ohms!r})",
        f".tran {edge!r} {stop!r} 0 {n.interval / n.steps!r}{n.uic}",
    ]
    order = rng.permutation(len(lines))
    return "\n".join(["a random neuron", *(lines[k] for k in order), ".end", ""])


# the fault, and what is changed in a sound neuron
PLANTED: dict[str, Callable[[Neuron], Neuron]] = {
    "": lambda n: n,
    "threshold-out-of-reach": lambda n: replace(n, drive=0.2 + 0.12 * n.drive),
    "wrong-sign-current": lambda n: replace(n, sign=-1.0),
    "starts-above-threshold": lambda n: replace(n, start=1.2 + n.start),
    "latched": lambda n: replace(n, release=1.3),
    "reset-wrong-direction": lambda n: replace(n, reset_to=1.6),
    # a drive so weak that the reset is the faster way, since the slower one is taken for charging
    "incomplete-reset": lambda n: replace(
        n, reset_ohms=0.15, refractory=0.1 * n.tau, release=0.4, drive=0.8 + 0.28 * n.drive
    ),
    "step-limited": lambda n: replace(n, steps=0.7),
    "ic-without-uic": lambda n: replace(n, uic=""),
    "source-never-on": lambda n: replace(n, onset=1e6),
    "leak-to-wrong-rail": lambda n: replace(n, leak_to=0.85, drive=0.3 + 0.1 * n.drive),
}
# what follows from a fault may be told too
FAIR = {
    "ic-without-uic": {"start-up-glitch"},
    "source-never-on": {"no-spikes"},
    "latched": {"incomplete-reset"},
    "incomplete-reset": {"latched"},
}


def main(count: int, seed: int) -> None:
    """Run and print."""
    heading(f"{count} random neurons for each of {len(PLANTED)} faults, none among them")
    rng = np.random.default_rng(seed)
    missed, alarms = Counter[str](), Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "neuron.cir"
        for planted, change in PLANTED.items():
            others: Counter[str] = Counter()
            for _ in range(count):
                neuron = change(sound(rng))
                text = deck(neuron, rng)
                path.write_text(text, encoding="utf-8")
                codes, grave, words = found(path)
                missed[planted] += bool(planted) and planted not in codes
                false = grave - {planted} - FAIR.get(planted, set())
                alarms[planted] += bool(false)
                others.update(false)
                if false or (planted and planted not in codes):
                    print(f"    {planted or 'sound'}: {sorted(codes)} {words} {neuron}")
            told = ", ".join(f"{code} ({n})" for code, n in others.items())
            print(f"  {planted or 'sound':<26} missed {missed[planted]:>4}   others: {told}")
    total, wrong = sum(missed.values()), sum(alarms.values())
    figure("planted faults missed", str(total), "0", met=not total)
    figure("alarms beside what is planted", str(wrong), "0", met=not wrong)


def found(path: Path) -> tuple[set[str], set[str], str]:
    """Return the codes of all findings and of those above a note, and the answer in words."""
    try:
        seen = validate(Design(deck=path))
    except SpiketwinError as error:
        return {"not run"}, {"not run"}, str(error)
    findings = seen.findings
    codes = {finding.code for finding in findings}
    grave = {f.code for f in findings if f.severity is not Severity.NOTE}
    return codes, grave, f"{seen.judged.understanding.kind.value} {seen.verdict.value}"


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    main(*(given + [_COUNT, 1][len(given) :]))
