import csv
import io
import json
import sys

import numpy as np
import pytest

from spiketwin.compare.studies.plan import Axis, Corner, Sampling, Spread
from spiketwin.compare.studies.results import (
    csv_metadata,
    describe_table,
    has_parquet,
    read_runs,
    runs_csv,
    runs_parquet,
    study_columns,
    summarise,
)
from spiketwin.compare.studies.store import Row, StudyStore
from spiketwin.models.errors import InputFileError, ParameterError, SimulationError

ARRAYS = (
    "index", "kind", "place", "corner", "sample", "source", "side", "status", "verdict", "reason",
    "attempts", "seconds", "engine_seconds",
)  # fmt: skip


def fragile(built, design):
    if built["resistance"] > 10.4e6:
        raise SimulationError('ngspice said: "größer", R = 10 MΩ,\r\nsingular matrix')
    return {
        "tau": None if built["resistance"] < 9.8e6 else built["resistance"] * 1e-9,
        "tau_error": 1e-7 / 3,
        "nominal_tau": design["resistance"] * 1e-9,
    }


@pytest.fixture(scope="module")
def study_and_table(formula_study, run):
    study = formula_study(
        formula=fragile,
        spreads={"resistance": Spread(width=0.03)},
        sampling=Sampling(samples=40, seed=1),
        axes=(Axis(name="capacitance", values=(1e-9, 1.1e-9)),),
        corners=(Corner(name="Hitze, 85 °C", values=(("resistance", 10.1e6),)),),
    )
    table = run(study)
    # there is something of each kind to be read back
    assert {"done", "failed"} == set(table.status)
    assert {"nominal", "probe", "sample"} == set(table.kind)
    assert np.isnan(table.numbers["tau"][table.status == "done"]).any()
    return study, table


def assert_equal(found, expected):
    assert found.columns == expected.columns
    assert dict(found.metadata) == dict(expected.metadata)
    for name in ARRAYS:
        ours, theirs = getattr(found, name), getattr(expected, name)
        assert ours.dtype == theirs.dtype, name
        np.testing.assert_array_equal(ours, theirs, err_msg=name)
    assert list(found.numbers) == list(expected.numbers)
    for name, values in expected.numbers.items():
        np.testing.assert_array_equal(found.numbers[name], values, err_msg=name)


def write_csv(folder, table):
    path = folder / "runs.csv"
    path.write_text(runs_csv(table), encoding="utf-8", newline="\n")
    (folder / "runs.csv-metadata.json").write_text(csv_metadata(table), encoding="utf-8")
    return path


def test_a_csv_file_and_its_description_are_read_back_as_they_were(study_and_table, tmp_path):
    study, table = study_and_table
    found = read_runs(write_csv(tmp_path, table))
    assert_equal(found, table)
    assert summarise(study, found) == summarise(study, table)


def test_a_parquet_file_is_read_back_as_it_was(study_and_table, tmp_path):
    study, table = study_and_table
    path = tmp_path / "runs.parquet"
    path.write_bytes(runs_parquet(table))
    found = read_runs(path)
    assert_equal(found, table)
    assert summarise(study, found) == summarise(study, table)


def test_the_journal_is_read_as_the_same_table(study_and_table, tmp_path):
    study, table = study_and_table
    path = tmp_path / "runs.sqlite"
    names = [column.name for column in study_columns(study)]
    rows = [
        Row(
            index=int(table.index[i]),
            key=bytes([i]),
            status=table.status[i],
            verdict=table.verdict[i] or None,
            reason=table.reason[i],
            numbers=tuple(
                None if np.isnan(table.numbers[name][i]) else float(table.numbers[name][i])
                for name in names
            ),
            attempts=1,
            seconds=0.5,
            engine_seconds=0.25,
        )
        for i in np.random.default_rng(1).permutation(len(table)).tolist()
    ]
    with StudyStore.open(path, {"table": describe_table(study)}, names) as store:
        store.append(rows)
    assert_equal(read_runs(path), table)


def test_a_csv_file_has_plain_headings_and_empty_cells_where_nothing_is_known(study_and_table):
    _, table = study_and_table
    text = runs_csv(table)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == len(table)
    assert list(rows[0])[:4] == ["index", "kind", "place", "corner"]
    assert list(rows[0])[-5:] == [
        "given_resistance", "given_capacitance", "tau", "tau_error", "nominal_tau",
    ]  # fmt: skip
    nominal = rows[0]
    assert (nominal["sample"], nominal["source"], nominal["side"]) == ("", "", "")
    assert float(nominal["given_resistance"]) == 10e6
    # every digit that a float has
    assert float(nominal["tau_error"]) == 1e-7 / 3
    failed = next(row for row in rows if row["status"] == "failed")
    assert failed["tau"] == ""
    assert failed["reason"] == 'ngspice said: "größer", R = 10 MΩ, singular matrix'
    assert "nan" not in text


