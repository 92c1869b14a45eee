"""What every test may use."""

from __future__ import annotations

import os
import shutil

import hypothesis
import pytest

# No deadline: machines are shared, and timings live in bench/. CI tries the same examples each
# time, so that it fails for a change and not for a draw; everywhere else new ones are drawn.
hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("ci" if "CI" in os.environ else "here")


@pytest.fixture(scope="session")
def ngspice_program() -> str:
    """The batch program ``ngspice``; the set-up provides it beside the library."""
    found = shutil.which("ngspice")
    assert found, "the program ngspice is missing; run the tests with 'make test'"
    return found
