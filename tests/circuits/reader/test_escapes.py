"""Every way in which a deck could run a program or touch a file, tried on the real engine."""

from __future__ import annotations

import codecs
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from spiketwin.circuits.decks import Deck
from spiketwin.circuits.library import find_library, loader_environment
from spiketwin.circuits.reader import read_deck
from spiketwin.models.errors import DeckError, SpiketwinError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from spiketwin.circuits.engine import Engine

CANARY = "CANARY-5f1e"

# What ngspice would run, read or write; {canary} is the file that then appears, {secret} one whose
# text must not be shown.
PROGRAMS = {
    "shell": ".control\nshell touch {canary}\n.endc",
    "echo into a file": ".control\necho x > {canary}\n.endc",
    "back-ticks": ".control\necho `touch {canary}`\n.endc",
    "write": ".control\nrun\nwrite {canary} v(b)\n.endc",
    "wrdata": ".control\nrun\nwrdata {canary} v(b)\n.endc",
    "code model": ".control\ncodemodel {secret}\n.endc",
    "source": ".control\nsource {secret}\n.endc",
    "a comment that is a command": "*#shell touch {canary}",
    "a comment that writes": "*#write {canary} v(b)",
    "back-ticks in a name": "R9 `touch {canary}` 0 1k",
    "back-ticks in .save": ".save v(`touch {canary}`)",
    "back-ticks in .param": ".param z=`touch {canary}`",
    "back-ticks in .print": ".print tran `touch {canary}`",
    "print into a file": ".print tran v(b) > {canary}",
    "measure": ".meas tran x param='1' > {canary}",
    "wave": ".wave {canary} 16 44100 V(b)",
    "save the bias": ".savebias {canary} internal",
}
READERS = {
    "include": ".include {secret}",
    "include in quotation marks": '.inc "{secret}"',
    "include from above": ".include ../outside/secret.txt",
    "include over a link": ".include link.txt",
    "include over a linked folder": ".include folder/secret.txt",
    "include from home": ".include ~/secret.txt",
    "include by a variable": ".include $HOME/secret.txt",
    "include by another variable": ".include ${{HOME}}/secret.txt",
    "library": ".lib {secret} tt",
    "library without section": ".lib '{secret}'",
    "a source from a file": '.model fs filesource (file="{secret}")\na9 %v([b]) fs',
    "a digital source": '.model ds d_source (input_file="{secret}")\na9 [d1] ds',
    "a state machine": '.model st d_state (state_file = "{secret}")\na9 [a] b r [o] st',
    "PWL from a file": "V9 q 0 PWL(FILE={secret})\nR9 q 0 1k",
    "PWL from a file in LTspice": "V9 q 0 PWL file={secret}\nR9 q 0 1k",
    "a wave file": "V9 q 0 wavefile={secret} chan=0\nR9 q 0 1k",
    "a bias": ".loadbias {secret}",
    "a compiled model": ".hdl {secret}",
    "an OSDI model": ".pre_osdi {secret}",
    "a shape from a file": ".param z=table('{secret}')",
}
ATTACKS = PROGRAMS | READERS

SOUND = "V1 a 0 1\nR1 a b 1k\nC1 b 0 1u ic=0\n"
ANALYSIS = ".tran 10u 1m uic\n"


def _in_circuit(attack: str) -> str:
    return f"title\n{SOUND}{attack}\n{ANALYSIS}.end\n"


def _indented(attack: str) -> str:
    return _in_circuit("\n".join(f" \t {line}" for line in attack.split("\n")))


def _shouted(attack: str) -> str:
    """Upper case for all but the paths, which begin with a slash."""
    words = attack.split(" ")
    return _in_circuit(" ".join(word if "/" in word else word.upper() for word in words))


def _within(before: str, after: str) -> Callable[[str], str]:
    return lambda attack: _in_circuit(f"{before}\n{attack}\n{after}")


def _continued(attack: str) -> str:
    head, _, rest = attack.partition(" ")
    return _in_circuit(f"{head}\n* between\n\n+ {rest}" if rest else attack)


def _continued_within_the_word(attack: str) -> str:
    return _in_circuit(f"{attack[:3]}\n+{attack[3:]}")


