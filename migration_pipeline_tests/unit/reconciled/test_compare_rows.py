"""Row by row comparison."""

import datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from migration_pipeline.reconciled.compare_rows import compare_rows, compare_streams, stream


def _money(values: list[str | None], scale: int = 2) -> pd.Series:
    exact = pa.array([None if value is None else Decimal(value) for value in values], pa.decimal128(18, scale))
    return pd.Series(exact, dtype=pd.ArrowDtype(exact.type))


def test_one_cent_in_a_hundred_thousand_rows_is_found_and_located() -> None:
    codes = [f"{n:06d}" for n in range(100_000)]
    cents = [f"{n % 10_000}.10" for n in range(100_000)]
    expected = pd.DataFrame({"code": pd.Series(codes, dtype="str"), "amount": _money(cents), "name": "x"})
    actual = expected.iloc[::-1].reset_index(drop=True)
    assert compare_rows(expected, actual, ["code"]).equal
    cents[77_777] = f"{7_777}.11"
    found = compare_rows(expected.assign(amount=_money(cents)), actual, ["code"])
    assert not found.equal
    assert (found.missing, found.extra, found.different, dict(found.columns)) == (0, 0, 1, {"amount": 1})
    assert dict(found.samples) == {"different": ("077777",)}


def test_types_that_hold_the_same_values_are_equal() -> None:
    when = datetime.datetime(2026, 1, 2, 3, 4, 5)  # noqa: DTZ001 - ERP times are local
    expected = pd.DataFrame({
        "code": pd.Series(["1", "2"], dtype="str"), "amount": _money(["1.5", None]), "count": pd.Series([1, 2], dtype="int64[pyarrow]"),
        "at": pd.Series([when, None], dtype="datetime64[s]"), "on": pd.Series([when.date(), None], dtype="object"),
        "nothing": pd.Series([None, None], dtype="str"), "yes": pd.Series([True, False], dtype="bool[pyarrow]"),
    })  # fmt: skip
    actual = pd.DataFrame({
        "yes": [True, False], "nothing": pd.Series([np.nan, np.nan], dtype="object"),
        "on": pd.Series([when, None], dtype="datetime64[us]").dt.normalize(),
        "at": pd.Series([when, None], dtype="datetime64[us]"), "count": pd.Series([Decimal(1), Decimal("2.0")], dtype="object"),
        "amount": pd.Series([Decimal("1.5000"), None], dtype="object"), "code": pd.Series(["1", "2"], dtype="object"),
    })  # fmt: skip
    found = compare_rows(expected, actual, ["code"])
    assert found.equal, found


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("text", ["a", ""]),
        ("text", ["a ", None]),
        ("text", ["A", None]),
        ("amount", _money(["1.5001", None], 4)),
        ("amount", _money(["1.5", "0"])),
        ("at", pd.to_datetime(["2026-01-01 00:00:00.003", None])),
    ],
)
def test_nearly_equal_is_different(name: str, other: object) -> None:
    text = pd.Series(["a", None], dtype="str")
    expected = pd.DataFrame({"k": ["1", "2"], "text": text, "amount": _money(["1.5", None]), "at": pd.to_datetime(["2026-01-01", None])})
    found = compare_rows(expected, expected.assign(**{name: other}), ["k"])
    assert (found.different, dict(found.columns)) == (1, {name: 1})


def test_missing_and_extra_rows_are_counted_and_sampled_by_key_only() -> None:
    expected = pd.DataFrame({"s": "S1", "n": range(10), "name": "Zhang San"})
    actual = pd.DataFrame({"s": "S1", "n": range(7, 12), "name": ["Zhang San", "Li Si", "Zhang San", "x", "y"]})
    found = compare_rows(expected, actual, ["s", "n"])
    assert (found.missing, found.extra, found.different) == (7, 2, 1)
    assert found.samples == {"missing": tuple(f"S1|{n}" for n in range(5)), "extra": ("S1|10", "S1|11"), "different": ("S1|8",)}
    assert "Zhang" not in repr(found)


def test_missing_key_parts_match_each_other_and_empty_frames_compare() -> None:
    frame = pd.DataFrame({"a": pd.Series(["x", None], dtype="str"), "v": [1, 2]})
    assert compare_rows(frame, frame, ["a"]).equal
    assert compare_rows(frame.iloc[:0], frame.iloc[:0], ["a"]).equal
    assert compare_rows(frame, frame.iloc[:0], ["a"]).missing == 2


def test_a_key_that_comes_twice_is_an_error_not_a_product() -> None:
    frame = pd.DataFrame({"k": ["1", "1"], "v": [1, 2]})
    with pytest.raises(pd.errors.MergeError):
        compare_rows(frame, frame, ["k"])


def test_columns_only_one_side_has_and_floats_beside_decimals_are_errors() -> None:
    frame = pd.DataFrame({"k": ["1"], "v": _money(["1"])})
    with pytest.raises(ValueError, match="columns extra"):
        compare_rows(frame, frame.assign(extra=1), ["k"])
    with pytest.raises(ValueError, match="column v cannot be compared exactly"):
        compare_rows(frame, frame.assign(v=1.0), ["k"])
    with pytest.raises(ValueError, match="column v cannot be compared exactly"):
        compare_rows(frame, frame.assign(v="1"), ["k"])


@pytest.mark.parametrize("held", [None, 100])
def test_streams_that_go_through_files_are_compared_like_frames(held: int | None) -> None:
    """The same counts, columns and (of a few) keys, whatever the order of the rows on either side."""
    expected = pd.DataFrame({"s": "S1", "t": [f"T{n % 37}-{n // 37}" for n in range(5_000)], "n": range(5_000)})
    expected = expected.assign(amount=_money([f"{n}.10" for n in range(5_000)]), word=expected["t"].where(expected["n"] % 3 > 0, None))
    actual = expected.drop(index=[7, 4_000]).sample(frac=1, random_state=1)
    actual = actual.assign(amount=actual["amount"].mask(actual["n"].isin([3, 4_999]), Decimal("0.01")))
    actual = pd.concat([actual, expected.iloc[[0]].assign(n=-1)], ignore_index=True)
    found = compare_streams(stream(expected), stream(actual), ["s", "t", "n"], held=held)
    assert (found.missing, found.extra, found.different, dict(found.columns)) == (2, 1, 2, {"amount": 2})
    assert set(found.samples["missing"]) == {"S1|T7-0|7", "S1|T4-108|4000"}
    assert found.samples["extra"] == ("S1|T0-0|-1",)
    assert set(found.samples["different"]) == {"S1|T3-0|3", "S1|T4-135|4999"}


@pytest.mark.parametrize("held", [None, 1])
def test_a_stream_beside_an_empty_one_and_a_key_twice_in_a_stream(held: int | None) -> None:
    rows = pd.DataFrame({"k": pd.Series(["a", None, ""], dtype="str"), "v": [1, 2, 3]})
    assert compare_streams(stream(rows), stream(rows.iloc[::-1]), ["k"], held=held).equal
    assert compare_streams(stream(rows), stream(rows.iloc[:0]), ["k"], held=held).missing == 3
    assert compare_streams(stream(rows.iloc[:0]), stream(rows), ["k"], held=held).extra == 3
    with pytest.raises(pd.errors.MergeError):
        compare_streams(stream(pd.concat([rows, rows])), stream(rows), ["k"], held=held)
