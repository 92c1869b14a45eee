"""Included files: where they may lie, how a library's section is found, what is said of them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from spiketwin.circuits.reader import read_deck, read_text
from spiketwin.models.errors import DeckError

if TYPE_CHECKING:
    from pathlib import Path

DECK = "t\nV1 a 0 1\n{}\n.tran 1u 1m\n.end\n"


def names(folder: Path, card: str, *, include: tuple[Path, ...] = ()) -> list[str]:
    (folder / "deck.cir").write_text(DECK.format(card))
    deck = read_deck(folder / "deck.cir", include=include)
    return [part.name for part in deck.parts]


@pytest.mark.parametrize(
    "card",
    [
        *(
            ".include part.inc",
            ".INC 'part.inc'",
            '.include "part.inc" ; here',
            ".inc sub/../part.inc",
        ),
        *(".lib part.inc", ".include ./part.inc", ".include sub\\..\\part.inc"),
    ],
)
def test_a_file_beside_the_deck_takes_the_place_of_its_card(card: str, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "part.inc").write_text("Ra a b 1k\nRb b 0 1k\n")
    assert names(tmp_path, card) == ["v1", "ra", "rb"]


def test_an_included_file_has_no_title_and_its_lines_are_its_own(tmp_path: Path) -> None:
    (tmp_path / "part.inc").write_text("* comment\nRa a 0 1k\n")
    (tmp_path / "deck.cir").write_text(DECK.format(".include part.inc"))
    deck = read_deck(tmp_path / "deck.cir")
    assert str(deck.parts[1].source) == "part.inc, line 2"
    assert deck.files == ((tmp_path / "part.inc").resolve(),)


def test_a_file_is_looked_for_beside_the_one_that_names_it_and_in_the_given_folders(
    tmp_path: Path,
) -> None:
    own, other = tmp_path / "own", tmp_path / "other"
    (own / "sub").mkdir(parents=True)
    other.mkdir()
    (own / "sub/first.inc").write_text(".include second.inc\n")
    (own / "sub/second.inc").write_text("Ra a 0 1k\n")
    (other / "third.inc").write_text("Rb a 0 1k\n")
    assert names(own, ".include sub/first.inc") == ["v1", "ra"]
    with pytest.raises(DeckError, match="there is no such file"):
        names(own, ".include third.inc")
    assert names(own, ".include third.inc", include=(other,)) == ["v1", "rb"]
    assert names(own, f".include {other}/third.inc", include=(other,)) == ["v1", "rb"]
    with pytest.raises(DeckError, match=r"--include .* is no folder"):
        names(own, "", include=(other / "none",))


LIBRARY = ".lib tt\nRa a 0 1k\n.lib 'corner.lib' deep\n.endl tt\n.lib FF\nRb a 0 1k\n.endl\n"


def test_a_library_is_read_by_its_section(tmp_path: Path) -> None:
    (tmp_path / "corner.lib").write_text(".lib deep\nRc a 0 1k\n.endl\n")
    (tmp_path / "all.lib").write_text(LIBRARY)
    assert names(tmp_path, ".lib all.lib tt") == ["v1", "ra", "rc"]
    assert names(tmp_path, ".LIB 'all.lib' FF") == ["v1", "rb"]
    with pytest.raises(DeckError, match="no section 'ss'"):
        names(tmp_path, ".lib all.lib ss")
    with pytest.raises(DeckError, match="read by its section"):
        names(tmp_path, ".lib all.lib")


@pytest.mark.parametrize(
    ("card", "why"),
    [
        (".include", "must name one file"),
        (".include a b", "must name one file"),
        (".include loop.inc", "in a circle"),
        (".include deck.cir", "in a circle"),
        (".include 'a*'", "without ~, variables or patterns"),
        (".include http://host/x.inc", "it must name one file|no such file|outside"),
        (".include ''", "without ~, variables or patterns"),
        (".include round.inc", "lies outside|no such file"),
        (".include " + "a" * 300, "no such file"),
        (".include " + "a/" * 3000, "no such file|lies outside"),
        (".include large.inc", "larger than 4 MiB"),
        (".include zeros.inc", "no text"),
        (".include .", "no plain file"),
        (".include pipe", "no plain file"),
    ],
)
def test_what_cannot_be_included_is_refused_with_the_line(
    card: str, why: str, tmp_path: Path
) -> None:
    (tmp_path / "loop.inc").write_text("R1 a 0 1\n.include loop.inc\n")
    (tmp_path / "large.inc").write_bytes(b"* comment\n" * 500_000)
    (tmp_path / "zeros.inc").write_bytes(bytes(100))
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "round.inc").symlink_to(tmp_path / "round.inc")
    with pytest.raises(DeckError, match=why):
        names(tmp_path, card)


def test_nothing_of_an_included_file_is_quoted(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("1 hush-hush word\n")
    with pytest.raises(DeckError, match=r"notes\.txt, line 1: a card is refused") as caught:
        names(tmp_path, ".include notes.txt")
    assert "hush" not in str(caught.value)
    assert caught.value.line is None


def test_a_text_without_a_folder_includes_nothing() -> None:
    with pytest.raises(DeckError, match="without a folder"):
        read_text(DECK.format(".include part.inc"))


def test_files_that_include_each_other_many_times_end(tmp_path: Path) -> None:
    for depth in range(8):
        body = f".include f{depth + 1}.inc\n" * 8
        (tmp_path / f"f{depth}.inc").write_text(body)
    (tmp_path / "f8.inc").write_text("* nothing\n")
    with pytest.raises(DeckError, match="more than 200 files"):
        names(tmp_path, ".include f0.inc")
