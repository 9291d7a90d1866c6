"""Member cards: identifiers of the member's party, written `store/card`.

Belongs here: the table `member_card`. Does not belong here: members (`parties.py`).
"""

from collections.abc import Sequence

from migration_pipeline.loaded.targets.tryton.names import MEMBER
from migration_pipeline.loaded.targets.tryton.place import Place
from migration_pipeline.loaded.targets.tryton.rows import Change, Group, Key, Row, by_key
from migration_pipeline.loaded.targets.tryton.rpc import Record

_MODEL = "party.identifier"


def _read(place: Place, table: str, store: str | None, keys: Sequence[Key] | None) -> dict[Key, Row]:
    return by_key(
        table,
        [
            {"store_code": code, "card_no": record["code"].removeprefix(f"{code}/"), "member_code": record["party."]["code"]}
            for code in place.some_stores(store)
            for record in _found(place, code, keys)
        ],
    )


def _found(place: Place, store: str, keys: Sequence[Key] | None) -> list[Record]:
    fields = ["code", "party.code"]
    ours = [["party.categories", "in", [place.category("party.category", MEMBER)]], ["type", "=", None]]
    if keys is not None:
        wanted = [f"{store}/{card}" for of, card in keys if of == store]
        return place.client.rows_among(_MODEL, "code", wanted, fields, *ours)
    return [row for row in place.client.rows(_MODEL, ours, fields) if row["code"].startswith(f"{store}/")]


def _put(place: Place, changes: Sequence[Change]) -> None:
    client = place.client
    written = {f"{change.key[0]}/{change.key[1]}": change for change in changes}
    held = {row["code"]: row["id"] for row in client.rows_among(_MODEL, "code", list(written), ["code"], ["type", "=", None])}
    kept = {code: change.after for code, change in written.items() if change.after is not None}
    parties = place.demanded("party.party", [row["member_code"] for row in kept.values()])
    client.create(_MODEL, [{"party": parties[row["member_code"]], "code": code} for code, row in kept.items() if code not in held])
    client.write(_MODEL, [([held[code]], {"party": parties[row["member_code"]]}) for code, row in kept.items() if code in held])
    client.delete(_MODEL, [held[code] for code in written if code not in kept and code in held])


CARDS = Group(("member_card",), _read, _put)
"""Member cards."""
