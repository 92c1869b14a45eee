"""What holds the repository together: packaging, links for type checkers, import rules, text."""

from __future__ import annotations

import ast
import pkgutil
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from dataclasses import fields
from pathlib import Path

import pytest
from quantiphy import Quantity

from spiketwin.compare.catalogue import ENTRIES, TWINS
from spiketwin.models.quantities import UNITS

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
SETUPTOOLS = PROJECT["tool"]["setuptools"]
TOP_FOLDERS = {package: ROOT / name for package, name in SETUPTOOLS["package-dir"].items()}
FOLDERS = {
    f"spiketwin.{'.'.join(init.parent.relative_to(ROOT).parts)}": init.parent
    for top in TOP_FOLDERS.values()
    for init in sorted(top.rglob("__init__.py"))
}
MODULES = sorted(path for top in TOP_FOLDERS.values() for path in top.rglob("*.py"))


def files_in_git() -> list[Path]:
    """Return the tracked files."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("only a git checkout tells which files belong to the repository")
    # git refuses a clone that somebody else owns, such as a container's, unless told otherwise
    command = [git, "-c", "safe.directory=*", "ls-files", "-z"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


def test_every_package_folder_is_packaged_under_its_own_name() -> None:
    with_init = {path.parent for path in ROOT.glob("*/__init__.py")}
    assert with_init - {ROOT / "tests", ROOT / "bench"} == set(TOP_FOLDERS.values())
    assert set(SETUPTOOLS["packages"]) == set(FOLDERS)
    assert set(TOP_FOLDERS.items()) <= set(FOLDERS.items())


def test_no_module_lies_in_a_folder_that_is_not_a_package() -> None:
    assert MODULES
    assert {path.parent for path in MODULES} == set(FOLDERS.values())


def test_the_links_for_type_checkers_resolve_to_the_package_folders() -> None:
    links = {f"spiketwin.{path.name}": path for path in (ROOT / ".links/spiketwin").iterdir()}
    assert {name: path.resolve(strict=True) for name, path in links.items()} == TOP_FOLDERS
    for path in links.values():
        assert path.is_symlink()
        assert not path.readlink().is_absolute()


def test_mypy_is_strict_and_checks_every_module(monkeypatch: pytest.MonkeyPatch) -> None:
    # mypy "succeeds" on nothing where it finds nothing, so ask it what it would check.
    process_options = pytest.importorskip("mypy.main").process_options
    monkeypatch.chdir(ROOT)
    sources, options = process_options([])
    checked = sorted(Path(source.path).resolve() for source in sources if source.path)
    assert [path for path in checked if path.suffix == ".py"] == MODULES
    assert options.disallow_untyped_defs
    assert options.warn_return_any


def imported_names(path: Path) -> set[str]:
    """Return the modules that a file imports anywhere, by their full names."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def test_one_module_imports_pyspice() -> None:
    users = {
        path for path in MODULES if any(re.match(r"PySpice\b", n) for n in imported_names(path))
    }
    assert users == {ROOT / "circuits/pyspice.py"}


def test_the_import_rules_see_every_package(monkeypatch: pytest.MonkeyPatch) -> None:
    grimp = pytest.importorskip("grimp")
    monkeypatch.syspath_prepend(ROOT / ".links")
    graph = grimp.build_graph("spiketwin", include_external_packages=True, cache_dir=None)
    parts = [path.relative_to(ROOT).with_suffix("").parts for path in MODULES]
    expected = {".".join(["spiketwin", *part]).removesuffix(".__init__") for part in parts}
    seen = {name for name in graph.modules if name.startswith("spiketwin.")}
    assert seen == expected
    assert "PySpice" in graph.modules


def test_the_lowest_versions_tested_are_the_lower_bounds_declared() -> None:
    groups = PROJECT["dependency-groups"]
    bounds = [*PROJECT["project"]["dependencies"], *groups["test"]]
    declared = dict(re.match(r"([\w.-]+)>=([\w.]+)", bound).groups() for bound in bounds)
    lines = (ROOT / "constraints-lowest.txt").read_text().splitlines()
    tested = dict(line.split("==") for line in lines if line and not line.startswith("#"))
    assert {name: tested.get(name) for name in declared} == declared


DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
NETLISTS = ROOT / "netlists"


@pytest.mark.parametrize("name", ENTRIES)
def test_each_neuron_has_units_and_its_place_in_every_list_of_neurons(name: str) -> None:
    assert {field.name for field in fields(ENTRIES[name].neuron)} <= set(UNITS)
    quoted = re.escape(f"`{name}`")
    for document, place in [
        ("README.md", rf"^\|[^|]*{quoted}[^|]*\|"),
        ("docs/neurons.md", rf"^## .*{quoted}"),
        ("docs/neurons-measured.md", rf"^\| {quoted} \|"),
    ]:
        assert re.search(place, (ROOT / document).read_text(), re.M), f"no {name} in {document}"


