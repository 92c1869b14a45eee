"""NEST, for the tests that ask it for a second opinion."""

from __future__ import annotations

import platform
import sys

import pytest


@pytest.fixture(scope="session")
def nest():
    """NEST without its banner; it starts with one thread."""
    # as pyproject.toml has it: elsewhere NEST would be built from its source
    if not (
        sys.platform == "linux" and platform.machine() == "x86_64" and sys.version_info < (3, 14)
    ):
        pytest.skip("there is no wheel of NEST for this machine")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYNEST_QUIET", "1")  # read at the import
        import nest
    return nest
