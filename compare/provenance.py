"""Where a result comes from: what a reader needs to have it again."""

from __future__ import annotations

import platform
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib.metadata import version
from typing import TYPE_CHECKING

from spiketwin.models import HeldNoise, OrnsteinUhlenbeck, PoissonPulses
from spiketwin.models.stimuli.presynaptic import PoissonTrain
from spiketwin.models.stimuli.sums import parts_of
from spiketwin.models.stimuli.synapses import FilteredSynapse, PulseSynapse

if TYPE_CHECKING:
    from spiketwin.compare.comparison import Comparison
    from spiketwin.compare.transfer import TransferComparison
    from spiketwin.models.stimuli import Part, Stimulus
    from spiketwin.models.stimuli.presynaptic import PresynapticTrain


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """The programs, the seed and the command behind a comparison.

    Attributes:
        spiketwin, ngspice, pyspice, python, numpy, scipy: versions.
        platform: operating system and processor.
        seed: of the noise stimulus; None where nothing was drawn at random.
        command: the command line; None where there was none.
        deck_sha256: of the judged deck's text in UTF-8, in hexadecimal; None for an analysis, which
            runs many.
    """

    spiketwin: str
    ngspice: str
    pyspice: str
    python: str
    numpy: str
    scipy: str
    platform: str
    seed: int | None
    command: str | None
    deck_sha256: str | None


def provenance(
    comparison: Comparison | TransferComparison, *, ngspice: str, command: str | None = None
) -> Provenance:
    """Return where a comparison that was made by this process comes from.

    Args:
        comparison: what was found.
        ngspice: the engine's version.
        command: the command line to repeat it, as one would type it; None where there was none.
    """
    return replace(
        analysis_provenance(ngspice=ngspice, command=command, stimulus=comparison.stimulus),
        deck_sha256=sha256(comparison.circuit.deck.text.encode()).hexdigest(),
    )


def _first_seed(stimulus: Stimulus) -> int | None:
    # of several noises the first; the stimulus itself names them all
    for source in map(_random_source, parts_of(stimulus)):
        if isinstance(source, OrnsteinUhlenbeck | HeldNoise | PoissonPulses | PoissonTrain):
            return source.seed
    return None


def _random_source(part: Part) -> Part | PresynapticTrain:
    return part.spikes if isinstance(part, PulseSynapse | FilteredSynapse) else part


def analysis_provenance(
    *, ngspice: str, command: str | None = None, stimulus: Stimulus | None = None
) -> Provenance:
    """Return where an analysis of many runs comes from; see ``provenance``.

    ``stimulus`` is what drives all runs; None where each has its own, and none is drawn at random.
    """
    return Provenance(
        spiketwin=version("spiketwin"),
        ngspice=ngspice,
        pyspice=version("PySpice"),
        python=platform.python_version(),
        numpy=version("numpy"),
        scipy=version("scipy"),
        platform=platform.platform(),
        seed=None if stimulus is None else _first_seed(stimulus),
        command=command,
        deck_sha256=None,
    )
