"""What every test may use."""

from __future__ import annotations

import shutil

import pytest


@pytest.fixture(scope="session")
def ngspice_program() -> str:
    """The batch program ``ngspice``; the set-up provides it beside the library."""
    found = shutil.which("ngspice")
    assert found, "the program ngspice is missing; run the tests with 'make test'"
    return found
