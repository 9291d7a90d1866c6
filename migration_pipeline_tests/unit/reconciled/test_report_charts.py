"""Charts hold exact figures, tell series apart without colour, and carry the library inside the page."""

import gzip
import json
from base64 import b64decode
from decimal import Decimal
from importlib import resources

from migration_pipeline.project.models import Text
from migration_pipeline.reconciled.report_board import sums
from migration_pipeline.reconciled.report_bridge import bridge
from migration_pipeline.reconciled.report_charts import (
    POINTS_ON_DIAGONAL,
    as_script_data,
    bridge_chart,
    days_chart,
    outside,
    packed_plotly,
    runs_chart,
    stock_chart,
    stock_frame,
)  # fmt: skip
from migration_pipeline.reconciled.report_sections import check_runs, sales_days, stock_rows
from migration_pipeline_tests.unit.reconciled.report_made import STOCK_COLUMNS, D, figures, frame, full

WORDS = {name: Text(en=name, zh=name) for name in ("source", "erp", "voided_ticket", "unknown_product")}


def test_the_waterfall_hangs_each_step_where_the_one_before_ended() -> None:
    given = figures()
    chart = bridge_chart("b", bridge("sales", sums(given.board.to_dict("records")), given.reasons), WORDS)
    bars = chart["data"][0]
    assert list(zip(bars["base"], bars["x"], strict=True)) == [("0", "100.00"), ("97.00", "3.00"), ("90.00", "7.00"), ("0", "90.00")]
    assert bars["text"] == ["100.00", "-3.00", "-7.00", "90.00"]
    assert len(set(bars["marker"]["pattern"]["shape"][1:3])) == 2, "excluded and rejected differ by pattern too"


def test_days_keep_source_and_erp_apart_and_leave_out_what_has_no_day() -> None:
    days, dayless = sales_days(full().days)
    source, erp, explained, broken = days_chart("d", days)["data"]
    assert source["x"] == erp["x"] == ["2026-01-01", "2026-01-02"]
    assert (source["y"], erp["y"]) == (["60.00", "35.00"], ["60.00", "24.99"])
    assert explained["y"] == ["0.00", "10.00"]
    assert (broken["x"], broken["y"], broken["mode"]) == (["2026-01-02"], ["0.01"], "markers"), "a cent is seen beside thousands"
    assert source["line"].get("dash") != erp["line"]["dash"]
    assert [row["day"] for row in dayless] == ["?"]


def test_items_off_the_diagonal_have_a_form_of_their_own() -> None:
    _, equal, explained, wrong = stock_chart("s", stock_rows(full().stock), of_stores=False)["data"]
    assert [trace["text"] for trace in (equal, explained, wrong)] == [["S1 · A1"], ["S1 · A2"], ["S1 · A3"]]
    assert len({trace["marker"]["symbol"] for trace in (equal, explained, wrong)}) == 3


def test_many_equal_items_are_thinned_but_none_that_differs_is() -> None:
    rows = [("S1", f"E{n}", D(n), D(0), D(n), D(0)) for n in range(POINTS_ON_DIAGONAL * 3 + 1)]
    off = [("S1", f"O{n}", D(n), D(0), D(n + 1), D(-1)) for n in range(1, 100)]
    _, equal, wrong = stock_chart("s", stock_rows(frame(list(STOCK_COLUMNS), *rows, *off)), of_stores=False)["data"]
    assert len(equal["x"]) <= POINTS_ON_DIAGONAL
    assert len(wrong["x"]) == 99


def test_one_item_far_beyond_all_others_does_not_press_them_into_a_corner() -> None:
    """A total row of the export, kept out with a reason, is read as an item of a hundred times the quantity."""
    rows = [("S1", f"E{n}", D(n), D(0), D(n), D(0)) for n in range(100)]
    stock = stock_rows(frame(list(STOCK_COLUMNS), *rows, ("S1", "total", D(4950), D(4950), D(0), D(0))))
    assert stock_frame(stock) == (D(0), D(99))
    assert outside(stock) == 1
    few = stock_rows(full().stock)
    assert (stock_frame(few)[1], outside(few)) == (D("9.5"), 0), "of a few, none is left away"


def test_checks_of_runs_stand_in_the_order_of_time() -> None:
    chart = runs_chart("r", check_runs(full().check_runs))
    passed, warned = chart["data"]
    assert passed["y"] == [9, 10]
    assert warned["y"] == [1, 0]


def test_the_library_in_the_page_is_the_installed_one_and_nothing_in_the_data_ends_a_script() -> None:
    script = resources.files("plotly").joinpath("package_data/plotly.min.js").read_bytes()
    assert gzip.decompress(b64decode(packed_plotly())) == script
    data = as_script_data([{"id": "x", "data": ["</script><b>&"]}])
    assert not set("<>&") & set(data)
    assert json.loads(data)[0]["data"] == ["</script><b>&"]
    assert Decimal("0.10") == Decimal(str(json.loads(as_script_data([{"y": str(Decimal("0.10"))}]))[0]["y"]))
