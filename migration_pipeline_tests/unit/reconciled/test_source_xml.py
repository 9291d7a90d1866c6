"""XML through the standard library."""

from collections.abc import Callable

import pytest

from migration_pipeline.project.source import InputSpec
from migration_pipeline.reconciled.archived_input import ArchivedInput
from migration_pipeline.reconciled.source_readers import read_input
from migration_pipeline.runtime.errors import BadInputError

Archive = Callable[..., ArchivedInput]
LOG = """<?xml version="1.0"?><p:POSLog xmlns:p="urn:pos" day="5">
<p:Transaction no="1"><p:Line no="1"><Total>2.50</Total></p:Line><p:Line no="2"/><Header><No>T1</No></Header></p:Transaction>
<p:Transaction no="2"><!-- void --><p:Line no="3"><Total>1<b>.0</b></Total><Total>9</Total></p:Line></p:Transaction></p:POSLog>"""


def _spec(**fields: str) -> InputSpec:
    return InputSpec(format="xml", file="x", rows="/POSLog/Transaction/Line", fields=fields)


def test_paths_up_and_down_reach_values_even_where_the_header_follows_its_lines(archive: Archive) -> None:
    spec = _spec(no="@no", total="Total", ticket="../Header/No", transaction="../@no", day="../../@day")
    assert read_input(spec, [archive("a.xml", LOG)]).drop_columns("_ragged").to_pydict() == {
        "no": ["1", "2", "3"],
        "total": ["2.50", None, "1.0"],
        "ticket": ["T1", "T1", None],
        "transaction": ["1", "1", "2"],
        "day": ["5", "5", "5"],
    }


@pytest.mark.parametrize("path", ["Total[1]", "//Total", "count(Total)", "following::x"])
def test_xpath_beyond_the_subset_is_refused_not_guessed(archive: Archive, path: str) -> None:
    with pytest.raises(BadInputError, match="cannot follow"):
        read_input(_spec(total=path), [archive("a.xml", LOG)])


def test_an_entity_bomb_is_refused(archive: Archive) -> None:
    with pytest.raises(BadInputError):
        read_input(_spec(total="Total"), [archive("a.xml", '<!DOCTYPE a [<!ENTITY b "x">]><POSLog>&b;</POSLog>')])
