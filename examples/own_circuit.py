"""Judge a deck of one's own: the same LIF circuit, with a capacitor that is 2 % too large.

The deck is run at two maximum steps, so that the numerical uncertainty is known; then the fit of
the charging membrane shows which part is to blame.
"""

from spiketwin.circuits.bench import render
from spiketwin.circuits.decks import Deck
from spiketwin.circuits.engine import simulate
from spiketwin.circuits.events import detect_spikes
from spiketwin.compare import judge, match_spikes, measure_as_built, refinement_uncertainty
from spiketwin.models import Constant, LeakyNeuron, solve

intended = LeakyNeuron(resistance=100e3, capacitance=100e-9, refractory=2e-3)
stimulus = Constant(current=20e-6)
duration = 0.1


def my_deck(max_step: float) -> Deck:
    """Return the deck under test; read yours from a file instead."""
    built = LeakyNeuron(resistance=100e3, capacitance=102e-9, refractory=2e-3)
    text = render("lif", built, stimulus, duration=duration, max_step=max_step).text
    return Deck(text=text, vectors=("mem", "spike"), duration=duration)


coarse, fine = (simulate(my_deck(step)) for step in (80e-6, 40e-6))
spikes = [detect_spikes(run.traces["spike"]) for run in (coarse, fine)]
model = solve(intended, stimulus, duration)

match = match_spikes(model.spikes, spikes[-1].train)
uncertainty = refinement_uncertainty(spikes)
assert uncertainty is not None, "the two runs have different spikes: take a smaller step"
agreement = judge(match, uncertainty=uncertainty[match.pairs[:, 1]], tolerance=10e-6)

built = measure_as_built(
    intended, stimulus, fine.traces["mem"], fine.traces["spike"], spikes[-1].train
)
print(f"verdict    {agreement.verdict}: worst shift {agreement.max_shift:.3e} s")
for name in ("tau", "threshold", "refractory"):
    found = getattr(built, name)
    print(f"{name:<10} {found.value:.6e} as built, {found.nominal:.6e} as designed")
