"""Matching against truth that others made: a floor under the figures that `benchmarks/bench_matching.py` reports."""

import pytest

from migration_pipeline.mapped.matching.link import link
from migration_pipeline_tests.benchmarks.bench_matching import linkage, score
from migration_pipeline_tests.benchmarks.matching_sets import DATA, febrl


@pytest.mark.skipif(not DATA.is_dir(), reason="the sets of others (../shared/data) are not here")
def test_febrl1_is_matched_as_well_as_promised() -> None:
    frame = febrl("1")
    assert score(link(frame, linkage("febrl")), (frame,)).f1 >= 0.99
