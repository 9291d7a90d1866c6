"""Opening entries: draft account moves in a store's opening journal, always balanced, never posted by us.

A line is found again by its account, party and description. The counterpart of each move is one line per kind of account (money,
points), kept equal to the sum of the others. A posted move is the accountant's: changing it is refused by Tryton.

Belongs here: writing, changing, deleting such lines. Does not belong here: what they mean (`balances.py`, `opening_stock.py`).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from migration_pipeline.loaded.targets.tryton.names import OPENING, POINTS, POINTS_CONTRA
from migration_pipeline.loaded.targets.tryton.place import Place
from migration_pipeline.loaded.targets.tryton.rpc import Record
from migration_pipeline.runtime.errors import BadInputError

_MOVE, _LINE = "account.move", "account.move.line"
_ZERO = Decimal(0)
LINES_OF_A_MOVE = 200


@dataclass(frozen=True)
class Spot:
    """What a line is about: an account, a party or none, a description."""

    account: int
    party: int | None
    description: str


def lines_of(place: Place, store: str, accounts: Sequence[int], *more: object) -> list[Record]:
    """Lines of a store's opening journal on these accounts: account, party., description, `amount` (credit less debit), move."""
    fields = ["account", "party", "party.code", "description", "debit", "credit", "move"]
    wanted = [["journal", "=", place.store(store).journal], ["account", "in", list(accounts)], *more]
    found = place.client.rows(_LINE, wanted, fields)
    return [line | {"amount": line["credit"] - line["debit"]} for line in found]


def put_lines(place: Place, store: str, amounts: Mapping[Spot, Decimal | None], held: Mapping[Spot, Record]) -> None:
    """Make lines hold these amounts (credit less debit); None: no such line. `held` are those that are there, as `lines_of` gives them."""
    new = {spot: amount for spot, amount in amounts.items() if amount is not None and spot not in held}
    other = {spot: amount for spot, amount in amounts.items() if amount is not None and spot in held and held[spot]["amount"] != amount}
    gone = [held[spot] for spot, amount in amounts.items() if amount is None and spot in held]
    touched = {held[spot]["move"] for spot in other} | {line["move"] for line in gone}
    place.client.write(_LINE, [([held[spot]["id"]], _sides(amount)) for spot, amount in other.items()])
    place.client.delete(_LINE, [line["id"] for line in gone])
    _balance(place, sorted(touched))
    spots = list(new)
    for start in range(0, len(spots), LINES_OF_A_MOVE):
        _move(place, store, {spot: new[spot] for spot in spots[start : start + LINES_OF_A_MOVE]})


def _sides(amount: Decimal) -> Record:
    return {"credit": max(amount, _ZERO), "debit": max(-amount, _ZERO)}


def _move(place: Place, store: str, amounts: Mapping[Spot, Decimal]) -> None:
    today = datetime.now(UTC).date()
    lines = [{"account": s.account, "party": s.party, "description": s.description, **_sides(amount)} for s, amount in amounts.items()]
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for spot, amount in amounts.items():
        sums[_counter_account(place, spot.account)] += amount
    move: Record = {
        "company": place.company["id"],
        "journal": place.store(store).journal,
        "period": _period(place),
        "date": today,
        "description": f"store2erp {store}",
        "lines": [["create", [*lines, *(_counter_line(place, code, total) for code, total in sums.items())]]],
    }
    place.client.create(_MOVE, [move])


def _counter_account(place: Place, account: int) -> str:
    return POINTS_CONTRA if account == place.accounts[POINTS] else OPENING


def _counter_line(place: Place, code: str, total: Decimal) -> Record:
    return {"account": place.accounts[code], "description": "counterpart 对方", **_sides(-total)}


def _balance(place: Place, moves: Sequence[int]) -> None:
    """Set each move's counterparts to the sum of its other lines; a move without other lines is deleted."""
    counters = {place.accounts[OPENING]: OPENING, place.accounts[POINTS_CONTRA]: POINTS_CONTRA}
    by_move: dict[int, list[Record]] = {move: [] for move in moves}
    for line in place.client.rows_among(_LINE, "move", list(moves), ["move", "account", "debit", "credit"]):
        by_move[line["move"]].append(line)
    empty = [move for move, lines in by_move.items() if all(line["account"] in counters for line in lines)]
    changes: list[tuple[Sequence[int], Record]] = []
    for move in set(by_move) - set(empty):
        for counter in (line for line in by_move[move] if line["account"] in counters):
            own = [line for line in by_move[move] if line["account"] not in counters]
            total = sum(
                (li["credit"] - li["debit"] for li in own if _counter_account(place, li["account"]) == counters[counter["account"]]), _ZERO
            )
            changes.append(([counter["id"]], _sides(-total)))
    place.client.write(_LINE, changes)
    place.client.delete(_MOVE, empty)


def _period(place: Place) -> int:
    today = datetime.now(UTC).date()
    wanted = [["start_date", "<=", today], ["end_date", ">=", today], ["state", "=", "open"]]
    found = place.client.rows("account.period", wanted, ["id"])
    if not found:
        raise BadInputError("Tryton has no open period for today", where="Tryton", fix="open a fiscal year")
    return int(found[0]["id"])
