"""What all pages share: one file, one look, every string escaped."""

from __future__ import annotations

import re
from importlib.resources import files

from spiketwin.models.quantities import engineering


def fill(template: str, **content: object) -> str:
    """Return the page that ``compare/report/<template>`` makes of its content."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        loader=FunctionLoader(_file),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["unbroken"] = _unbroken
    environment.filters["seconds"] = _seconds
    return environment.get_template(template).render(style=_file("report.css"), **content)


def _file(name: str) -> str:
    return files("spiketwin.compare.report").joinpath(name).read_text(encoding="utf-8")


def _seconds(time: float) -> str:
    return engineering(time, "s", 6)


def _unbroken(sentence: str) -> str:
    """Return a sentence in which no line breaks between a number and its unit, or beside a ±."""
    return re.sub(r"(?<=\d) (?=[%±]|[a-zA-ZµΩ/]{1,4}\b)|(?<=±) ", "\u00a0", sentence)
