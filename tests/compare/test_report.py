"""The report as a page: whole, safe, offline, accessible, and right in odd cases."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser

import numpy as np
import pytest

from spiketwin.circuits.engine import Engine
from spiketwin.compare import (
    Comparison,
    Finding,
    Severity,
    Verdict,
    compare,
)
from spiketwin.compare.provenance import provenance
from spiketwin.compare.report import render_report, report_tables, summarise

TWO_MEGABYTES = 2_000_000
HOSTILE = "<script>alert('x')</script><img src=http://example.org/x onerror=\"y\">&amp;"


@pytest.fixture(scope="module")
def run():
    with Engine() as engine:
        yield lambda *args, **options: compare(*args, simulate=engine.simulate, **options)


@pytest.fixture(scope="module")
def comparison(run) -> Comparison:
    found = run("lif")
    assert found.agreement.match.shifts.size > 10
    return found


def origin(comparison, command="spiketwin compare lif --out report"):
    return provenance(comparison, ngspice="39", command=command)


@cache  # a page takes a second to draw, and most tests read the same one
def page(comparison):
    return render_report(comparison, origin(comparison))


class Reader(HTMLParser):
    """Collects what the tests ask of a page."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.text, self.open, self.styles = [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        (self.styles if self.open[-1:] == ["style"] else self.text).append(data)

    @property
    def words(self):
        return " ".join("".join(self.text).replace("\u00a0", " ").split())


def loads(text):
    """Everything a browser would fetch for a page: its addresses but anchors and saved data."""
    reader = Reader(text)
    found = [tag for tag, _ in reader.elements if tag in {"script", "link", "iframe", "object"}]
    for tag, attributes in reader.elements:
        for name, value in attributes.items():
            if name in {"src", "srcset", "href", "xlink:href", "data", "poster", "action"}:
                saved = tag == "a" and "download" in attributes and value.startswith("data:")
                if not (value.startswith("#") or saved):
                    found.append(value)
            if value:
                found += re.findall(r"url\(\s*[\"']?([^#\"'\s)][^)]*)", value)
    for style in reader.styles:
        found += re.findall(r"@import.*|url\([^)]*\)", style)
    return found


def test_the_page_loads_nothing(comparison):
    for bad in (
        "<p><img src='http://example.org/x.png'></p>",
        "<style>p { background: url(http://example.org/x.png) }</style>",
        "<p style='background: url(x.png)'></p>",
        "<style>@import 'x.css';</style>",
        "<script></script>",
    ):
        assert loads(bad.replace(".png'>", ".png'/>"))
    assert loads(page(comparison)) == []
    assert "default-src 'none'" in page(comparison)


def test_strings_from_outside_stay_text(comparison):
    hostile = replace(
        comparison,
        twin=replace(comparison.twin, title=HOSTILE, name=HOSTILE),
        findings=(Finding(code=HOSTILE, severity=Severity.ERROR, message=HOSTILE, line=3),),
        as_built=replace(comparison.as_built, fit=None, tau=None, fit_failure=HOSTILE),
        runs=(
            comparison.runs[0],
            replace(comparison.circuit, deck=replace(comparison.circuit.deck, text=HOSTILE)),
        ),
    )
    where = replace(origin(hostile, command=HOSTILE), platform=HOSTILE, ngspice=HOSTILE)
    text = render_report(hostile, where)
    reader = Reader(text)
    assert not {"script", "img"} & {tag for tag, _ in reader.elements}
    assert not any(
        name.startswith("on") for _, attributes in reader.elements for name in attributes
    )
    # title, finding's code and message, fit failure twice, deck, command, platform, …
    assert "".join(reader.text).count("alert('x')") >= 8


def test_the_page_has_every_cell_of_every_table(comparison):
    text = page(comparison)
    reader = Reader(text)
    tables = report_tables(comparison, origin(comparison))
    cells = [cell for table in tables for row in table.rows for cell in row]
    assert len(cells) > 200
    for table in tables:
        assert table.title in reader.words
        for row in (table.columns, *table.rows):
            assert len(row) == len(table.columns)
            assert " ".join("".join(row).replace("\u00a0", " ").split()) in reader.words


