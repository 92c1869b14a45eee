"""What of a neuron can be varied, by which name, and what comes of it."""

from __future__ import annotations

import pytest

from spiketwin.compare.catalogue import ENTRIES
from spiketwin.compare.lif_levels import MacroParts
from spiketwin.compare.studies.targets import neuron_target, static_target
from spiketwin.compare.studies.targets.specimen import Specimen, altered, offers_of
from spiketwin.models import LeakyNeuron
from spiketwin.models.errors import ParameterError
from spiketwin.models.neurons.hodgkin_huxley import HodgkinHuxleyNeuron
from spiketwin.models.stimuli import Sine, Step
from spiketwin.models.stimuli.typed import parse_stimulus

SUM = "step:current=20u,onset=5m + exponential-synapse:weight=1u,time_constant=3m,rate=100,seed=3"


def named(specimen):
    return {offer.parameter.name: offer.parameter for offer in offers_of(specimen)}


def test_the_leaky_neuron_offers_its_fields_the_temperature_and_the_stimulus_with_their_units():
    offered = named(Specimen(neuron=LeakyNeuron(), stimulus=Step(current=20e-6)))
    assert {name: (one.unit, one.nominal, one.positive) for name, one in offered.items()} == {
        "resistance": ("Ω", 1e5, True),
        "capacitance": ("F", 1e-7, True),
        "threshold": ("V", 1.0, False),
        "reset": ("V", 0.0, False),
        "leak_potential": ("V", 0.0, False),
        "refractory": ("s", 2e-3, False),
        "temperature": ("°C", 27.0, False),
        "current": ("A", 20e-6, False),
        "onset": ("s", 0.0, False),
        "baseline": ("A", 0.0, False),
        "rise": ("s", 1e-6, True),
    }


def test_a_name_that_two_have_is_the_parts_and_the_other_is_written_with_its_owner():
    specimen = Specimen(
        neuron=LeakyNeuron(),
        parts=MacroParts(),
        stimulus=Sine(amplitude=1e-6, frequency=9, offset=2e-6),
    )
    offered = named(specimen)
    assert (offered["offset"].unit, offered["offset"].nominal) == ("V", 1e-3)
    assert (offered["stimulus.offset"].unit, offered["stimulus.offset"].nominal) == ("A", 2e-6)
    changed = altered(specimen, offers_of(specimen), {"offset": 5e-3, "stimulus.offset": 3e-6})
    assert changed.parts == MacroParts(offset=5e-3)
    assert changed.stimulus == Sine(amplitude=1e-6, frequency=9, offset=3e-6)
    assert changed.neuron == LeakyNeuron()


def test_the_parts_of_a_sum_are_numbered_and_a_synapse_has_its_spikes_numbers():
    specimen = Specimen(neuron=LeakyNeuron(), stimulus=parse_stimulus(SUM))
    offered = named(specimen)
    assert {"stimulus.0.current", "stimulus.1.weight", "stimulus.1.rate"} <= offered.keys()
    changed = altered(
        specimen, offers_of(specimen), {"stimulus.0.current": 3e-5, "stimulus.1.seed": 8.0}
    )
    assert changed.stimulus.parts[0].current == 3e-5
    assert changed.stimulus.parts[1].spikes.seed == 8
    assert isinstance(changed.stimulus.parts[1].spikes.seed, int)
    assert changed.stimulus.parts[1].spikes.rate == 100


def test_a_neuron_that_has_a_temperature_of_its_own_keeps_the_name():
    offered = named(Specimen(neuron=HodgkinHuxleyNeuron(), stimulus=Step(current=1e-10)))
    assert offered["temperature"].unit == "K"


def test_fields_that_only_hold_together_are_changed_at_once():
    specimen = Specimen(neuron=LeakyNeuron(), stimulus=Step(current=20e-6))
    # one after the other the first would break the rule that the threshold lies above the reset
    for values in ({"reset": 2.0, "threshold": 3.0}, {"threshold": -3.0, "reset": -4.0}):
        changed = altered(specimen, offers_of(specimen), values)
        assert (changed.neuron.reset, changed.neuron.threshold) == (
            values["reset"],
            values["threshold"],
        )


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"resistence": 1e5}, "there is no 'resistence' to be varied; there are: resistance"),
        ({"resistance": -1.0}, r"LeakyNeuron\.resistance must be positive, got -1\.0"),
        ({"threshold": -1.0}, "must lie above reset"),
        ({"stimulus.1.seed": 1.5}, r"stimulus\.1\.seed must be a whole number, got 1\.5"),
        ({"stimulus.1.rate": 0.0}, r"PoissonTrain\.rate must be positive"),
    ],
)
def test_values_that_make_no_neuron_are_refused(values, message):
    specimen = Specimen(neuron=LeakyNeuron(), stimulus=parse_stimulus(SUM))
    with pytest.raises(ParameterError, match=message):
        altered(specimen, offers_of(specimen), values)


@pytest.mark.parametrize("name", ENTRIES)
def test_every_neuron_of_the_catalogue_is_offered_whole_and_each_offer_can_be_taken(name):
    make = static_target if name == "artificial" else neuron_target
    target = make(name)
    names = [parameter.name for parameter in target.parameters]
    assert len(set(names)) == len(names) > 5
    for offer in target.offers:
        value = offer.parameter.nominal
        same = altered(target.specimen, target.offers, {offer.parameter.name: value})
        if offer.parameter.name != "temperature":
            assert same == target.specimen
