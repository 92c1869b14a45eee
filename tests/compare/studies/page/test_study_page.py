import json
import re
from html.parser import HTMLParser

import pytest

from spiketwin.compare.agreement import Verdict
from spiketwin.compare.provenance import Provenance
from spiketwin.compare.studies.page import headline, render_study, study_tables
from spiketwin.compare.studies.plan import (
    Axis,
    Corner,
    Parameter,
    Sampling,
    Shape,
    Source,
    Spread,
)
from spiketwin.compare.studies.results import study_json, summarise
from spiketwin.compare.validate.designs.design import Tolerance
from spiketwin.models.errors import SimulationError

ORIGIN = Provenance(
    spiketwin="1", ngspice="39", pyspice="1.5", python="3.11", numpy="2", scipy="1",
    platform="Linux", seed=None, command="spiketwin montecarlo '<lif>'", deck_sha256=None,
)  # fmt: skip
TAU = 10e-3
HOSTILE = "<script>alert(1)</script>"
SPREADS = {"resistance": Spread(width=0.03), "capacitance": Spread(width=0.04)}


class Words(HTMLParser):
    """The text of a page without its drawings, and the tags that it has."""

    def __init__(self, page):
        super().__init__()
        self.parts, self.tags, self.outside = [], [], 0
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self.outside += tag in ("svg", "style")

    def handle_endtag(self, tag):
        self.outside -= tag in ("svg", "style")

    def handle_data(self, data):
        if not self.outside:
            self.parts.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.parts).replace("\u00a0", " ").split())


@pytest.fixture(scope="module")
def full(formula_study, run):
    """A study with everything: a lot, a corner, failures, names that are HTML."""

    def formula(built, design):
        if built["capacitance"] > 1.09e-9:
            raise SimulationError(f"no convergence {HOSTILE} at {built['capacitance']!r} F")
        return {
            "tau": built["resistance"] * built["capacitance"],
            "tau_error": 1e-9,
            "nominal_tau": design["resistance"] * design["capacitance"],
        }

    parameters = (
        Parameter(name="resistance", unit="Ω", nominal=10e6, positive=True),
        Parameter(name="capacitance", unit="F", nominal=1e-9, positive=True),
        Parameter(name=HOSTILE, unit="°C", nominal=27.0),
    )
    study = formula_study(
        formula=formula,
        parameters=parameters,
        spreads=SPREADS,
        sources=(
            Source(
                name=f"lot {HOSTILE}",
                spread=Spread(width=0.01, shape=Shape.UNIFORM),
                parameters=("resistance", "capacitance"),
            ),
        ),
        corners=(Corner(name=HOSTILE, values=((HOSTILE, 85.0),)),),
        sampling=Sampling(samples=400, seed=1),
    )
    table = run(study)
    summary = summarise(study, table)
    assert summary.failed
    return study, summary, table


@pytest.fixture(scope="module")
def full_page(full):
    study, summary, table = full
    return render_study(study, summary, table, ORIGIN)


def test_the_page_says_how_many_pass_and_how_well_that_is_known(full, full_page):
    _, summary, _ = full
    share, text = summary.share, Words(full_page).text
    assert 0 < share.passed < share.trials == 400
    assert f"{share.passed} of 400 within tolerance" in text
    percent = f"{100 * share.fraction:.1f} % ({100 * share.low:.1f} … {100 * share.high:.1f} %)"
    assert f"Yield {percent}, with 95 % confidence." in text
    assert "of the design means tau within 10 %, at each of 2 places and corners" in text
    assert f"{share.outside} outside and {share.failed} failed" in text
    first = next(one for one in summary.cell.sensitivities if one.name == "tau").effects[0]
    assert first.source == "capacitance"
    assert f"What decides: capacitance {100 * first.share:.3g} %" in text


