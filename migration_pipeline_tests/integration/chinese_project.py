"""The small project as a store with Chinese headers exports it, and a project file that says nothing about columns yet.

Belongs here: writing it. Does not belong here: what the rows are (`small_project.py`), assertions.
"""

from pathlib import Path

from migration_pipeline_tests.integration.small_project import SmallProject, write_project

HEADERS = {
    "suppliers": "供应商编码,供应商名称,应付余额",
    "products": "货号,条码,品名,零售价,供应商编码",
    "members": "会员卡号,姓名,手机号,积分,储值余额",
    "stock": "货号,库存数量,成本价",
    "tickets": "小票号,销售时间,会员卡号,实收金额",
    "lines": "小票号,行号,东西,数量,单价,金额",
    "payments": "小票号,付款序号,支付方式,金额",
}
"""`东西` is in no dictionary: only its values say that it names products."""


def write_chinese_project(folder: Path) -> SmallProject:
    """Store A of the small project; its sources have inputs and no datasets."""
    project = write_project(folder)
    path = folder / "migration.yaml"
    head, _, rest = path.read_text(encoding="utf-8").partition("    datasets:\n")
    path.write_text(head + rest[rest.index("stores:") :], encoding="utf-8")
    for name, header in HEADERS.items():
        export = project.file("A", name)
        _, _, rows = export.read_text(encoding="utf-8").partition("\n")
        export.write_text(f"{header}\n{rows}", encoding="utf-8")
    return project
