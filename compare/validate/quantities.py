"""Figures as built beside those of the model, and whether they are within their tolerances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spiketwin.compare.agreement import Verdict
from spiketwin.compare.findings import Finding, Severity
from spiketwin.compare.validate.reference import Basis
from spiketwin.models.neurons.protocols import RelaxingNeuron
from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from spiketwin.compare.validate.designs.design import Tolerance
    from spiketwin.compare.validate.judgement import ModelRun
    from spiketwin.compare.validate.waveforms.understanding import Understanding

# as in compare: so many standard errors make a difference
SIGNIFICANT = 3.0
# without a tolerance, a difference beyond this part is worth a word
NOTEWORTHY = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantityCheck:
    """One quantity of the model, as built.

    Attributes:
        key: its name in files and in tolerances.
        name: in words.
        unit: SI.
        nominal: of the model.
        basis: where that comes from.
        built: as the waveforms show it; None where they do not.
        standard_error: of that, in the same unit; None where there was one observation only.
        whole: what a difference counts as a fraction of, in the same unit.
        allowed: the largest difference that passes, in the same unit; None where none was set.
    """

    key: str
    name: str
    unit: str
    nominal: float
    basis: Basis
    built: float | None
    standard_error: float | None
    whole: float
    allowed: float | None = None

    @property
    def difference(self) -> float | None:
        """Built minus nominal; None where it is not seen, or is the built value itself."""
        if self.built is None or self.basis is Basis.BUILT:
            return None
        return self.built - self.nominal

    @property
    def verdict(self) -> Verdict | None:
        """Whether it is within its tolerance by more than three standard errors; None without one.

        What is not seen is undecided, and so is what is as built by definition.
        """
        if self.allowed is None:
            return None
        if self.difference is None:
            return Verdict.UNDECIDED
        margin = SIGNIFICANT * (self.standard_error or 0.0)
        if abs(self.difference) - margin > self.allowed:
            return Verdict.DISAGREE
        within = abs(self.difference) + margin <= self.allowed
        return Verdict.AGREE if within else Verdict.UNDECIDED


# parameters by the figure that shows them, and their names in words
_SHOWN = (
    ("threshold", "threshold", "threshold", "V"),
    ("reset", "reset", "reset", "V"),
    ("leak_potential", "rest", "resting level", "V"),
    ("refractory", "refractory", "refractory time", "s"),
    ("resistance", "gain", "resistance", "Ω"),
    ("capacitance", "capacitance", "capacitance", "F"),
)


def check_quantities(
    model: ModelRun, shown: Understanding, tolerances: Mapping[str, Tolerance]
) -> tuple[QuantityCheck, ...]:
    """Return the model's quantities beside those that waveforms show."""
    return tuple(_checks(model, shown, tolerances))


def _checks(
    model: ModelRun, shown: Understanding, tolerances: Mapping[str, Tolerance]
) -> Iterator[QuantityCheck]:
    reference = model.reference
    neuron, swing = reference.neuron, reference.neuron.swing
    tau = shown.figure("tau")
    if isinstance(neuron, RelaxingNeuron):
        nominal = neuron.time_constant
        own = {reference.basis[name] for name in ("resistance", "capacitance")}
        # a product with a factor that was read off the waveform is τ as built itself
        basis = (
            Basis.BUILT if own & {Basis.BUILT, Basis.ASSUMED} else min(own, key=list(Basis).index)
        )
        yield QuantityCheck(
            key="tau",
            name="time constant R·C",
            unit="s",
            nominal=nominal,
            basis=basis,
            built=None if tau is None else tau.value,
            standard_error=None if tau is None else tau.standard_error,
            whole=nominal,
            allowed=_allowed(tolerances, "tau", nominal),
        )
    for key, figure_key, name, unit in _SHOWN:
        if key not in reference.basis:
            continue
        figure = shown.figure(figure_key)
        # a gain in volts per volt is no resistance
        if figure is not None and key == "resistance" and figure.unit != "Ω":
            figure = None
        nominal = reference.parameters[key]
        whole = swing if unit == "V" else abs(nominal) or neuron.time_scale
        yield QuantityCheck(
            key=key,
            name=name,
            unit=unit,
            nominal=nominal,
            basis=reference.basis[key],
            built=None if figure is None else figure.value,
            standard_error=None if figure is None else figure.standard_error,
            whole=whole,
            allowed=_allowed(tolerances, key, whole),
        )
    rate, intervals = shown.figure("rate"), model.spikes.intervals
    if rate is not None and intervals.size:
        nominal = float(1 / intervals.mean())
        yield QuantityCheck(
            key="rate",
            name="firing rate",
            unit="Hz",
            nominal=nominal,
            basis=Basis.MODEL,
            built=rate.value,
            standard_error=rate.standard_error,
            whole=nominal,
            allowed=_allowed(tolerances, "rate", nominal),
        )


def _allowed(tolerances: Mapping[str, Tolerance], key: str, whole: float) -> float | None:
    return tolerances[key].allowed(whole) if key in tolerances else None


def quantity_findings(checks: tuple[QuantityCheck, ...]) -> Iterator[Finding]:
    """Yield what is beyond its tolerance, and what is not as intended where there is none."""
    for check in checks:
        difference = check.difference
        if difference is None or check.built is None:
            continue
        margin = SIGNIFICANT * (check.standard_error or 0.0)
        beyond = check.verdict is Verdict.DISAGREE
        noted = (
            check.allowed is None
            and check.basis is Basis.INTENDED
            and abs(difference) - margin > NOTEWORTHY * check.whole
        )
        if not beyond and not noted:
            continue
        allowed = (
            ""
            if check.allowed is None
            else f", and {engineering(check.allowed, check.unit)} are tolerated"
        )
        yield Finding(
            code=f"{check.key.replace('_', '-')}-off",
            severity=Severity.ERROR if beyond else Severity.WARNING,
            message=(
                f"The circuit's {check.name} is {engineering(check.built, check.unit, 5)} as built "
                f"and {engineering(check.nominal, check.unit, 5)} as {check.basis}: "
                f"{engineering(abs(difference), check.unit)} apart{allowed}."
            ),
        )
