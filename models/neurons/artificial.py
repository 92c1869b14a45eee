"""The artificial neuron: it adds its weighted inputs and squashes the sum, with no time in it.

Source of every formula here: y = φ(Σ wᵢ·xᵢ + b). The formal neuron with a step is that of McCulloch
and Pitts (Bull. Math. Biophys. 5:115, 1943); the logistic function and its gradient made it learn
(Rumelhart, Hinton and Williams, Nature 323:533, 1986).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.models.checks import require_finite, require_positive
from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import ArrayLike, NDArray

MOST_INPUTS = 3
LARGEST_WEIGHT = 100.0
# a differential pair saturates at 2·V_T, 52 mV, and its attenuator cannot amplify
LEAST_UNIT = 0.1  # V
COLDEST, HOTTEST = 218.15, 398.15  # K, −55 to 125 °C

FUNCTIONS: Mapping[str, Callable[[NDArray[np.float64]], NDArray[np.float64]]] = MappingProxyType(
    {
        "relu": lambda s: np.maximum(s, 0.0),
        # by tanh, which overflows nowhere
        "sigmoid": lambda s: 0.5 * (1.0 + np.tanh(0.5 * s)),
        "tanh": np.tanh,
        "step": lambda s: np.where(s > 0, 1.0, 0.0),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtificialNeuron:
    """Weights, a bias and a function; and the volts and kelvins of the circuit that computes it.

    The equation knows numbers only. ``unit`` is the voltage that stands for the number one, at the
    inputs as at the output. The temperature is the circuit's; the equation has none.

    Attributes:
        function: ``relu``, ``sigmoid``, ``tanh``, or ``step``, which is one where the sum is above
            zero.
        weights: plain numbers, one to three, one an input, within ±100.
        bias: a plain number within ±100, less than supply/unit.
        unit: volt, at least 0.1.
        supply: volt, above the unit; the op-amps stop at ±supply.
        temperature: kelvin, 218.15 to 398.15.
        input_resistance: ohm; over it a stimulus's current becomes the first input's voltage.

    Raises:
        ParameterError: where a rule above is broken or a value is not finite.
    """

    function: str = "sigmoid"
    weights: tuple[float, ...] = (1.0, -0.5)
    bias: float = 0.25
    unit: float = 1.0
    supply: float = 12.0
    temperature: float = 300.15
    input_resistance: float = 100e3

    def __post_init__(self) -> None:
        owner = "ArtificialNeuron"
        if self.function not in FUNCTIONS:
            near = get_close_matches(self.function, FUNCTIONS, n=1, cutoff=0.4)
            hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(FUNCTIONS)}"
            raise ParameterError(f"{owner}.function: there is no {self.function!r}; {hint}")
        object.__setattr__(self, "weights", tuple(map(float, self.weights)))
        if not 1 <= len(self.weights) <= MOST_INPUTS:
            raise ParameterError(
                f"{owner}.weights must be one to three numbers, one for each input of the circuit, "
                f"got {len(self.weights)}"
            )
        for k, weight in enumerate(self.weights):
            _require_within(f"weights[{k}]", weight, LARGEST_WEIGHT)
        _require_within("bias", self.bias, LARGEST_WEIGHT)
        require_positive(owner, "unit", self.unit, "V")
        require_positive(owner, "supply", self.supply, "V")
        require_positive(owner, "input_resistance", self.input_resistance, "Ω")
        require_finite(owner, "temperature", self.temperature, "K")
        if self.unit < LEAST_UNIT:
            raise ParameterError(
                f"{owner}.unit must be at least {LEAST_UNIT} V, got {self.unit!r} V; a transistor "
                f"pair needs 52 mV for the number one, and its attenuator cannot amplify"
            )
        if self.supply <= self.unit:
            raise ParameterError(
                f"{owner}.supply must be above the unit, got supply {self.supply!r} V and unit "
                f"{self.unit!r} V; raise the supply or lower the unit"
            )
        if abs(self.bias) * self.unit >= self.supply:
            raise ParameterError(
                f"{owner}.bias must be below supply/unit = {self.supply / self.unit:g}, got "
                f"{self.bias!r}; raise the supply or lower the unit"
            )
        if not COLDEST <= self.temperature <= HOTTEST:
            raise ParameterError(
                f"{owner}.temperature must be {COLDEST} to {HOTTEST} K (−55 to 125 °C), got "
                f"{self.temperature!r} K; 27 °C is 300.15 K"
            )

    @property
    def activation(self) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
        """The function φ, of plain numbers, whatever their shape."""
        return FUNCTIONS[self.function]

    def sums(self, inputs: ArrayLike) -> NDArray[np.float64]:
        """Return Σ wᵢ·xᵢ + b, shape (k,), of inputs of shape (k, n), all plain numbers."""
        x = np.asarray(inputs, dtype=np.float64)
        return np.asarray(x @ np.array(self.weights) + self.bias)

    def outputs(self, inputs: ArrayLike) -> NDArray[np.float64]:
        """Return φ(Σ wᵢ·xᵢ + b), shape (k,), of inputs of shape (k, n), all plain numbers."""
        return self.activation(self.sums(inputs))

    def largest_partial_sum(self, inputs: ArrayLike) -> float:
        """Return the largest magnitude that an op-amp must put out: Σ over w > 0, or the whole sum.

        A plain number; times the unit it is to stay under the supply.
        """
        x, w = np.asarray(inputs, dtype=np.float64), np.array(self.weights)
        positive = x @ np.maximum(w, 0.0) + max(self.bias, 0.0)
        return float(max(np.abs(positive).max(), np.abs(self.sums(x)).max()))


def _require_within(field: str, value: float, limit: float) -> None:
    require_finite("ArtificialNeuron", field, value, "(a plain number)")
    if math.fabs(value) > limit:
        raise ParameterError(
            f"ArtificialNeuron.{field} must be within ±{limit:g}, got {value!r}; a weight is a "
            f"ratio of resistors, and larger ones ask too much of an op-amp"
        )
