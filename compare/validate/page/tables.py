"""The tables of a validation: the HTML page and a terminal are two renderings of the same rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.circuits.changes import find_part
from spiketwin.compare.report.table import Table
from spiketwin.compare.report.wording import (
    UNKNOWN,
    count,
    grouped,
    minus,
    relative,
    signed,
    with_error,
)
from spiketwin.compare.validate.designs.values import deck_parameters, settings_of
from spiketwin.models.errors import ParameterError
from spiketwin.models.quantities import UNITS, engineering

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spiketwin.circuits.reader import UserDeck
    from spiketwin.compare.validate.validation import SeenCircuit, Validation
    from spiketwin.compare.validate.waveforms.candidate import Candidate
    from spiketwin.compare.validate.wiring.roles import Role

MOST_DROPPED = 60
_CANDIDATE_UNITS = {
    "tau": "s", "rest": "V", "gain": "", "charging_rate": "V/s", "adaptation_pull": "V",
}  # fmt: skip


def role_table(circuit: SeenCircuit) -> Table:
    """Return who plays which part in the circuit, and what speaks for it."""
    roles, deck = circuit.roles, circuit.deck
    rows = [_role_row("membrane", roles.membrane, None)]
    rows.append(
        ("spike output", UNKNOWN, UNKNOWN, "none is seen: the membrane's resets are the spikes")
        if roles.spike is None
        else _role_row("spike output", roles.spike, None)
    )
    rows.append(
        ("input", UNKNOWN, UNKNOWN, "no source drives the membrane")
        if roles.input is None
        else _role_row("input", roles.input, deck)
    )
    for name, group in (
        ("reset", roles.reset),
        ("supply", roles.supplies),
        ("reference", roles.references),
        ("clock", roles.clocks),
    ):
        rows += [_role_row(name, role, deck) for role in group]
    return Table(
        key="roles",
        title="Which part is what",
        columns=("role", "name", "line", "what speaks for it"),
        rows=tuple(rows),
        numeric=False,
        note=(
            "Inferred from the wiring and the waveforms, unless named. To name them yourself: "
            "--membrane, --spike, --input."
        ),
    )


def _role_row(what: str, role: Role, deck: UserDeck | None) -> tuple[str, str, str, str]:
    line = UNKNOWN if deck is None else line_of(deck, role.name)
    return what, role.name, line, "; ".join(role.evidence) or UNKNOWN


def line_of(deck: UserDeck, part: str) -> str:
    """Return where a part is written."""
    try:
        source = find_part(deck, part).source
    except ParameterError:
        return UNKNOWN
    return str(source.line) if not source.file else str(source)


def quantity_table(validation: Validation) -> Table:
    """Return each quantity of the model beside the circuit's, and the bench's."""
    judged, bench = validation.judged, validation.bench
    beside = {} if bench is None else {check.key: check for check in bench.checks}
    rows = []
    for check in judged.checks:
        built = (
            UNKNOWN
            if check.built is None
            else with_error(check.built, check.standard_error, check.unit)
        )
        difference = check.difference
        row = [
            check.name,
            minus(engineering(check.nominal, check.unit, 5)),
            check.basis.value,
            built,
            UNKNOWN if difference is None else signed(difference, check.unit),
            UNKNOWN
            if difference is None or not check.nominal
            else relative(difference / check.nominal),
            UNKNOWN if check.allowed is None else f"± {engineering(check.allowed, check.unit)}",
            UNKNOWN if check.verdict is None else check.verdict.value,
        ]
        if bench is not None:
            other = beside.get(check.key)
            seen = None if other is None else other.built
            row.append(
                UNKNOWN
                if seen is None
                else with_error(seen, None if other is None else other.standard_error, check.unit)
            )
        rows.append(tuple(row))
    columns = [
        "quantity",
        "model",
        "which is",
        "as built",
        "difference",
        "relative",
        "tolerance",
        "verdict",
    ]
    return Table(
        key="quantities",
        title="As designed, as built",
        columns=(*columns, *([] if bench is None else ["bench"])),
        rows=tuple(rows),
        note=(
            "Intended: given by you. Drawn: of the parts at the membrane. As built: read off the "
            "waveform, so that no difference can show. Without a tolerance of its own a quantity "
            "does not take part in the verdict."
            if rows
            else "There is no model to hold the figures against."
        ),
    )


def figure_table(validation: Validation) -> Table:
    """Return all that the waveforms show of the circuit."""
    shown = validation.judged.understanding
    return Table(
        key="figures",
        title="What the waveforms show",
        columns=("figure", "value"),
        rows=tuple(
            (figure.name, figure_words(figure.value, figure.standard_error, figure.unit))
            for figure in shown.figures
        ),
        numeric=False,
        note=f"The circuit is: {'; '.join(shown.evidence)}." if shown.evidence else None,
    )


def figure_words(value: float, error: float | None, unit: str) -> str:
    """Return a value and its error; of a plain number without any prefix."""
    if unit:
        return with_error(value, error, unit)
    return minus(f"{value:.4g}" + ("" if error is None else f" ± {error:.1g}"))


def candidate_table(validation: Validation) -> Table | None:
    """Return the models that could explain the spikes; None where there is no interval."""
    found = validation.judged.understanding.candidates
    if not found:
        return None
    return Table(
        key="candidates",
        title="Models that could explain the spikes",
        columns=("model", "numbers", "rms error of an interval", "AIC", "weight", "its numbers"),
        rows=tuple(
            (
                candidate.title,
                str(candidate.parameter_count),
                engineering(candidate.rms, "s"),
                UNKNOWN if candidate.criterion is None else minus(f"{candidate.criterion:.1f}"),
                UNKNOWN if candidate.weight is None else f"{candidate.weight:.2g}",
                _numbers(candidate),
            )
            for candidate in found
        ),
        numeric=False,
        note=(
            "The best first, by Akaike’s criterion with the correction for few intervals. Each has "
            "its numbers from the waveform and is released anew at each spike; the spikes alone "
            "judge it. A regular train says the same thing again and again, so the weights sound "
            "surer than they are."
        ),
    )


def _numbers(candidate: Candidate) -> str:
    return ", ".join(
        f"{name.replace('_', ' ')} "
        f"{_number(value, _CANDIDATE_UNITS.get(name, UNITS.get(name, '')))}"
        for name, value in candidate.parameters.items()
    )


def _number(value: float, unit: str) -> str:
    return minus(engineering(value, unit, 3)) if unit else minus(f"{value:.3g}")


def run_table(circuit: SeenCircuit) -> Table:
    """Return the circuit's runs."""
    trial = circuit.trial
    rows = tuple(
        (
            str(number),
            engineering(run.solver.max_step, "s", 3),
            ", ".join(f"{name} {value:g}" for name, value in run.solver.options.items())
            or "as in the deck",
            grouped(run.points),
            engineering(run.engine_seconds, "s", 2),
        )
        for number, run in enumerate(trial.runs, start=1)
    )
    change = (
        ""
        if trial.change is None
        else f" The last two differ by {trial.change:.1e} of an interval."
    )
    ended = f" The run did not reach its end: {trial.failure}." if trial.failure is not None else ""
    return Table(
        key="runs",
        title="How it was run",
        columns=("run", "maximum step", "solver options", "points", "engine time"),
        rows=rows,
        note=f"Planned: {circuit.plan.why}.{change}{_sentence(trial.unrefined)}{ended}",
    )