@pytest.mark.parametrize("name", TWINS)
def test_each_circuit_has_a_bench_and_takes_the_neurons_parameters_and_defaults(name: str) -> None:
    neuron = TWINS[name].neuron()
    expected = {field.name: getattr(neuron, field.name) for field in fields(neuron)}
    for level in TWINS[name].levels.values():
        bench = (NETLISTS / f"{level.netlist}_bench.cir").read_text()
        assert f".include {level.netlist}.cir" in bench
        header = re.search(
            rf"^\.subckt {level.netlist} mem spike (.*)",
            (NETLISTS / f"{level.netlist}.cir").read_text(),
            re.M,
        )
        assert header is not None
        given = dict(setting.split("=") for setting in header[1].split())
        # no letter of a netlist's defaults means another thing in SPICE than in SI
        assert {field: Quantity(text).real for field, text in given.items()} == pytest.approx(
            expected, rel=1e-12
        )


def named_paths(text: str) -> set[str]:
    """Return what looks like a path in the checkout: it begins with one of its folders."""
    tops = {path.relative_to(ROOT).parts[0] for path in files_in_git() if path.parent != ROOT}
    folders = "|".join(re.escape(top) for top in sorted(tops))
    return {p.rstrip("./") for p in re.findall(rf"(?<![\w/.-])(?:{folders})/[\w./*-]*", text)}


def anchors(text: str) -> set[str]:
    """Return the anchors of a document's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)", text, re.M)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_what_a_document_names_is_there(document: Path) -> None:
    text = document.read_text()
    assert [path for path in sorted(named_paths(text)) if not list(ROOT.glob(path))] == []
    for target, anchor in re.findall(r"\]\((?!\w+:)([^)#]*)(?:#([^)]*))?\)", text):
        linked = document.parent / target if target else document
        assert linked.exists(), target
        assert not anchor or anchor in anchors(linked.read_text()), anchor
    for dotted in re.findall(r"\bspiketwin(?:\.[A-Za-z_]\w*)+", text):
        pkgutil.resolve_name(dotted)  # raises where there is none


def test_the_worked_example_of_a_new_neuron_is_the_code_as_it_stands() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    assert {"models/neurons/qif.py", "netlists/qif_bench.cir"} <= named_paths(text)
    files = [path for path in files_in_git() if path.suffix in {".py", ".cir"}]
    code = "\n".join(path.read_text() for path in files if path != Path(__file__).resolve())
    lines = {line.strip() for line in code.splitlines()}
    example = [line.strip() for line in text.splitlines() if line.startswith(" " * 7)]
    assert 'name="qif",' in example
    assert [line for line in example if line and line not in lines] == []
    words = set(re.findall(r"`(\w+)(?:\([\w, ]*\))?`", text))
    assert {"usual_interval", "solve_quadratic", "INTEGRATED"} <= words
    assert [word for word in sorted(words) if not re.search(rf"\b{word}\b", code)] == []


# Put together from pieces so that this file does not match itself.
TRACES = re.compile(
    "|".join(["/" + r"root/", r"(?<!/var)/" + r"tmp/\w", "py" + r"pi\.org", "python" + "hosted"])
)


def test_no_file_names_a_registry_host_or_a_scratch_folder() -> None:
    texts = {path: path.read_text(errors="ignore") for path in files_in_git()}
    assert len(texts) > len(MODULES)
    found = {
        str(path.relative_to(ROOT)): match.group()
        for path, text in texts.items()
        if (match := TRACES.search(text))
    }
    assert found == {}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a wheel built from the files in git alone, as a clean clone would build it."""
    scratch = tmp_path_factory.mktemp("wheel")
    for path in files_in_git():
        copy = scratch / "source" / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index"]
    command += ["--no-build-isolation", "--wheel-dir", str(scratch), str(scratch / "source")]
    subprocess.run(command, check=True)
    (built,) = scratch.glob("spiketwin-*.whl")
    return built


def test_the_wheel_holds_every_module_netlist_page_and_marker_and_nothing_else(
    wheel: Path,
) -> None:
    names = {top.name for top in TOP_FOLDERS.values()}
    suffixes = {".py", ".cir", ".html", ".css"}
    page = ROOT / "lab/page"
    expected = {
        f"spiketwin/{path.relative_to(ROOT)}"
        for path in files_in_git()
        if path.relative_to(ROOT).parts[0] in names
        and (path.suffix in suffixes or path.name == "py.typed" or page in path.parents)
    }
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert held == expected
    assert {"spiketwin/netlists/lif.cir", "spiketwin/lab/page/models/leaky.js"} <= held
    assert {f"{package.replace('.', '/')}/py.typed" for package in TOP_FOLDERS} <= held


def test_the_wheel_works_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)  # what pip does with a pure wheel
    program = (
        "import spiketwin.models, spiketwin.netlists, importlib.resources, sys\n"
        "print(spiketwin.models.__file__)\n"
        "print(importlib.resources.files('spiketwin.netlists').joinpath('lif.cir').is_file())\n"
        "from spiketwin.cli.main import main\n"
        "sys.argv = ['spiketwin', 'neurons']\n"
        "sys.exit(main())\n"
    )
    # PYTHONPATH comes before the finder of the editable installation.
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(site), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    where, netlist_found, *catalogue = done.stdout.splitlines()
    assert Path(where).is_relative_to(site)
    assert netlist_found == "True"
    assert any("lif" in line for line in catalogue)
