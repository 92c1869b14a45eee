"""A curve as a few lines of Braille characters, for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

# a character holds two columns of four dots; Unicode numbers them so, from the top
_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
_BLANK = 0x2800


def sparkline(values: ArrayLike, *, rows: int = 3) -> tuple[str, ...]:
    """Return a curve as ``rows`` lines of text, half as many characters long as there are values.

    It spans the height from its least to its greatest value; neighbours are joined, so that an edge
    is a stroke. A curve that is level lies in the middle.

    Args:
        values: shape (n,), finite, n ≥ 1, evenly spaced.
        rows: lines of text, four dots high each.
    """
    heights = np.asarray(values, dtype=np.float64)
    low, span = heights.min(), np.ptp(heights)
    top = 4 * rows - 1
    share = (heights - low) / span if span > 0 else np.full(heights.shape, 0.5)
    dots = top - np.rint(share * top).astype(int)
    cells = np.full((rows, (heights.size + 1) // 2), _BLANK)
    for column, dot in enumerate(dots.tolist()):
        before = dots.item(column - 1) if column else dot
        # from just past the neighbour's dot, so that a stroke is one column wide
        first, last = (min(dot, before + 1), dot) if dot >= before else (dot, before - 1)
        for line in range(first, last + 1):
            cells[line // 4, column // 2] |= _DOTS[column % 2][line % 4]
    return tuple("".join(map(chr, line)) for line in cells.tolist())
