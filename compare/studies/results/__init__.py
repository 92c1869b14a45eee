"""The table of a study's runs, and what it says."""

from spiketwin.compare.studies.results.columns import GIVEN, study_columns
from spiketwin.compare.studies.results.csv_files import csv_metadata, runs_csv
from spiketwin.compare.studies.results.gathering import describe_table, table_of
from spiketwin.compare.studies.results.json_text import study_json
from spiketwin.compare.studies.results.judging import Standing, judge_all
from spiketwin.compare.studies.results.layout import Layout
from spiketwin.compare.studies.results.parquet_file import has_parquet, runs_parquet
from spiketwin.compare.studies.results.parts import (
    Cell,
    Distribution,
    Effect,
    Reason,
    Sensitivity,
    StudySummary,
    WorstCase,
    Yield,
)
from spiketwin.compare.studies.results.reading import read_runs
from spiketwin.compare.studies.results.running import RunningYield
from spiketwin.compare.studies.results.statistics import wilson_interval, yield_known
from spiketwin.compare.studies.results.summary import judge_table, summarise
from spiketwin.compare.studies.results.table import Column, RunTable

__all__ = [
    "GIVEN",
    "Cell",
    "Column",
    "Distribution",
    "Effect",
    "Layout",
    "Reason",
    "RunTable",
    "RunningYield",
    "Sensitivity",
    "Standing",
    "StudySummary",
    "WorstCase",
    "Yield",
    "csv_metadata",
    "describe_table",
    "has_parquet",
    "judge_all",
    "judge_table",
    "read_runs",
    "runs_csv",
    "runs_parquet",
    "study_columns",
    "study_json",
    "summarise",
    "table_of",
    "wilson_interval",
    "yield_known",
]
