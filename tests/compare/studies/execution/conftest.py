"""Workers find the module of what they are to do on the caller's path."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))


@pytest.fixture(scope="package")
def executor():
    """Two workers that start without preparation."""
    from spiketwin.compare.studies.execution import LocalExecutor

    with LocalExecutor(2, deadline=60.0, warm=(), memory_limit=256 << 20) as executor:
        yield executor
