"""A curve in Braille characters, dot by dot."""

from __future__ import annotations

import pytest

from spiketwin.compare.sparkline import sparkline


def dots(lines: tuple[str, ...]) -> list[str]:
    """Return the picture as rows of ``#`` and ``.``, by Unicode's numbering of Braille dots."""
    # dot n of Unicode's 1 to 8 is bit n − 1; its place as (row, column)
    places = [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1), (3, 0), (3, 1)]
    rows = []
    for line in lines:
        picture = [["."] * (2 * len(line)) for _ in range(4)]
        for at, character in enumerate(line):
            for bit, (row, column) in enumerate(places):
                if (ord(character) - 0x2800) >> bit & 1:
                    picture[row][2 * at + column] = "#"
        rows += ["".join(row) for row in picture]
    return rows


def test_a_line_climbs_dot_by_dot() -> None:
    assert dots(sparkline([0, 1, 2, 3], rows=1)) == ["...#", "..#.", ".#..", "#..."]


def test_an_edge_is_one_stroke() -> None:
    up = dots(sparkline([0, 0, 1, 1], rows=2))
    assert up == ["..##", *["..#."] * 6, "##.."]
    down = dots(sparkline([1, 1, 0, 0], rows=1))
    assert down == ["##..", "..#.", "..#.", "..##"]


def test_what_is_level_lies_in_the_middle() -> None:
    assert dots(sparkline([7.0, 7.0], rows=1)) in (
        ["..", "##", "..", ".."],
        ["..", "..", "##", ".."],
    )


@pytest.mark.parametrize(("count", "characters"), [(1, 1), (2, 1), (3, 2), (120, 60)])
def test_a_character_holds_two_values(count: int, characters: int) -> None:
    assert {len(line) for line in sparkline(range(count), rows=3)} == {characters}
