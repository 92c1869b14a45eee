"""A sound neuron whose cards can be changed one by one, and what is found wrong with it then."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import pytest

from spiketwin.circuits.engine import Engine
from spiketwin.circuits.plans import plan_run
from spiketwin.circuits.reader import read_text
from spiketwin.circuits.trials import first_run, refine
from spiketwin.compare.validate.faults import Rerun, Scene, find_faults
from spiketwin.compare.validate.waveforms.events import find_events
from spiketwin.compare.validate.waveforms.observation import Observation
from spiketwin.compare.validate.wiring.drives import drive_of
from spiketwin.compare.validate.wiring.inference import infer_roles, probed_nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from spiketwin.compare.findings import Finding

# τ = 10 ms, driven to twice its threshold of 1 V; a one-shot of 2 ms resets it to 0 V
SOUND = """\
input: Iin 0 vm 20u
leak: Rm vm 0 100k
membrane: Cm vm 0 100n
reference: Vth th 0 1
supply: Vdd vdd 0 1
gain: Ecmp over 0 vm th 1e4
comparator: Scmp vdd out over 0 comparator
comparator model: .model comparator sw(vt=-4500 vh=4500 ron=1k roff=1e15)
pulse: Cout out 0 10p
timer: Btimer out 0 i=4e-9*min(1, max(v(out), 0)*10)
middle: Vhalf half 0 0.5
drive: Ehalf drive 0 out half 1e4
reset: Sreset vm 0 drive 0 discharge
reset model: .model discharge sw(vt=0 vh=3e3 ron=1 roff=1e12)
start: .ic v(vm)=0 v(out)=0
run: .tran 10u 0.1 0 50u uic
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What was seen of a deck, and what was found wrong with it; how many reruns that took."""

    scene: Scene
    findings: tuple[Finding, ...]
    reruns: int

    @property
    def serious(self) -> list[str]:
        """The codes of all findings but notes."""
        return [found.code for found in self.findings if found.severity != "note"]

    def the(self, code: str) -> Finding:
        """The finding of that code."""
        return next(found for found in self.findings if found.code == code)


@pytest.fixture(scope="session")
def neuron() -> Callable[[Mapping[str, str]], str]:
    """The sound neuron's deck, with some of its cards replaced, left out (empty) or added."""
    cards = dict(line.split(": ", 1) for line in SOUND.splitlines())

    def build(changed: Mapping[str, str]) -> str:
        lines = {**cards, **changed}.values()
        return "\n".join(["a neuron", *(line for line in lines if line), ".end"]) + "\n"

    return build


@pytest.fixture(scope="session")
def examine():
    """What is found in a deck's text; a deck that was examined is not run again."""
    with Engine() as engine:

        @cache
        def run(text: str, deadline: float = 20.0) -> Examined:
            deck = read_text(text)
            plan = plan_run(deck)
            deck = plan.applied(deck)
            seen = probed_nodes(deck)
            probe = first_run(deck, plan, seen, simulate=engine.simulate, deadline=deadline)
            probe = refine(probe, deck, plan, seen, simulate=engine.simulate, patience=0)
            nodes = (roles := infer_roles(deck, probe.finest.traces)).nodes
            trial = first_run(deck, plan, nodes, simulate=engine.simulate, deadline=deadline)
            trial = refine(trial, deck, plan, nodes, simulate=engine.simulate, patience=5)
            traces = trial.finest.traces
            observation = Observation(
                membrane=traces[roles.membrane.name],
                spike=None if roles.spike is None else traces[roles.spike.name],
                drive=drive_of(deck, roles),
            )
            scene = Scene(
                observation=observation,
                events=find_events(observation),
                deck=deck,
                roles=roles,
                trial=trial,
            )
            count = []

            def counted(*args, **options):
                count.append(1)
                return engine.simulate(*args, **options)

            findings = find_faults(scene, Rerun(plan=plan, roles=roles, simulate=counted))
            return Examined(scene=scene, findings=findings, reruns=len(count))

        yield run
