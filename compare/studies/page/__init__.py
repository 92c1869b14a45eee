"""The report on a study."""

from spiketwin.compare.studies.page.headline import headline, sentences, study_verdict
from spiketwin.compare.studies.page.render import render_study
from spiketwin.compare.studies.page.tables import study_tables
from spiketwin.compare.studies.page.wording import yield_words

__all__ = [
    "headline",
    "render_study",
    "sentences",
    "study_tables",
    "study_verdict",
    "yield_words",
]