def _sentence(words: str) -> str:
    return f" No finer run: {words}." if words else ""


def corner_table(validation: Validation) -> Table | None:
    """Return the values that stand in place of the deck's own; None where there are none."""
    circuit, corner = validation.circuit, validation.planned.corner
    if circuit is None or corner is None:
        return None
    known = {one.name: one for one in deck_parameters(circuit.deck)}
    return Table(
        key="corner",
        title="Values in place of the deck's own",
        columns=("name", "value"),
        rows=tuple(
            (name, _exact(value, known[name].unit if name in known else ""))
            for name, value in settings_of(corner, circuit.deck).items()
        ),
    )


def _exact(value: float, unit: str) -> str:
    # a drawn value has more digits than anybody measures; a temperature takes no prefix
    plain = unit in {"", "°C"}
    return minus(f"{value:.12g} {unit}".rstrip() if plain else engineering(value, unit, 12))


def dropped_table(deck: UserDeck) -> Table | None:
    """Return what the deck holds and what is not run; None where there is nothing."""
    if not deck.dropped:
        return None
    more = len(deck.dropped) - MOST_DROPPED
    return Table(
        key="dropped",
        title="What is not run",
        columns=("where", "card", "why"),
        rows=tuple(
            (str(left_out.source), left_out.what, left_out.why)
            for left_out in deck.dropped[:MOST_DROPPED]
        ),
        numeric=False,
        note=f"And {count(more, 'card')} more." if more > 0 else None,
    )


def tables_of(validation: Validation) -> Iterator[Table]:
    """Yield all tables of the page."""
    circuit = validation.circuit
    if circuit is not None:
        yield role_table(circuit)
        yield run_table(circuit)
        corner = corner_table(validation)
        if corner is not None:
            yield corner
        dropped = dropped_table(circuit.deck)
        if dropped is not None:
            yield dropped
    yield quantity_table(validation)
    yield figure_table(validation)
    candidates = candidate_table(validation)
    if candidates is not None:
        yield candidates
