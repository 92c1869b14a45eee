"""Each fault, planted in a sound neuron by changing a card or two, is found where it is."""

from __future__ import annotations

import math

import pytest

# a line that is wrong is counted in the deck: the title is 1, the input 2, the leak 3
LINE = {"input": 2, "leak": 3, "supply": 6, "reset": 14, "run": 17}


def test_the_neuron_without_a_change_is_sound(examine, neuron) -> None:
    sound = examine(neuron({}))
    # from 0 V to half of 2 V in τ ln 2, and 2 ms at 0.8 V of 1 V of the one-shot's ramp
    assert len(sound.scene.events.spikes.train) > 5
    assert sound.scene.events.spikes.train.times[0] == pytest.approx(10e-3 * math.log(2), rel=1e-3)
    assert sound.findings == ()


def test_a_comparator_straight_on_its_switch_chatters_and_counts_no_spike(examine, neuron) -> None:
    found = examine(
        neuron(
            {
                "comparator": "Bcmp out 0 v=0.5+0.5*tanh(200*(v(vm)-1))",
                "reset": "Sreset vm 0 out 0 discharge",
                "reset model": ".model discharge sw(vt=0.5 vh=0.01 ron=100 roff=1e12)",
                "run": ".tran 10u 8m 0 50u uic",
                **dict.fromkeys(("gain", "comparator model", "pulse", "timer", "drive"), ""),
            }
        )
    )
    assert found.serious == ["chatter"]
    # it begins where the membrane first gets to 1 V, on its way to 2 V
    assert found.the("chatter").time == pytest.approx(10e-3 * math.log(2), rel=1e-2)
    assert "no firing rate" in found.the("chatter").message


def test_an_ideal_comparator_aborts_at_its_crossing(examine, neuron) -> None:
    found = examine(
        neuron(
            {
                "comparator": "Bcmp out 0 v=v(vm)>1 ? 5 : 0",
                "reset": "Breset vm 0 i=v(out)>2.5 ? v(vm)*1e3 : 0",
                "run": ".tran 10u 8m 0 50u uic",
                **dict.fromkeys(
                    ("gain", "comparator model", "pulse", "timer", "drive", "reset model"), ""
                ),
            }
        ),
        5.0,
    )
    assert found.serious == ["aborts-at-crossing"]
    assert found.the("aborts-at-crossing").time == pytest.approx(10e-3 * math.log(2), rel=1e-2)


def test_a_proportional_reset_regulates(examine, neuron) -> None:
    found = examine(
        neuron(
            {
                "comparator": "Bcmp out 0 v=0.5+0.5*tanh(20*(v(vm)-1))",
                "reset": "Greset vm 0 out 0 1m",
                **dict.fromkeys(
                    ("gain", "comparator model", "pulse", "timer", "drive", "reset model"), ""
                ),
            }
        )
    )
    assert found.serious == ["regulated"]
    # 20 µA = v/100 kΩ + 1 mS·v·(0.5 + 0.5 tanh(20 (v − 1))) at v = 0.888 V
    assert "888 mV" in found.the("regulated").message


def test_a_one_shot_that_never_ends_latches(examine, neuron) -> None:
    found = examine(neuron({"timer": ""}))
    assert found.serious == ["latched"]
    assert found.the("latched").time == pytest.approx(10e-3 * math.log(2), rel=1e-2)
    assert found.the("latched").nodes == ("vm", "out")


def test_a_reset_to_a_voltage_above_the_threshold_goes_the_wrong_way(examine, neuron) -> None:
    found = examine(neuron({"up": "Vup up 0 1.5", "reset": "Sreset vm up drive 0 discharge"}))
    assert found.serious == ["reset-wrong-direction"]
    assert found.the("reset-wrong-direction").line == LINE["reset"]
    assert "1.5 V" in found.the("reset-wrong-direction").message


def test_a_weak_reset_that_a_timer_ends_is_incomplete(examine, neuron) -> None:
    found = examine(
        neuron(
            {
                "comparator model": ".model comparator sw(vt=-2500 vh=2500 ron=1k roff=1e15)",
                "reset model": ".model discharge sw(vt=0 vh=3e3 ron=10k roff=1e12)",
            }
        )
    )
    assert len(found.scene.events.spikes.train) > 5
    assert found.serious == ["incomplete-reset"]
    assert found.the("incomplete-reset").line == LINE["reset"]


