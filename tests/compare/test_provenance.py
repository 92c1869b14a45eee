"""Where results come from: what a reader needs to have them again."""

from __future__ import annotations

import pytest

from spiketwin.compare.provenance import analysis_provenance
from spiketwin.models import (
    Constant,
    ExponentialSynapse,
    OrnsteinUhlenbeck,
    PoissonTrain,
    RegularTrain,
    Sum,
)

NOISE = OrnsteinUhlenbeck(mean=0.0, sigma=1e-6, tau=1e-3, seed=7)


def synapse(spikes):
    return ExponentialSynapse(weight=1e-6, time_constant=5e-3, width=1e-4, spikes=spikes)


@pytest.mark.parametrize(
    ("stimulus", "seed"),
    [
        (Constant(current=1e-6), None),
        (NOISE, 7),
        (Sum(parts=(Constant(current=1e-6), NOISE)), 7),
        (synapse(PoissonTrain(rate=50.0, seed=9)), 9),
        (synapse(RegularTrain(period=0.02)), None),
        (None, None),
    ],
)
def test_the_seed_is_that_of_whatever_was_drawn(stimulus, seed):
    assert analysis_provenance(ngspice="39", stimulus=stimulus).seed == seed
