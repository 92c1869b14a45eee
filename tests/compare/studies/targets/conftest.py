"""What the tests of the targets share."""

from __future__ import annotations

import pytest

from spiketwin.compare.studies.plan import Point, PointKind


@pytest.fixture(scope="session")
def at():
    """Return a point with the values of axes, and of what deviates from them."""

    def point(designed=None, deviated=None):
        return Point(
            index=0,
            kind=PointKind.SAMPLE,
            place=0,
            corner=None,
            sample=0,
            probe=None,
            designed=designed or {},
            deviated=deviated or {},
        )

    return point