def test_an_output_without_a_reset_is_told(examine, neuron) -> None:
    found = examine(neuron({"reset": "", "reset model": ""}))
    assert found.serious == ["no-reset"]


def test_spikes_of_a_clock_are_no_spikes_of_the_neuron(examine, neuron) -> None:
    found = examine(
        neuron(
            {
                "clock": "Vclk clk 0 pulse(0 1 6m 1u 1u 1m 7m)",
                "comparator": "Bout out 0 v=v(clk)",
                **dict.fromkeys(("gain", "comparator model", "pulse", "timer"), ""),
            }
        )
    )
    assert len(found.scene.events.spikes.train) > 5
    assert found.serious == ["clock-locked"]
    assert "7 ms" in found.the("clock-locked").message


def test_a_clock_that_only_ticks_beside_the_neuron_is_not_to_blame(examine, neuron) -> None:
    found = examine(
        neuron({"clock": "Vclk clk 0 pulse(0 1 1m 1u 1u 50u 0.5m)", "r": "Rc clk 0 1k"})
    )
    assert found.scene.roles.clocks
    assert found.serious == []


def test_a_threshold_out_of_reach_comes_with_the_margin_and_the_input(examine, neuron) -> None:
    found = examine(neuron({"input": "Iin 0 vm 9u"}))
    assert found.serious == ["threshold-out-of-reach"]
    finding = found.the("threshold-out-of-reach")
    # R·I = 0.9 V where 1 V is needed. After 10 τ a membrane is 5e-5 short of R·I.
    assert "which is 100 mV more" in finding.message
    assert "about 10 µA" in finding.message
    assert finding.line == LINE["input"]
    assert found.reruns <= 8


def test_a_start_above_the_threshold_is_told_with_both_voltages(examine, neuron) -> None:
    found = examine(neuron({"start": ".ic v(vm)=1.5 v(out)=0"}))
    assert found.serious == ["starts-above-threshold"]
    assert "starts at 1.5 V" in found.the("starts-above-threshold").message


def test_an_initial_voltage_of_the_capacitor_counts_as_a_start(examine, neuron) -> None:
    found = examine(neuron({"membrane": "Cm vm 0 100n ic=1.4", "start": ".ic v(out)=0"}))
    assert found.serious == ["starts-above-threshold"]
    assert "starts at 1.4 V" in found.the("starts-above-threshold").message


def test_a_step_long_for_the_rate_is_told_with_a_better_one(examine, neuron) -> None:
    found = examine(neuron({"run": ".tran 2m 0.1 0 2m uic"}))
    assert found.serious == ["step-limited"]
    assert found.the("step-limited").line == LINE["run"]
    # a hundredth of 2 ms + 10 ms·ln 2
    assert "89 µs or less" in found.the("step-limited").message


@pytest.mark.parametrize(
    "changed",
    [{"input": "Iin vm 0 20u"}, {"input": "Vin in 0 -2", "leak": "Rm in vm 100k"}],
    ids=["current", "voltage"],
)
def test_an_input_of_the_wrong_sign_is_proved_by_reversing_it(examine, neuron, changed) -> None:
    found = examine(neuron(changed))
    assert found.serious == ["wrong-sign-current"]
    assert "to -2 V" in found.the("wrong-sign-current").message
    assert found.the("wrong-sign-current").line == LINE["input"]


def test_a_membrane_far_beyond_its_supply_is_told(examine, neuron) -> None:
    found = examine(neuron({"input": "Iin 0 vm 60u", "reference": "Vth th 0 4"}))
    assert found.serious == ["supply-exceeded"]
    assert found.the("supply-exceeded").line == LINE["supply"]


def test_a_leak_to_the_supply_is_told_with_where_the_membrane_rests(examine, neuron) -> None:
    found = examine(neuron({"input": "Iin 0 vm 5u", "leak": "Rm vm vdd 100k"}))
    assert found.serious == ["leak-to-wrong-rail"]
    assert found.the("leak-to-wrong-rail").line == LINE["leak"]
    assert "rests at 1 V" in found.the("leak-to-wrong-rail").message


def test_a_leak_to_a_supply_above_the_threshold_fires_by_itself(examine, neuron) -> None:
    found = examine(
        neuron({"input": "Iin 0 vm 1u", "leak": "Rm vm top 100k", "top": "Vtop top 0 3"})
    )
    assert found.serious == ["leak-to-wrong-rail"]
    assert "without input it fires" in found.the("leak-to-wrong-rail").message
