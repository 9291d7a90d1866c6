"""A store is never loaded and taken back at once; a connection that is kept for later holds no turn."""

import threading

import pytest

from migration_pipeline.control.store_locks import loading_turn, undo_turn
from migration_pipeline.runtime.databases import Databases
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.kept_connections import connections_kept


def refused(databases: Databases, *stores: str) -> str:
    """The store because of which an undo is refused."""
    with pytest.raises(BadInputError, match="another process") as error, undo_turn(databases, stores):
        pass
    return error.value.where or ""


def test_an_undo_is_refused_while_another_one_or_a_load_is_under_way(databases: Databases) -> None:
    with undo_turn(databases, ["A", "B"]):
        assert refused(databases, "C", "B") == "store B"
        with undo_turn(databases, ["C"]):
            pass
    with loading_turn(databases, "A"):
        with loading_turn(databases, "A"):
            assert refused(databases, "A") == "store A"
        assert refused(databases, "A") == "store A"
    with undo_turn(databases, ["A", "B", "C"]):
        pass


def test_a_load_waits_for_an_undo(databases: Databases) -> None:
    order: list[str] = []

    def load() -> None:
        with loading_turn(databases, "A"):
            order.append("load")

    other = threading.Thread(target=load)
    with undo_turn(databases, ["A"]):
        other.start()
        other.join(0.3)
        order.append("undo")
    other.join(10)
    assert order == ["undo", "load"]


def test_a_kept_connection_holds_no_turn(databases: Databases) -> None:
    with connections_kept():
        with loading_turn(databases, "A"), databases.connect("control"):
            pass
        with databases.connect("control"), undo_turn(databases, ["A"]):
            pass
