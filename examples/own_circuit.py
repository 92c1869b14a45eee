"""Judge a netlist of one's own: a leaky neuron whose capacitor is 5 % too large.

``spiketwin validate examples/my_neuron.cir -p capacitance=100n`` does the same, with a report.
"""

from pathlib import Path

from spiketwin.compare.catalogue import find_twin
from spiketwin.compare.validate.designs.design import Design, Intended
from spiketwin.compare.validate.procedure import validate

meant = Intended(twin=find_twin("lif"), values={"capacitance": 100e-9, "threshold": 1.0})
validation = validate(Design(deck=Path(__file__).with_name("my_neuron.cir"), intended=meant))

print(f"verdict    {validation.verdict}: it is {validation.judged.understanding.kind}")
for check in validation.judged.checks:
    built = "not seen" if check.built is None else f"{check.built:.4e} {check.unit}"
    print(f"{check.key:<14} {built} as built, {check.nominal:.4e} {check.unit} {check.basis}")
for finding in validation.findings:
    print(f"{finding.code}: {finding.message}")
