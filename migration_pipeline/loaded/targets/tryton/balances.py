"""Balances per store: what suppliers are owed, and what members have paid in (a liability), were given and have in points.

Each figure is a line of a draft opening entry; points stand on an off-balance account, their number as the amount.

Belongs here: the tables `supplier_balance`, `member_balance`. Does not belong here: the entries themselves (`entries.py`).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from migration_pipeline.loaded.targets.tryton.entries import Spot, lines_of, put_lines
from migration_pipeline.loaded.targets.tryton.names import BONUS, POINTS, PRINCIPAL
from migration_pipeline.loaded.targets.tryton.place import Place
from migration_pipeline.loaded.targets.tryton.rows import Change, Group, Key, Row, by_key, parts_by_store
from migration_pipeline.loaded.targets.tryton.rpc import READ_AT_ONCE, Record, parts

_PARTY = {"supplier_balance": "supplier_code", "member_balance": "member_code"}


def _accounts(place: Place, table: str) -> Mapping[str, int]:
    """Column -> account."""
    if table == "supplier_balance":
        return {"balance": place.payable}
    named = {"points": POINTS, "stored_principal": PRINCIPAL, "stored_bonus": BONUS}
    return {column: place.accounts[code] for column, code in named.items()}


def _read(place: Place, table: str, store: str | None, keys: Sequence[Key] | None) -> dict[Key, Row]:
    column = {account: name for name, account in _accounts(place, table).items()}
    rows: list[Row] = []
    for code in place.some_stores(store):
        found: dict[str, dict[str, Decimal]] = defaultdict(dict)
        for line in _lines(place, table, code, None if keys is None else [party for party, of in keys if of == code]):
            found[line["party."]["code"]].setdefault(column[line["account"]], line["amount"])
        rows += [{_PARTY[table]: party, "store_code": code, **amounts} for party, amounts in found.items()]
    return by_key(table, rows)


def _lines(place: Place, table: str, store: str, parties: Sequence[str] | None) -> list[Record]:
    accounts = list(_accounts(place, table).values())
    if parties is None:
        return lines_of(place, store, accounts, ["party", "!=", None])
    return [line for part in parts(parties, READ_AT_ONCE) for line in lines_of(place, store, accounts, ["party.code", "in", list(part)])]


def _put(place: Place, changes: Sequence[Change]) -> None:
    for table in {change.table for change in changes}:
        for store, part in parts_by_store([change for change in changes if change.table == table]).items():
            _put_store(place, table, store, part)


def _put_store(place: Place, table: str, store: str, changes: Sequence[Change]) -> None:
    accounts = _accounts(place, table)
    ids = place.ids("party.party", [change.key[0] for change in changes])
    place.demanded("party.party", [change.key[0] for change in changes if change.after is not None])
    amounts = {
        Spot(account, ids[change.key[0]], column): None if change.after is None else change.after[column]
        for change in changes
        if change.key[0] in ids
        for column, account in accounts.items()
    }
    name = {account: column for column, account in accounts.items()}
    lines = _lines(place, table, store, [change.key[0] for change in changes])
    put_lines(place, store, amounts, {Spot(line["account"], line["party"], name[line["account"]]): line for line in lines})


BALANCES = Group(("supplier_balance", "member_balance"), _read, _put)
"""Opening balances of suppliers and members."""
