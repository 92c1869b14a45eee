"""The user's deck with what was found at each line, and figures as the tables write them."""

from __future__ import annotations

from spiketwin.circuits.reader import Dropped, Source
from spiketwin.compare.findings import Finding, Severity
from spiketwin.compare.validate.page.listing import MOST_LINES, list_deck
from spiketwin.compare.validate.page.tables import figure_words


def finding(code, severity, line):
    return Finding(code=code, severity=severity, message="…", line=line)


def test_a_line_has_the_gravest_mark_and_all_words():
    findings = [
        finding("step-limited", Severity.WARNING, 2),
        finding("chatter", Severity.ERROR, 2),
        finding("a-note", Severity.NOTE, 2),
        finding("no-line", Severity.ERROR, None),
    ]
    dropped = [
        Dropped(source=Source("", 3), what=".control", why="it is a program"),
        Dropped(source=Source("other.lib", 1), what=".print", why="output"),
    ]
    lines = list_deck("title\nS1 a b c d\n.control\nR1 a 0 1\n", findings, dropped, {4: ["input"]})
    assert [line.mark for line in lines] == ["", "error", "dropped", "role"]
    assert lines[1].words == ("step-limited", "chatter", "a-note")
    assert lines[2].words == ("not run: it is a program",)
    assert lines[3].words == ("input",)


def test_of_a_long_deck_the_marked_lines_stay_and_the_gaps_are_counted():
    text = "\n".join(f"R{k} a b {k}" for k in range(1, 20_001))
    lines = list_deck(text, [finding("chatter", Severity.ERROR, 15_000)], [], {})
    assert len(lines) == MOST_LINES
    assert [line.number for line in lines if line.mark] == [15_000]
    numbers = [line.number for line in lines]
    assert sum(line.gap for line in lines) == numbers[-1] - len(lines)


def test_a_line_of_megabytes_is_cut():
    (line,) = list_deck("R1 a b " + "1" * 1_000_000, [], [], {})
    assert len(line.text) < 500


def test_a_plain_number_has_no_prefix_and_a_quantity_has_its_unit():
    assert figure_words(1.53e-7, 8.2e-8, "") == "1.53e−07 ± 8e−08"
    assert figure_words(0.25, None, "") == "0.25"
    assert figure_words(0.01, 1e-6, "s") == "10.0000 ms ± 1 µs"
