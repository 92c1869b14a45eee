"""What is measured of a circuit whose kind is known is what is measured of one that is not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from spiketwin.compare.validate.designs.design import Design
from spiketwin.compare.validate.examination import Known, examine, observations_of
from spiketwin.compare.validate.procedure import validate
from spiketwin.compare.validate.waveforms.figures import NeuronClass
from spiketwin.compare.validate.waveforms.understanding import see_again
from spiketwin.models import Trace
from spiketwin.models.errors import ParameterError

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def validation():
    return validate(Design(deck=ROOT / "examples/my_neuron.cir"))


def test_a_circuit_seen_again_has_the_same_figures_and_the_same_verdict(validation):
    first = validation.judged.understanding
    known = Known(twin=validation.model.reference.twin, kind=first.kind)
    seen = examine(validation.design, validation.circuit, known=known)
    again = seen.judged.understanding
    assert again.kind is first.kind is NeuronClass.LIF
    assert [one.key for one in again.figures] == [one.key for one in first.figures]
    for before, after in zip(first.figures, again.figures, strict=True):
        # fitted to fewer points of the same curve
        error = before.standard_error or 0.0
        assert after.value == pytest.approx(before.value, rel=1e-6, abs=3 * error)
    assert seen.judged.agreement.match.pairs.tolist() == (
        validation.judged.agreement.match.pairs.tolist()
    )
    assert seen.judged.agreement.match.pairs.size > 10
    assert (seen.judged.verdict, seen.faults) == (validation.judged.verdict, ())


def test_what_a_linear_circuit_explains_has_no_spikes_whatever_it_was_before(validation):
    (*_, finest) = observations_of(validation.circuit)
    first = int(np.argmax(finest.membrane.voltage > 0.9))
    charging = Trace(time=finest.membrane.time[:first], voltage=finest.membrane.voltage[:first])
    observation = type(finest)(membrane=charging, drive=finest.drive)
    again = see_again([observation, observation], NeuronClass.LIF)
    assert again.kind is NeuronClass.PASSIVE
    assert again.figure("tau").value == pytest.approx(10.5e-3, rel=1e-3)
    assert again.figure("threshold") is None
    with pytest.raises(ParameterError, match="must hold at least one, got none"):
        see_again([], NeuronClass.LIF)