def test_the_page_loads_nothing_runs_nothing_and_escapes_every_name(full_page):
    words = Words(full_page)
    tags = {tag for tag, _ in words.tags}
    assert not tags & {"script", "img", "link", "iframe", "object", "embed"}
    assert HOSTILE in words.text
    assert f"corner {HOSTILE}" in words.text
    assert f"no convergence {HOSTILE}" in words.text
    assert any(attributes.get("href") for _, attributes in words.tags)
    for _, attributes in words.tags:
        assert "src" not in attributes
        assert not (attributes.get("href") or "#").startswith("http")
        assert not any(name.startswith("on") for name in attributes)


def test_ids_of_the_page_are_unique_and_links_lead_somewhere(full_page):
    tags = Words(full_page).tags
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [a["href"][1:] for tag, a in tags if tag == "a" and a["href"].startswith("#")]
    assert len(links) > 5
    assert set(links) <= set(ids)
    used = set(re.findall(r'(?:xlink:href="#|url\(#)([^")]+)', full_page))
    assert used
    assert used <= set(ids)


def test_the_page_depends_on_its_arguments_only(full, full_page):
    study, summary, table = full
    assert render_study(study, summary, table, ORIGIN) == full_page


def test_the_seed_of_the_samples_is_among_where_it_comes_from(full, full_page):
    assert "seed 1 " in Words(full_page).text
    assert json.loads(study_json(full[0], full[1], ORIGIN))["provenance"]["seed"] == 1


def test_worst_and_failed_runs_have_the_commands_that_run_them_again(full, full_page):
    _, summary, _ = full
    text = Words(full_page).text
    assert len(summary.worst) == 10
    for case in (*summary.worst, *summary.failures):
        assert " ".join(case.command.split()) in text


def test_a_page_of_many_samples_is_hardly_larger_than_one_of_fewer(formula_study, run, sampled_tau):
    study, table = sampled_tau
    many = render_study(study, summarise(study, table), table, ORIGIN)
    fewer = formula_study(
        spreads={source.name: source.spread for source in study.plan.sources},
        sampling=Sampling(samples=2000, seed=1),
    )
    small = run(fewer)
    few = render_study(fewer, summarise(fewer, small), small, ORIGIN)
    # both show 1500 points; the histograms have twice as many bins at most
    assert len(many) < 1.1 * len(few)
    assert len(many.encode()) < 3e6
    assert "The first 1,500 of 10,000 samples" in Words(many).text


@pytest.mark.parametrize(
    ("required", "verdict", "words"),
    [
        (0.5, Verdict.AGREE, "The required yield of 50 % is reached."),
        (0.999, Verdict.DISAGREE, "The required yield of 99.9 % is missed."),
        (None, Verdict.AGREE, "Yield"),
    ],
)
def test_a_required_yield_is_the_verdict(sampled_tau, required, verdict, words):
    study, table = sampled_tau
    found = headline(study, summarise(study, table, required=required))
    assert found.verdict is verdict
    assert words in found.reason


def test_a_yield_that_so_many_samples_do_not_tell_is_undecided(formula_study, run):
    study = formula_study(spreads=SPREADS, sampling=Sampling(samples=20, seed=1))
    table = run(study)
    fraction = summarise(study, table).share.fraction
    found = headline(study, summarise(study, table, required=fraction))
    assert found.verdict is Verdict.UNDECIDED
    assert "so many samples do not tell" in found.reason


def test_a_prediction_that_the_samples_refute_is_said_to_be(formula_study, run):
    study = formula_study(
        formula=lambda built, _design: {
            "tau": 5.0 + 2 * (built["x"] - 1.0) + 3 * (built["x"] - 1.0) ** 2,
            "tau_error": 0.0,
            "nominal_tau": 5.0,
        },
        parameters=(Parameter(name="x", unit="V", nominal=1.0),),
        spreads={"x": Spread(width=0.5, unit="V")},
        sampling=Sampling(samples=400, seed=1),
    )
    table = run(study)
    summary = summarise(study, table)
    # to first order 2σ = 1 s; with the parabola √(4σ² + 18σ⁴) = 1.46 s, known to 6 %
    assert "it predicts a standard deviation of 1 s, and the samples have 1." in (
        headline(study, summary).reason
    )
    text = Words(render_study(study, summary, table, ORIGIN)).text
    assert re.search(r"disagree by −[23]\d(\.\d)? %: not linear", text)


