"""Each probe passes on an ERP that holds what was sent, and fails alone where the one thing it looks at is wrong."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd
import pytest

from migration_pipeline.contracts.erp import ERP_TABLES
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.reconciled.probes import PROBED, SAMPLES, Probe, probes
from migration_pipeline_tests.integration.target_frames import frames, of_store, shared

Frames = dict[str, pd.DataFrame]
SENT = frames(shared() | of_store("S1"))


@dataclass(frozen=True)
class Held:
    """An ERP that is these frames."""

    rows: Frames

    def by_barcode(self, store: str, barcodes: Sequence[str]) -> pd.DataFrame:
        items = self.rows["item_barcode"].merge(self.rows["item"], on="item_code", validate="m:1").assign(ratio=Decimal(1))
        both = pd.concat([frame[["barcode", "item_code", "unit_code", "ratio"]] for frame in (items, self.rows["item_pack"])])
        return both[both["barcode"].isin(barcodes)]

    def by_name(self, names: Sequence[str]) -> pd.DataFrame:
        items = self.rows["item"]
        return items[items["name"].isin(names)][["name", "item_code", "unit_code"]]

    def stock(self, store: str, items: Sequence[str]) -> pd.DataFrame:
        held = self.rows["opening_stock"]
        return held[held["item_code"].isin(items)][["warehouse_code", "item_code", "quantity"]]

    def points(self, store: str, cards: Sequence[str]) -> pd.DataFrame:
        held = self.rows["member_card"].merge(self.rows["member_balance"], on="member_code", validate="m:1")
        return held[held["card_no"].isin(cards)][["card_no", "points"]]

    def tickets(self, store: str, numbers: Sequence[str]) -> Mapping[str, pd.DataFrame]:
        return {name: (rows := self.rows[name])[rows["ticket_no"].isin(numbers)] for name in ("ticket", "ticket_line", "payment")}


def no_more(table: str, keys: pd.DataFrame) -> pd.DataFrame:
    """No other store says anything."""
    return SENT[table].iloc[:0]


def asked(rows: Frames, said: Callable[[str, pd.DataFrame], pd.DataFrame] = no_more) -> list[Probe]:
    return [probe for name in PROBED for probe in probes(name, StageOutput("x", SENT), "S1", Held(rows), said)]


def planted(table: str, column: str, row: int, value: object) -> Frames:
    frame = SENT[table].copy()
    frame.loc[row, column] = value
    return SENT | {table: frame}


def test_an_erp_that_holds_what_was_sent_answers_everything() -> None:
    done = asked(SENT)
    assert [probe for probe in done if not probe.passed] == []
    kinds = {"barcode", "pack_barcode", "name", "weighed_name", "stock", "weighed_stock", "points", "ticket", "return"}
    assert {probe.kind for probe in done} == kinds
    assert "I1 BOX = 24" in {probe.expected for probe in done}
    assert done == asked(SENT)


@pytest.mark.parametrize(
    ("rows", "kind", "found"),
    [
        (SENT | {"item_barcode": SENT["item_barcode"].iloc[1:]}, "barcode", ""),
        (planted("item_barcode", "item_code", 0, "I4"), "barcode", "I4"),
        (planted("item_pack", "ratio", 0, Decimal(12)), "pack_barcode", "I1 BOX = 12"),
        (planted("item", "name", 1, "other"), "weighed_name", ""),
        (planted("item", "unit_code", 1, "G"), "weighed_name", "I2 G"),
        (planted("opening_stock", "quantity", 0, Decimal(2400)), "stock", "2400"),
        (planted("opening_stock", "quantity", 1, Decimal("-3.251")), "weighed_stock", "-3.251"),
        (SENT | {"opening_stock": SENT["opening_stock"].iloc[1:]}, "stock", ""),
        (planted("ticket", "total", 0, Decimal("6.14")), "ticket", "6.14: 2 lines 12.30, 2 payments 6.13"),
        (planted("ticket_line", "quantity", 0, Decimal("1.006")), "ticket", "6.13: 2 lines 12.30, 2 payments 6.13"),
        (SENT | {"payment": SENT["payment"].iloc[1:]}, "ticket", "6.13: 2 lines 12.30, 1 payments -3.87"),
        (SENT | {"ticket": SENT["ticket"].iloc[:1]}, "return", ""),
    ],
)
def test_one_thing_wrong_is_one_probe_failed(rows: Frames, kind: str, found: str) -> None:
    assert [(probe.kind, probe.found) for probe in asked(rows) if not probe.passed] == [(kind, found)]


def test_one_point_too_many_is_found_at_every_card_of_the_member_and_no_card_is_shown() -> None:
    failed = [probe for probe in asked(planted("member_balance", "points", 0, Decimal("11.50"))) if not probe.passed]
    assert [(probe.kind, probe.expected, probe.found) for probe in failed] == [("points", "10.5", "11.5")] * 2
    assert {probe.asked for probe in failed} == {"card 1", "card 2"}


@pytest.mark.parametrize(("table", "column", "value"), [("item", "name", "new name"), ("item_barcode", "item_code", "I4")])
def test_what_another_store_says_will_do_as_well(table: str, column: str, value: str) -> None:
    rows = planted(table, column, 0, value)
    assert [probe for probe in asked(rows, lambda table, _: rows[table]) if not probe.passed] == []
    assert len([probe for probe in asked(rows) if not probe.passed]) == 1


def test_a_few_rows_of_many_are_tried_the_same_ones_for_the_same_extract() -> None:
    names = [f"T{n}" for n in range(500)]
    tickets = pd.concat([SENT["ticket"].iloc[[0]]] * 500).assign(ticket_no=pd.Series(names, dtype="str").array)
    rows = SENT | {"ticket": tickets.reset_index(drop=True), "ticket_line": SENT["ticket_line"].iloc[:0]}

    def tried(extract: str, store: str = "S1") -> list[str]:
        return [probe.asked for probe in probes("sales", StageOutput(extract, rows), store, Held(rows), no_more)]

    assert tried("a") == tried("a")
    assert len(tried("a")) == SAMPLES
    assert len({tuple(tried("a")), tuple(tried("b")), tuple(tried("a", "S2"))}) == 3


def test_nothing_loaded_is_nothing_asked() -> None:
    empty = {name: frame.iloc[:0] for name, frame in SENT.items()}
    assert [probes(name, StageOutput("x", empty), "S1", Held(SENT), no_more) for name in (*PROBED, "suppliers")] == [[]] * 5
    assert set(SENT) == {name for name, table in ERP_TABLES.items() if table.dataset}
