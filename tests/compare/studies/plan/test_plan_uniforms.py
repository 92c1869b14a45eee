"""What samples are made from: laid out as their sampler promises, and the same whatever else is."""

from __future__ import annotations

import hashlib
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from spiketwin.compare.studies.plan.uniforms import (
    BLOCK,
    latin_hypercube,
    random_block,
    sobol_block,
)

SEEDS = st.integers(min_value=0, max_value=2**70)
NAMES = st.lists(st.text(min_size=1, max_size=5), min_size=1, max_size=4, unique=True)


def test_random_numbers_are_uniform_and_those_of_two_sources_are_independent() -> None:
    first, second = (
        np.concatenate([random_block(1, name, block) for block in range(20)])
        for name in ("resistance", "capacitance")
    )
    number = len(first)
    assert number == 20 * BLOCK
    # Kolmogorov: sqrt(n)·D exceeds 2.7 with a probability of 2·exp(-2·2.7²) = 1e-6
    for values in (first, second):
        assert stats.kstest(values, "uniform").statistic < 2.7 / math.sqrt(number)
    # of independent ones: normal with sigma 1/sqrt(n), and four of them
    assert abs(np.corrcoef(first, second)[0, 1]) < 4 / math.sqrt(number)
    assert abs(np.corrcoef(first[1:], first[:-1])[0, 1]) < 4 / math.sqrt(number)


def test_random_numbers_are_one_stream_of_philox_by_seed_and_name() -> None:
    digest = hashlib.sha256(b"random:c1").digest()
    words = tuple(np.frombuffer(digest[:16], dtype="<u4").tolist())
    stream = np.random.Philox(np.random.SeedSequence(7, spawn_key=words)).random_raw(3 * BLOCK)
    expected = [((raw >> 12) + 0.5) / 2**52 for raw in stream.tolist()]
    found = np.concatenate([random_block(7, "c1", block) for block in (0, 1, 2)])
    assert found.tolist() == expected


def test_sobols_numbers_are_van_der_corputs_scrambled_by_words_of_philox() -> None:
    digest = hashlib.sha256(b"sobol:c1").digest()
    spawn = tuple(np.frombuffer(digest[:16], dtype="<u4").tolist())
    raw = np.random.Philox(np.random.SeedSequence(7, spawn_key=spawn)).random_raw(31).tolist()
    expected = []
    for n in range(2 * BLOCK):
        # the first dimension's binary digits, of 1/2 first, are the Gray code's (Antonov and
        # Saleev 1979), of 1 first; Matoušek adds to each a random choice of those before it
        digits = [(n ^ n >> 1) >> k & 1 for k in range(30)]
        mixed = [
            sum(digits[j] * (raw[29 - k] >> (29 - j) & 1) for j in range(k)) + digits[k] & 1
            for k in range(30)
        ]
        whole = sum(digit << (51 - k) for k, digit in enumerate(mixed))
        expected.append(((whole ^ raw[30] >> 12) + 0.5) / 2**52)
    found = [sobol_block(7, ["c1"], block)[:, 0] for block in (0, 1)]
    assert np.concatenate(found).tolist() == expected


def test_samples_are_those_that_studies_have_been_made_with() -> None:
    # first made on an x86-64 with NumPy 2.4 and SciPy 1.17. They are whole numbers of 2^-53, by
    # integer arithmetic alone: equal to the last bit, or a resumed study would not be the same
    random = [0.23587473207018206, 0.917336741757078, 0.7307988804009821]
    sobol = [0.8643866022013987, 0.13593054552459372, 0.3334675895878042]
    assert random_block(1, "resistance", 0)[:3].tolist() == random
    assert sobol_block(1, ["resistance"], 0)[:3, 0].tolist() == sobol


@given(seed=SEEDS, names=NAMES, samples=st.integers(min_value=1, max_value=300))
@settings(max_examples=30)
def test_a_latin_hypercube_has_one_sample_in_each_part_of_each_range(
    seed: int, names: list[str], samples: int
) -> None:
    design = latin_hypercube(seed, names, samples)
    assert design.shape == (samples, len(names))
    for column in design.T:
        assert sorted(np.floor(column * samples).astype(int)) == list(range(samples))


@given(seed=SEEDS, names=NAMES, samples=st.integers(min_value=2, max_value=50))
@settings(max_examples=30)
def test_a_source_of_a_latin_hypercube_does_not_mind_the_others(
    seed: int, names: list[str], samples: int
) -> None:
    together = latin_hypercube(seed, names, samples)
    for column, name in enumerate(names):
        assert together[:, column].tolist() == latin_hypercube(seed, [name], samples)[:, 0].tolist()


@given(seed=SEEDS, block=st.integers(min_value=0, max_value=50))
@settings(max_examples=20)
def test_two_sobol_sources_fill_every_elementary_interval_once(seed: int, block: int) -> None:
    # The first two dimensions are a (0, m, 2)-net in base 2 (Sobol 1967, Niederreiter 1992): of
    # any 2^m points from a multiple of 2^m on, each box of 2^-i by 2^-(m-i) has exactly one. The
    # scramble keeps that (Owen 1995, Matoušek 1998); numbers from a random source have not got it.
    points = sobol_block(seed, ["a", "b"], block)
    levels = int(math.log2(BLOCK))
    for i in range(levels + 1):
        boxes = np.floor(points * [2**i, 2 ** (levels - i)]).astype(int)
        assert len({tuple(box) for box in boxes.tolist()}) == BLOCK
    for start in range(0, BLOCK, 8):
        assert sorted(np.floor(points[start : start + 8, 0] * 8).astype(int)) == list(range(8))
    drawn = np.column_stack([random_block(seed, name, block) for name in "ab"])
    assert len({tuple(box) for box in np.floor(drawn * 32).astype(int).tolist()}) < BLOCK


@given(seed=SEEDS, names=NAMES)
@settings(max_examples=20)
def test_a_sobol_source_does_not_mind_those_after_it(seed: int, names: list[str]) -> None:
    together = sobol_block(seed, names, 1)
    for count in range(1, len(names)):
        assert together[:, :count].tolist() == sobol_block(seed, names[:count], 1).tolist()


def test_sobol_samples_of_other_seeds_are_other_samples_with_the_same_mean() -> None:
    # The mean of 1024 scrambled points of u1·u2·u3, of which 1/8 is expected: a random sampler's
    # sigma is sqrt((1/27 - 1/64)/1024) = 0.0046, and a net's far less
    means = [
        float(np.mean(np.prod(sobol_block(seed, ["a", "b", "c"], 0), axis=1))) for seed in range(40)
    ]
    assert len(set(means)) == 40
    spread = float(np.std(means, ddof=1))
    assert spread < 0.0046 / 10
    assert abs(np.mean(means) - 1 / 8) < 4 * spread / math.sqrt(40)


@given(seed=SEEDS, name=st.text(min_size=1), block=st.integers(min_value=0, max_value=2**20 - 1))
@settings(max_examples=30)
def test_every_number_lies_strictly_between_0_and_1(seed: int, name: str, block: int) -> None:
    drawn = random_block(seed, name, block)
    assert 0 < drawn.min() < drawn.max() < 1
    assert drawn.tolist() == random_block(seed, name, block).tolist()
    assert drawn.tolist() != random_block(seed + 1, name, block).tolist()


@pytest.mark.parametrize("samples", [1, 2, 3])
def test_the_smallest_hypercubes_are_hypercubes(samples: int) -> None:
    assert latin_hypercube(0, ["a"], samples).shape == (samples, 1)
