"""The journal of finished runs."""

from spiketwin.compare.studies.store.chunk import Chunk
from spiketwin.compare.studies.store.refusals import StoreError
from spiketwin.compare.studies.store.row import Row, digest, run_key
from spiketwin.compare.studies.store.store import StudyStore

__all__ = ["Chunk", "Row", "StoreError", "StudyStore", "digest", "run_key"]