def test_the_largest_shift_on_the_page_is_that_of_the_spike_times(comparison):
    shifts = comparison.circuit.spikes.train.times - comparison.model.spikes.times
    found = re.search(r"largest shift, (\d+) ns", Reader(page(comparison)).words)
    assert found
    # the page rounds to whole nanoseconds
    assert float(found[1]) == pytest.approx(np.abs(shifts).max() * 1e9, abs=0.5)


def test_the_fitted_time_constant_on_the_page_is_the_fit(comparison):
    found = re.search(r"Time constant, fitted ?([\d.]+) ms", Reader(page(comparison)).words)
    assert found
    last_digit = 10.0 ** -len(found[1].partition(".")[2])
    assert float(found[1]) == pytest.approx(comparison.as_built.fit.tau * 1e3, abs=last_digit)


def test_the_same_comparison_gives_the_same_page_whatever_the_users_plot_settings(comparison):
    import matplotlib

    first = page(comparison)
    with matplotlib.rc_context({"lines.linewidth": 9, "svg.fonttype": "path", "font.size": 30}):
        before = dict(matplotlib.rcParams)
        assert render_report(comparison, origin(comparison)) == first
        assert dict(matplotlib.rcParams) == before


def test_every_figure_says_what_it_shows_and_every_table_heading_what_it_heads(comparison):
    elements = Reader(page(comparison)).elements
    images = [attributes for _, attributes in elements if attributes.get("role") == "img"]
    assert len(images) == 7
    for image in images:
        assert re.search(r"\d", image["aria-label"])
        assert len(image["aria-label"]) > 60
    headings = [attributes for tag, attributes in elements if tag == "th"]
    assert headings
    assert all(heading["scope"] in {"row", "col"} for heading in headings)
    assert ("html", {"lang": "en"}) in elements
    assert [tag for tag, _ in elements].count("h1") == 1


def test_ids_are_unique_and_every_reference_has_its_target(comparison):
    text = page(comparison)
    elements = Reader(text).elements
    ids = [attributes["id"] for _, attributes in elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    wanted = set(re.findall(r'(?:href="#|url\(#)([^")]+)', text))
    wanted |= {a["aria-labelledby"] for _, a in elements if "aria-labelledby" in a}
    assert len(wanted) > 20
    assert wanted <= set(ids)


def test_scrolling_parts_can_be_reached_by_keyboard(comparison):
    parts = [a for _, a in Reader(page(comparison)).elements if a.get("class") == "scroll"]
    assert len(parts) >= 10
    assert all(part["tabindex"] == "0" and part["aria-label"] for part in parts)


def luminance(color):
    """Relative luminance, as WCAG 2.2 defines it."""
    channels = [int(color[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_colours_have_the_contrast_of_wcag_aa_in_light_dark_and_print(comparison):
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # WCAG's known near miss
    palettes = [
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))
        for block in re.findall(r":root \{([^}]*)\}", page(comparison))
    ]
    assert len(palettes) == 3
    for palette in palettes:
        for text in ("ink", "muted", "circuit", "link", "agree", "disagree", "undecided"):
            assert contrast(palette[text], palette["page"]) >= 4.5, text
        assert contrast(palette["ink"], palette["panel"]) >= 4.5
        for graphic in ("model", "soft-circuit", "alert"):
            assert contrast(palette[graphic], palette["page"]) >= 3, graphic


def test_figures_use_the_pages_colours_only(comparison):
    drawings = "".join(re.findall(r"<svg.*?</svg>", page(comparison), re.DOTALL))
    assert "var(--circuit)" in drawings
    assert re.findall(r"#[0-9a-f]{6}\b", drawings) == []
    assert re.findall(r"(?:fill|stroke): ?(?:black|white)", drawings) == []


def test_the_verdict_is_the_comparisons(comparison):
    for verdict, title in (
        (Verdict.AGREE, "Circuit and model agree"),
        (Verdict.DISAGREE, "Circuit and model disagree"),
        (Verdict.UNDECIDED, "Undecided"),
    ):
        judged = replace(comparison, agreement=replace(comparison.agreement, verdict=verdict))
        assert summarise(judged).title == title
        assert f"<span>{title}</span></h1>" in page(judged)


def test_the_report_costs_nothing_until_it_is_drawn():
    modules = "import sys, spiketwin.compare.report; print(*sys.modules)"
    shown = subprocess.run(
        [sys.executable, "-c", modules], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "spiketwin.compare.report.render" in shown
    assert not {"matplotlib", "schemdraw", "jinja2"} & set(shown)