def test_a_sweep_shows_circuit_and_design_over_its_axis_and_no_interval(formula_study, run):
    study = formula_study(
        axes=(Axis(name="resistance", values=(9e6, 9.5e6, 10e6, 10.5e6, 11e6)),),
        corners=(Corner(name="hot", values=(("capacitance", 1.25e-9),)),),
        within={"tau": Tolerance(value=0.2)},
    )
    table = run(study)
    summary = summarise(study, table)
    found = headline(study, summary)
    # the design follows the axis, and the corner is 25 % off everywhere
    assert found.title == "5 of 10 runs within tolerance"
    page = render_study(study, summary, table, ORIGIN)
    text = Words(page).text
    assert "Yield" not in found.reason
    assert "model as designed" in page
    assert "resistance 9 MΩ, corner hot 11.25 ms 9 ms +25 % outside" in text
    assert {one.key for one in study_tables(study, summary)} == {"cells"}


def test_a_study_of_which_no_run_has_finished_has_a_page(formula_study, run):
    study = formula_study(spreads=SPREADS, sampling=Sampling(samples=20, seed=1))
    table = run(study, [])
    summary = summarise(study, table)
    assert headline(study, summary).title == "No run has finished"
    assert headline(study, summary).verdict is Verdict.UNDECIDED
    assert "0 of 25 runs" in Words(render_study(study, summary, table, ORIGIN)).text


def test_tables_of_a_terminal_fit_80_columns(sampled_tau):
    study, table = sampled_tau
    tables = study_tables(study, summarise(study, table))
    assert {one.key for one in tables} == {"distributions", "effects"}
    for one in tables:
        widths = [max(map(len, cells)) for cells in zip(one.columns, *one.rows, strict=True)]
        assert sum(widths) + len(widths) <= 80


def test_the_json_file_has_the_numbers_of_the_summary(full):
    study, summary, _ = full
    found = json.loads(study_json(study, summary, ORIGIN))
    assert found["schema"] == "spiketwin/study/1"
    assert found["runs"]["planned"] == study.plan.size == 814
    assert found["runs"]["failed"] == summary.failed
    assert found["within"] == {"tau": {"value": 0.1, "unit": ""}}
    assert found["yield"]["fraction"] == summary.share.fraction
    assert (found["yield"]["low"], found["yield"]["high"]) == (
        summary.share.low,
        summary.share.high,
    )
    assert found["yield"]["confidence"] == 0.95
    assert len(found["cells"]) == 2
    tau = found["cells"][0]["distributions"]["tau"]
    expected = next(one for one in summary.cells[0].distributions if one.name == "tau")
    assert tau["deviation"] == expected.deviation
    assert tau["limits"] == pytest.approx([9e-3, 11e-3])
    effects = found["cells"][0]["sensitivities"]["tau"]["effects"]
    assert sum(effect["share"] for effect in effects) == pytest.approx(1)
    assert effects[0]["relative"] == pytest.approx(0.04, rel=1e-6)
    assert found["worst"][0]["command"] == summary.worst[0].command
    assert found["plan"]["samples"] == 400
    assert {"name": "tau", "unit": "s"}.items() <= found["columns"][3].items()


@pytest.mark.parametrize(("error", "told"), [(1e-6 * TAU, False), (1e-9 * TAU, True)])
def test_what_is_within_the_numerical_uncertainty_decides_nothing(formula_study, run, error, told):
    def hardly_moved(built, design):
        # one standard deviation of the resistance moves τ by a part in ten million
        part = built["resistance"] / design["resistance"] - 1
        return {"tau": TAU * (1 + 1e-5 * part), "tau_error": error, "nominal_tau": TAU}

    study = formula_study(
        formula=hardly_moved,
        spreads={"resistance": Spread(width=0.01)},
        sampling=Sampling(samples=20, seed=1),
    )
    summary = summarise(study, run(study))
    assert ("What decides" in headline(study, summary).reason) is told
    keys = [table.key for table in study_tables(study, summary)]
    assert "distributions" in keys
    assert ("effects" in keys) is told
