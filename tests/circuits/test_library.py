"""Where the ngspice library is looked for; what is said where it is missing, wrong or too old."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from spiketwin.circuits import doctor
from spiketwin.circuits.decks import Deck
from spiketwin.circuits.engine import Engine
from spiketwin.circuits.library import (
    OVERRIDE,
    candidates,
    check_version,
    find_library,
    loader_environment,
    remedy,
    unpacked_root,
)
from spiketwin.models.errors import SimulationError

RC = Deck(
    text="RC\nV1 a 0 1\nR1 a b 1k\nC1 b 0 1u ic=0\n.tran 10u 1m 0 10u uic\n.end\n",
    vectors=("b",),
    duration=1e-3,
)


def test_the_library_that_the_set_up_provides_is_found() -> None:
    assert find_library().name.startswith("libngspice")


@pytest.mark.parametrize(
    "place",
    [
        "/usr/lib/x86_64-linux-gnu/libngspice.so.0",  # Debian, Ubuntu
        "/usr/lib64/libngspice.so.0",  # Fedora, openSUSE
        "/usr/lib/libngspice.so",  # Arch
        "/usr/local/lib/libngspice.so",  # built by hand
        "/home/linuxbrew/.linuxbrew/lib/libngspice.so",
    ],
)
def test_each_distribution_of_linux_is_looked_at(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    assert Path(place) in candidates()


@pytest.mark.parametrize(
    "place",
    [
        "/opt/homebrew/opt/libngspice/lib/libngspice.dylib",  # Homebrew on Apple's processors
        "/usr/local/opt/libngspice/lib/libngspice.dylib",  # Homebrew on Intel's
        "/opt/local/lib/libngspice.0.dylib",  # MacPorts
    ],
)
def test_each_package_manager_of_macos_is_looked_at(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    assert Path(place) in candidates()


def test_conda_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONDA_PREFIX", "/opt/conda/envs/x")
    monkeypatch.setattr("sys.platform", "linux")
    assert Path("/opt/conda/envs/x/lib/libngspice.so") in candidates()


def test_a_library_that_was_only_unpacked_comes_first_and_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = find_library().resolve()
    folder = tmp_path / "ngspice/usr/lib" / system.parent.name
    copy = folder / "libngspice.so.0"
    if system.is_relative_to(unpacked_root()):
        shutil.copytree(unpacked_root(), tmp_path / "ngspice", symlinks=True)
    else:
        folder.mkdir(parents=True)
        shutil.copy(system, copy)
    monkeypatch.setattr("sys.prefix", str(tmp_path))
    monkeypatch.setattr("platform.machine", lambda: system.parent.name.partition("-")[0])
    if sys.platform != "linux" or copy not in candidates():
        pytest.skip("needs Debian's folder for the architecture")
    assert find_library() == copy
    environment = loader_environment(copy)
    assert str(folder.resolve()) in environment["LD_LIBRARY_PATH"]
    with Engine() as engine:
        assert engine.simulate(RC).points > 100


def test_an_override_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = tmp_path / "mine.so"
    link.symlink_to(find_library())
    monkeypatch.setenv(OVERRIDE, str(link))
    assert find_library() == link
    with Engine() as engine:
        assert engine.simulate(RC).points > 100


def test_an_override_that_names_no_file_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(OVERRIDE, "/no/such/library.so")
    with pytest.raises(SimulationError, match=f"{OVERRIDE} must name .* correct or unset it"):
        find_library()


@pytest.mark.parametrize("content", [b"", b"no library at all"])
def test_a_file_that_is_no_library_is_an_error_with_the_remedy(
    tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "libngspice.so.0"
    file.write_bytes(content)
    with (
        Engine(library=file) as engine,
        pytest.raises(SimulationError, match=r"the ngspice library cannot be used \(.*\); install"),
    ):
        engine.simulate(RC)


def test_a_library_that_is_not_ngspice_is_an_error() -> None:
    library = find_library().parent / "libstdc++.so.6"
    if not library.exists():
        pytest.skip("needs libstdc++ beside libngspice")
    with (
        Engine(library=library) as engine,
        pytest.raises(SimulationError, match="'ngSpice_Init' not found"),
    ):
        engine.simulate(RC)


def test_an_ngspice_too_old_is_an_error_with_the_remedy() -> None:
    check_version(36)
    with pytest.raises(SimulationError, match="must be version 36 or later, got 35; install"):
        check_version(35)


def test_an_ngspice_that_is_too_old_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    # the real library, which says its own version, held against a limit that it cannot meet
    monkeypatch.setattr("spiketwin.circuits.library.OLDEST_NGSPICE", 999)
    with (
        Engine() as engine,
        pytest.raises(SimulationError, match=r"must be version 999 or later, got \d\d; install"),
    ):
        engine.simulate(RC)


def test_no_library_anywhere_is_an_error_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(OVERRIDE, raising=False)
    monkeypatch.setattr("spiketwin.circuits.library.candidates", tuple)
    monkeypatch.setattr("ctypes.util.find_library", lambda _name: None)
    with pytest.raises(SimulationError, match="the ngspice library was not found; install"):
        Engine().simulate(RC)


@pytest.mark.parametrize(
    ("manager", "command"),
    [
        ("apt-get", "sudo apt install libngspice0"),
        ("dnf", "sudo dnf install libngspice"),
        ("pacman", "sudo pacman -S ngspice"),
        ("brew", "brew install libngspice"),
    ],
)
def test_the_remedy_is_the_command_of_this_system(
    manager: str, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: name if name == manager else None)
    assert remedy() == f"install it with: {command}"


def test_the_doctor_finds_this_machine_sound() -> None:
    checks = {check.name: check for check in doctor.examine()}
    assert all(check.sound and not check.remedy for check in checks.values())
    assert list(checks) == [
        *("Python", "PySpice", "numpy", "scipy"),
        *("ngspice library", "ngspice", "self-test", "confinement"),
    ]
    assert int(checks["ngspice"].value) >= 36


def test_the_doctor_says_what_is_missing_and_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(OVERRIDE, raising=False)
    monkeypatch.setattr("spiketwin.circuits.library.candidates", tuple)
    monkeypatch.setattr("ctypes.util.find_library", lambda _name: None)
    missing = [check for check in doctor.examine() if not check.sound]
    assert [check.name for check in missing] == ["ngspice library"]
    assert missing[0].value == "the ngspice library was not found"
    assert missing[0].remedy == remedy()


def test_the_doctor_finds_a_wrong_library_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(OVERRIDE, __file__)
    missing = [check for check in doctor.examine() if not check.sound]
    assert [check.name for check in missing] == ["ngspice"]
    assert missing[0].remedy == remedy()
