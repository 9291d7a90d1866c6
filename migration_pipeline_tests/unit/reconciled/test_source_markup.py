"""The second readers of .ods and of HTML tables agree with the first ones."""

import io
import zipfile
from collections.abc import Callable

import pytest

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.read import read
from migration_pipeline.reconciled.archived_input import ArchivedInput
from migration_pipeline.reconciled.source_readers import read_input
from migration_pipeline.runtime.errors import BadInputError

Archive = Callable[..., ArchivedInput]
_SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text", "style", "number")
)


def _ods(rows: str) -> bytes:
    buffer = io.BytesIO()
    body = f'<table:table table:name="其他"/><table:table table:name="库存">{rows}</table:table>'
    with zipfile.ZipFile(buffer, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr(
            "content.xml",
            f"<office:document-content {_SPACES}><office:body><office:spreadsheet>{body}</office:spreadsheet></office:body>"
            "</office:document-content>",
        )
        manifest = 'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
        book.writestr("META-INF/manifest.xml", f"<manifest:manifest {manifest}/>")
    return buffer.getvalue()


def _text(text: str, more: str = "") -> str:
    return f'<table:table-cell office:value-type="string"{more}><text:p>{text}</text:p></table:table-cell>'


def _number(value: str, more: str = "") -> str:
    return f'<table:table-cell office:value-type="float" office:value="{value}"{more}><text:p>?</text:p></table:table-cell>'


def _row(*cells: str, more: str = "") -> str:
    return f"<table:table-row{more}>{''.join(cells)}</table:table-row>"


ODS = _ods(
    _row(_text("货号"), _text("数量"), _text("备注"), _text("价"))
    + _row(_text("007"), _number("12.5"), "<table:table-cell/>", _number("6901028075831"))
    + _row(_text("x"), _number("2", ' table:number-columns-repeated="2"'), more=' table:number-rows-repeated="2"')
    + _row('<table:table-cell table:number-columns-repeated="1000"/>', more=' table:number-rows-repeated="1048000"')
)
HTML = """<html><head><meta charset="gb2312"></head><body><table>
<tr><th>货号</th><th colspan=2>价 格</th></tr>
<tr><td>007</td><td>12.50</td><td>&lt;b&gt;&nbsp;</td></tr>
<tr><td rowspan="2">x<br>y</td><td>1</td><td></td></tr>
<tr><td>2</td><td>3</td></tr></table></body></html>"""


def _same(spec: InputSpec, file: ArchivedInput) -> dict[str, list[str | None]]:
    frame = read(file.stored, spec).frame
    first = {name: [value if isinstance(value, str) else None for value in frame[name]] for name in frame if name != "_row"}
    second = read_input(spec, [file]).drop_columns("_ragged").to_pydict()
    assert second == first
    return second


def test_ods_cells_are_the_same_also_repeated_ones(archive: Archive) -> None:
    found = _same(InputSpec(format="ods", file="x.ods", sheet="库存"), archive("x.ods", ODS))
    assert found == {
        "货号": ["007", "x", "x"],
        "数量": ["12.5", "2", "2"],
        "备注": [None, "2", "2"],
        "价": ["6901028075831", None, None],
    }


def test_a_sheet_that_is_not_there_is_named(archive: Archive) -> None:
    with pytest.raises(BadInputError, match="no sheet 'x'"):
        read_input(InputSpec(format="ods", file="x.ods", sheet="x"), [archive("x.ods", ODS)])


@pytest.mark.parametrize("codec", ["gb18030", "utf-16"])
def test_html_tables_under_the_name_of_a_workbook_are_the_same(archive: Archive, codec: str) -> None:
    found = _same(InputSpec(format="xls", file="x.xls"), archive("x.xls", HTML, codec))
    assert found == {"货号": ["007", "x\ny", None], "价 格": ["12.50", "1", "2"], "column_3": ["<b>", None, "3"]}


def test_a_page_without_a_table_is_an_error(archive: Archive) -> None:
    with pytest.raises(BadInputError, match="no table"):
        read_input(InputSpec(format="xls", file="x.xls"), [archive("x.xls", "<html>sorry</html>")])