VARIANTS: dict[str, Callable[[str], str]] = {
    "plain": _in_circuit,
    "indented": _indented,
    "shouted": _shouted,
    "continued": _continued,
    "continued within the word": _continued_within_the_word,
    "in .if": _within(".if (1)", ".endif"),
    "in an .if that does not hold": _within(".if (0)", ".endif"),
    "in a subcircuit": _within("X9 b sub\n.subckt sub p\nR8 p 0 1k", ".ends"),
    "after a control block": _within(".control\nlisting\n.endc", ""),
    "after a carriage return": _within("* comment\r", ""),
    "after a vertical tab": _within("* comment\v", ""),
    "after a line separator": _within("* comment\u2028", ""),
    "after .end": lambda attack: f"title\n{SOUND}{ANALYSIS}.end\n{attack}\n",
    "as the title": lambda attack: f"{attack}\n{SOUND}{ANALYSIS}.end\n",
}
ENCODINGS = {
    "utf-8": str.encode,
    "utf-8 with a mark": lambda text: codecs.BOM_UTF8 + text.encode(),
    "utf-16-le": lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
    "utf-16-be without a mark": lambda text: text.encode("utf-16-be"),
    "latin-1": lambda text: text.replace("title", "titl\xe9").encode("latin-1", "replace"),
    "carriage returns": lambda text: text.replace("\n", "\r").encode(),
    "line ends of Windows": lambda text: text.replace("\n", "\r\n").encode(),
}