def test_the_description_of_a_csv_file_says_what_each_column_is(study_and_table):
    _, table = study_and_table
    described = json.loads(csv_metadata(table))
    # what the vocabulary requires of a table's description
    assert described["@context"] == "http://www.w3.org/ns/csvw"
    assert described["url"] == "runs.csv"
    columns = described["tableSchema"]["columns"]
    heading = runs_csv(table).splitlines()[0].split(",")
    assert [column["name"] for column in columns] == heading
    by_name = {column["name"]: column for column in columns}
    assert by_name["tau"] == {
        "name": "tau",
        "titles": "tau",
        "datatype": "double",
        "dc:description": "the membrane's time constant, fitted to the circuit's waveform",
        "schema:unitText": "s",
    }
    assert by_name["given_resistance"]["schema:unitText"] == "Ω"
    assert by_name["index"]["datatype"] == "integer"
    assert all(column["dc:description"] for column in columns)


def test_fields_of_a_parquet_file_have_their_units(study_and_table):
    import pyarrow as pa
    import pyarrow.parquet

    study, table = study_and_table
    schema = pyarrow.parquet.read_schema(pa.BufferReader(runs_parquet(table)))
    assert schema.field("tau").metadata[b"unit"] == b"s"
    assert schema.field("given_resistance").metadata[b"unit"] == "Ω".encode()
    assert schema.field("reason").metadata[b"description"].startswith(b"why the run failed, or")
    assert json.loads(schema.metadata[b"spiketwin"])["target"] == study.target.name


def test_a_study_without_runs_is_a_table_without_rows(study_and_table, run, tmp_path):
    study, _ = study_and_table
    empty = run(study, [])
    assert len(empty) == 0
    assert_equal(read_runs(write_csv(tmp_path, empty)), empty)
    (tmp_path / "runs.parquet").write_bytes(runs_parquet(empty))
    assert_equal(read_runs(tmp_path / "runs.parquet"), empty)
    found = summarise(study, empty)
    assert (found.finished, found.share.trials, found.share.fraction) == (0, 0, None)


def test_what_is_no_table_of_runs_is_refused_with_a_remedy(study_and_table, tmp_path):
    _, table = study_and_table
    with pytest.raises(InputFileError, match=r"there is no such file; name a runs\.csv"):
        read_runs(tmp_path / "runs.csv")
    with pytest.raises(InputFileError, match="no table of runs by its name"):
        read_runs(tmp_path / "runs.txt")
    path = write_csv(tmp_path, table)
    beside = tmp_path / "runs.csv-metadata.json"
    text, described = path.read_text(), beside.read_text()
    path.write_text(text[: len(text) // 2], encoding="utf-8")
    with pytest.raises(InputFileError, match="cut short or damaged"):
        read_runs(path)
    path.write_text(text.replace("given_resistance", "resistance", 1), encoding="utf-8")
    with pytest.raises(InputFileError, match="line 1: its heading is not what"):
        read_runs(path)
    path.write_text(text.replace(",1,0.5,0.25,", ",1,half,0.25,", 1), encoding="utf-8")
    with pytest.raises(InputFileError, match="could not convert string to float: 'half'"):
        read_runs(path)
    path.write_text(text, encoding="utf-8")
    beside.write_text(described.replace("spiketwin/runs/1", "spiketwin/runs/9"), encoding="utf-8")
    with pytest.raises(InputFileError, match="'spiketwin/runs/9' and not"):
        read_runs(path)
    beside.unlink()
    with pytest.raises(InputFileError, match=r"is missing, and without it runs\.csv has no units"):
        read_runs(path)
    (tmp_path / "runs.parquet").write_bytes(b"PAR1")
    with pytest.raises(InputFileError, match="no Parquet file that can be read"):
        read_runs(tmp_path / "runs.parquet")


def test_without_pyarrow_a_parquet_file_is_refused_with_what_to_install(
    study_and_table, tmp_path, monkeypatch
):
    monkeypatch.setitem(sys.modules, "pyarrow", None)  # as where it is not installed
    path = tmp_path / "runs.parquet"
    path.write_bytes(b"PAR1")
    assert not has_parquet()
    for use in (lambda: runs_parquet(study_and_table[1]), lambda: read_runs(path)):
        with pytest.raises(ParameterError, match=r"pip install 'spiketwin\[parquet\]'"):
            use()
