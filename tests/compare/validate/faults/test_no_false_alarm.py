"""What is sound raises no warning: odd inputs, other designs, the catalogue's own circuits."""

from __future__ import annotations

from importlib.resources import files

import pytest

NETLISTS = files("spiketwin.netlists")


@pytest.mark.parametrize(
    "changed",
    [
        {"input": "Iin 0 vm sin(15u 10u 30)"},
        {"input": "Iin 0 vm pulse(0 20u 1m 1u 1u 20m 1)"},
        {"input": "Iin 0 vm pwl(0 40u 0.1 5u)"},
        {"input": "Vin in 0 2", "leak": "Rm in vm 100k"},
        {
            "input": "Iin vm 0 20u",
            "reference": "Vth th 0 -1",
            "gain": "Ecmp over 0 th vm 1e4",
            "start": ".ic v(vm)=0 v(out)=0",
        },
        # held at its reset for longer than it charges
        {"timer": "Btimer out 0 i=8e-10*min(1, max(v(out), 0)*10)"},
    ],
    ids=["sine", "input-that-ends", "fading-input", "voltage", "downwards", "long-refractory"],
)
def test_a_sound_neuron_under_another_input_raises_no_alarm(examine, neuron, changed) -> None:
    found = examine(neuron(changed))
    assert len(found.scene.events.spikes.train) > 1
    assert found.serious == []


def test_a_ripple_of_the_input_is_no_chatter(examine, neuron) -> None:
    # 2 µA at 10 kHz over 100 nF: I/(ωC) = 0.3 mV to either side of 0.8 V, a thousand times over
    found = examine(neuron({"input": "Iin 0 vm sin(8u 2u 10k)", "run": ".tran 5u 0.1 0 5u uic"}))
    assert found.serious == ["threshold-out-of-reach"]


@pytest.mark.parametrize("k", [1e-3, 1e3], ids=["nanoampere", "milliampere"])
def test_scaling_all_currents_and_conductances_changes_no_finding(examine, neuron, k) -> None:
    # R/k, C·k, I·k: the same voltages at the same times
    found = examine(
        neuron(
            {
                "input": f"Iin 0 vm {9e-6 * k:g}",
                "leak": f"Rm vm 0 {1e5 / k:g}",
                "membrane": f"Cm vm 0 {1e-7 * k:g}",
                "reset model": f".model discharge sw(vt=0 vh=3e3 ron={1 / k:g} roff={1e12 / k:g})",
            }
        )
    )
    assert found.serious == ["threshold-out-of-reach"]


@pytest.mark.parametrize("name", ["lif", "if", "alif", "axon_hillock", "lif_macro"])
def test_the_catalogues_own_bench_raises_no_alarm(examine, name) -> None:
    text = NETLISTS.joinpath(f"{name}_bench.cir").read_text(encoding="utf-8")
    included = NETLISTS.joinpath(f"{name}.cir").read_text(encoding="utf-8")
    lines = [
        included if line.lower().startswith(".include") else line for line in text.splitlines()
    ]
    found = examine("\n".join(lines) + "\n")
    assert len(found.scene.events.spikes.train) > 1
    assert found.serious == []
