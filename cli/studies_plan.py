"""From what was typed, and what a design file says, to the plan of a study and what passes."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from spiketwin.cli.many_runs import whole_number
from spiketwin.models.errors import ParameterError
from spiketwin.models.typed import parse_fraction, parse_quantity, split_assignments

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from spiketwin.compare.studies.plan import Axis, Corner, Parameter, Plan, Sampling, Source
    from spiketwin.compare.studies.targets.target import Target
    from spiketwin.compare.validate.designs.design import Design, Tolerance

USUAL_SAMPLES, USUAL_SEED = 1000, 1
# of the nominal value; where the target has no rate, of what it has instead
USUAL_TOLERANCE = 0.05
USUAL_WITHIN = ("rate", "error")


def read_plan(
    options: argparse.Namespace,
    design: Design | None,
    parameters: Sequence[Parameter],
    *,
    draws: bool,
) -> Plan:
    """Return what is varied; what was typed takes the place of the file's own of that kind.

    Args:
        options: as typed.
        design: the file's; None where there is none.
        parameters: what the target offers.
        draws: whether samples are what the command is for, and not a grid.

    Raises:
        ParameterError: where a text cannot be read, a name is unknown, or nothing is varied.
    """
    from spiketwin.compare.studies.plan import Plan

    axes = _axes(options, design, parameters, wanted=not draws)
    sources = _sources(options, design, parameters, wanted=draws)
    corners = _corners(options, design, parameters)
    if draws and not sources:
        raise ParameterError(
            "montecarlo needs to know what deviates; add --spread NAME=WIDTH, such as --spread "
            f"{parameters[0].name}=1%"
        )
    if not draws and not axes and not corners:
        raise ParameterError(
            "sweep needs to know what is varied; add --over NAME=FIRST:LAST:POINTS, or --corner"
        )
    sampling = _sampling(options, design, draws=draws) if sources else None
    if sampling is None and not draws and options.samples is not None:
        raise ParameterError("--samples are drawn from spreads; add --spread NAME=WIDTH")
    return Plan(
        parameters=tuple(parameters),
        axes=axes,
        corners=corners,
        sources=sources,
        sampling=sampling,
    )


def _axes(
    options: argparse.Namespace,
    design: Design | None,
    parameters: Sequence[Parameter],
    *,
    wanted: bool,
) -> tuple[Axis, ...]:
    from spiketwin.compare.studies.plan import read_axis

    if options.over or not wanted or design is None or design.study is None:
        return tuple(read_axis(text, parameters) for text in options.over)
    return design.study.axes(parameters)


def _sources(
    options: argparse.Namespace,
    design: Design | None,
    parameters: Sequence[Parameter],
    *,
    wanted: bool,
) -> tuple[Source, ...]:
    from spiketwin.compare.studies.plan import read_lot, read_spread

    if options.spreads or options.lots or not wanted or design is None or design.study is None:
        return (
            *(read_spread(text, parameters) for text in options.spreads),
            *(read_lot(text, parameters) for text in options.lots),
        )
    return design.study.sources(parameters)


def _corners(
    options: argparse.Namespace, design: Design | None, parameters: Sequence[Parameter]
) -> tuple[Corner, ...]:
    from spiketwin.compare.studies.plan import read_corner
    from spiketwin.compare.validate.designs.study import plan_corners

    if options.corners or design is None:
        return tuple(read_corner(text, parameters) for text in options.corners)
    return plan_corners(design.corners, parameters)


def _sampling(
    options: argparse.Namespace, design: Design | None, *, draws: bool
) -> Sampling | None:
    """Return the samples to draw; a sweep draws some only where it is told how many."""
    from spiketwin.compare.studies.plan import Sampler, Sampling

    tables = None if design is None else design.study
    samples: int | None = None
    if options.samples is not None:
        samples = whole_number(options.samples, "--samples")
        if samples < 1:
            raise ParameterError(f"--samples must be 1 or more, got {options.samples!r}")
    elif draws:
        samples = (tables and tables.samples) or USUAL_SAMPLES
    if samples is None:
        return None
    seed = USUAL_SEED if tables is None or tables.seed is None else tables.seed
    if options.seed is not None:
        seed = whole_number(options.seed, "--seed")
    sampler = Sampler.RANDOM if tables is None or tables.sampler is None else tables.sampler
    if options.sampler is not None:
        names = [one.value for one in Sampler]
        if options.sampler not in names:
            near = get_close_matches(options.sampler, names, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(names)}"
            raise ParameterError(f"--sampler: there is no sampler {options.sampler!r}; {hint}")
        sampler = Sampler(options.sampler)
    return Sampling(samples=samples, seed=seed, sampler=sampler)


def read_within(
    options: argparse.Namespace, design: Design | None, target: Target
) -> Mapping[str, Tolerance]:
    """Return what passes: what was typed, else the design's tolerances, else 5 % of the rate.

    Raises:
        ParameterError: where a name is unknown (the nearest is suggested), or a tolerance wrong.
    """
    from spiketwin.compare.studies.results.criteria import CRITERIA
    from spiketwin.compare.validate.designs.design import Tolerance

    typed = split_assignments(options.within, "--within")
    given = {figure.name: figure.unit for figure in target.figures}
    known = [name for name, criterion in CRITERIA.items() if criterion.needs <= given.keys()]
    if not typed:
        own = {} if design is None else design.tolerances
        usual = next(name for name in USUAL_WITHIN if name in known)
        # a design's shift is of each interval against the model as built; a study's is of the
        # whole train against the design
        judged = {
            name: tolerance for name, tolerance in own.items() if name in known and name != "shift"
        }
        return judged or {usual: Tolerance(value=USUAL_TOLERANCE)}
    for name in typed:
        if name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(known)}"
            raise ParameterError(f"--within: a run of {target.name} does not tell {name!r}; {hint}")
    return {
        name: _tolerance(name, text, given[CRITERIA[name].figure]) for name, text in typed.items()
    }


def _tolerance(name: str, text: str, unit: str) -> Tolerance:
    from spiketwin.compare.validate.designs.design import Tolerance

    what = f"--within {name}"
    try:
        fraction = parse_fraction(text, what)
    except ParameterError:
        return Tolerance(value=parse_quantity(text, what, unit), unit=unit)
    try:
        return Tolerance(value=fraction)
    except ParameterError as error:
        raise ParameterError(f"{what}: {error}") from None