@pytest.fixture
def yard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for a deck, with a secret outside it and links that lead there."""
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    inside.mkdir()
    (outside / "secret.txt").write_text(f"{CANARY}\nR77 b 0 {CANARY}\n")
    (inside / "link.txt").symlink_to(outside / "secret.txt")
    (inside / "folder").symlink_to(outside)
    (inside / ".spiceinit").write_text(f"shell touch {tmp_path / 'canary'}\n")
    monkeypatch.setenv("HOME", str(outside))
    monkeypatch.chdir(inside)
    return inside


def armed(attack: str, yard: Path) -> str:
    outside = yard.parent / "outside"
    return attack.format(canary=yard.parent / "canary", secret=outside / "secret.txt")


def attempt(yard: Path, engine: Engine) -> str:
    """Read the deck and run it where it is not refused; return all that was said."""
    try:
        deck = read_deck(yard / "deck.cir")
        rendering = deck.render(["b"])
    except DeckError as error:
        return str(error)
    run = engine.simulate(rendering.deck)
    assert run.points > 50  # it ran, and so would have what it held
    said = [rendering.deck.text, *run.said, *(d.why for d in deck.dropped)]
    return "\n".join([*said, *(finding.message for finding in deck.findings)])


def assert_nothing_happened(yard: Path, said: str) -> None:
    assert CANARY not in said
    assert CANARY.lower() not in said.lower()
    names = {path.name for path in yard.parent.rglob("*")}
    assert names == {
        "outside",
        "inside",
        "secret.txt",
        "link.txt",
        "folder",
        ".spiceinit",
        "deck.cir",
    }


@pytest.mark.parametrize("variant", VARIANTS)
def test_no_attack_runs_reads_or_writes_in_any_place(
    variant: str, yard: Path, engine: Engine
) -> None:
    for name, attack in ATTACKS.items():
        text = VARIANTS[variant](armed(attack, yard))
        (yard / "deck.cir").write_text(text, encoding="utf-8", newline="")
        said = attempt(yard, engine)
        assert_nothing_happened(yard, f"{name}: {said}")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_no_attack_runs_reads_or_writes_in_any_encoding(
    encoding: str, yard: Path, engine: Engine
) -> None:
    for name, attack in ATTACKS.items():
        text = _in_circuit(armed(attack, yard))
        (yard / "deck.cir").write_bytes(ENCODINGS[encoding](text))
        said = attempt(yard, engine)
        assert_nothing_happened(yard, f"{name}: {said}")


@pytest.mark.parametrize(
    "including",
    [
        (".include part.inc", "{}\n"),
        (".lib part.inc tt", ".lib ff\nR5 b 0 1k\n.endl\n.lib tt\n{}\n.endl tt\n"),
        (".include part.inc", ".subckt s p\n{}\n.ends\n"),
        (".include part.inc", "R5 b 0 1k\n+\n{}\n.end\n{}\n"),
    ],
    ids=["include", "library section", "subcircuit", "end in the middle"],
)
def test_no_attack_runs_reads_or_writes_from_an_included_file(
    including: tuple[str, str], yard: Path, engine: Engine
) -> None:
    card, body = including
    (yard / "deck.cir").write_text(f"title\n{SOUND}{card}\n{ANALYSIS}.end\n")
    part = yard / "part.inc"
    for name, attack in ATTACKS.items():
        part.write_text(body.replace("{}", armed(attack, yard)))
        said = attempt(yard, engine)
        part.unlink()
        assert_nothing_happened(yard, f"{name}: {said}")


RAW = """
import os, sys
from pathlib import Path
from spiketwin.circuits.library import find_library
from spiketwin.circuits.pyspice import Ngspice
ngspice = Ngspice(find_library().resolve(), os.open(os.devnull, os.O_WRONLY))
ngspice.load(Path("deck.cir").read_text().splitlines())
ngspice.command("run")
print(*ngspice.stdout_lines, *ngspice.stderr_lines)
"""


def run_unread(yard: Path) -> str:
    """Give the deck to ngspice as it is."""
    environment = {**os.environ, **loader_environment(find_library())}
    command = [sys.executable, "-P", "-c", RAW]
    done = subprocess.run(command, cwd=yard, capture_output=True, check=False, env=environment)
    return (done.stdout + done.stderr).decode(errors="replace")


def test_the_attacks_work_on_ngspice_itself(yard: Path) -> None:
    (yard / ".spiceinit").unlink()
    for name in ("shell", "echo into a file", "wrdata", "a comment that is a command"):
        (yard / "deck.cir").write_text(_in_circuit(armed(PROGRAMS[name], yard)))
        run_unread(yard)
        made = [path for path in yard.parent.iterdir() if path.name.startswith("canary")]
        assert made, name
        for path in made:
            path.unlink()
    (yard / "deck.cir").write_text(_in_circuit(armed(READERS["include"], yard)))
    assert CANARY.lower() in run_unread(yard).lower()


def test_the_engine_stops_every_attack_by_itself(yard: Path, engine: Engine) -> None:
    (yard / "deck.cir").touch()
    for name, attack in ATTACKS.items():
        text = _in_circuit(armed(attack, yard))
        deck = Deck(text=text, vectors=("b",), duration=1e-3)
        try:
            said = "\n".join(engine.simulate(deck).said)
        except SpiketwinError as error:
            said = str(error)
        assert_nothing_happened(yard, f"{name}: {said}")


@pytest.mark.parametrize("attack", READERS)
def test_whether_a_file_outside_exists_is_not_told(attack: str, yard: Path) -> None:
    (yard / "deck.cir").write_text(_in_circuit(armed(READERS[attack], yard)))
    with pytest.raises(DeckError) as there:
        read_deck(yard / "deck.cir")
    (yard.parent / "outside/secret.txt").unlink()
    with pytest.raises(DeckError) as gone:
        read_deck(yard / "deck.cir")
    assert str(there.value) == str(gone.value)
    assert there.value.line in {5, 6}  # of the model, or of the device that needs it


def test_a_pipe_a_device_and_a_folder_are_no_decks_and_keep_nobody_waiting(yard: Path) -> None:
    os.mkfifo(yard / "pipe")
    for name in ("pipe", "folder"):
        (yard / "deck.cir").write_text(_in_circuit(f".include {name}"))
        with pytest.raises(DeckError, match=r"line 5: .* is refused: "):
            read_deck(yard / "deck.cir")
    with pytest.raises(DeckError, match="no plain file"):
        read_deck(yard / "pipe")
    (yard / "deck.cir").write_text(_in_circuit(".include /dev/zero"))
    with pytest.raises(DeckError, match="lies outside the deck's folder"):
        read_deck(yard / "deck.cir")
