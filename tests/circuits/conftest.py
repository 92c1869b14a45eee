"""One warm engine for all tests that only want a deck run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from spiketwin.circuits.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="package")
def engine() -> Iterator[Engine]:
    with Engine(deadline=60.0) as engine:
        yield engine


@pytest.fixture(autouse=True)
def _kept_decks_go_with_the_test(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The decks that failures keep are written where pytest cleans up."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path_factory.mktemp("kept")))
