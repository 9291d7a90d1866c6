"""A Chinese store system that exports CSV with Chinese headers in GB18030, ids after a TAB or an apostrophe here and there.

Belongs here: its files, headers and words. Does not belong here: how a CSV is written (`delimited.py`).
"""

from pathlib import Path

from migration_pipeline.simulation.model import Row, StoreData
from migration_pipeline.simulation.truth import Ledger
from migration_pipeline.simulation.writers.delimited import Dialect, Layout, write_csv

WORDS = {
    "unit": {"PCS": "个", "KG": "公斤", "BOTTLE": "瓶", "BAG": "袋", "BOX": "盒", "CAN": "听", "PACK": "包", "SET": "套"},
    "method": {
        "cash": "现金", "wechat": "微信", "alipay": "支付宝", "unionpay": "银联", "stored_value": "储值", "points": "积分", "voucher": "券",
    },
    "gender": {"male": "男", "female": "女"},
    "kind": {"sale": "销售", "return": "退货"},
    "status": {"active": "正常", "inactive": "停用", "lost": "挂失", "normal": "正常", "hung": "挂单", "training": "练习"},
    "weighed": {"1": "是", "0": "否"},
}  # fmt: skip
_IDS = {"product_code", "barcode", "phone", "member_code", "tax_id"}
_MOMENTS = {"updated_at", "sold_at", "birthday", "opened_on"}

LAYOUTS = (
    Layout("suppliers", "suppliers", "供应商.csv", (
        ("供应商编码", "supplier_code"), ("供应商名称", "name"), ("联系人", "contact"), ("电话", "phone"), ("地址", "address"),
        ("税号", "tax_id"),
        ("应付余额", "balance"), ("账期", ""), ("修改时间", "updated_at"),
    )),
    Layout("products", "products", "商品.csv", (
        ("商品编码", "product_code"), ("条码", "barcode"), ("品名", "name"), ("规格", "spec"), ("单位", "unit"), ("品牌", "brand"),
        ("类别", "category"), ("进价", "cost_price"), ("零售价", "sell_price"), ("会员价", "member_price"), ("税率", "tax_rate"),
        ("供应商编码", "supplier_code"), ("称重", "weighed"), ("状态", "status"), ("产地", ""), ("修改时间", "updated_at"),
    )),
    Layout("members", "members", "会员.csv", (
        ("卡号", "member_code"), ("姓名", "name"), ("手机", "phone"), ("性别", "gender"), ("生日", "birthday"), ("地址", "address"),
        ("等级", "tier"), ("积分", "points"), ("储值本金", "stored_principal"), ("储值赠送", "stored_bonus"), ("开卡日期", "opened_on"),
        ("状态", "status"), ("修改时间", "updated_at"),
    )),
    Layout("inventory", "stock", "库存.csv", (
        ("仓库", "warehouse"), ("商品编码", "product_code"), ("库存数量", "quantity"), ("成本价", "unit_cost"), ("备注", ""),
    )),
    Layout("sales", "tickets", "小票.csv", (
        ("小票号", "ticket_no"), ("销售时间", "sold_at"), ("收银机", "terminal"), ("收银员", "cashier"), ("会员卡号", "member_code"),
        ("类型", "kind"), ("原单号", "original_ticket_no"), ("应收金额", "total"), ("抹零", "rounding"), ("作废", "x_void"),
        ("状态", "status"),
    )),
    Layout("sales", "lines", "小票明细.csv", (
        ("小票号", "ticket_no"), ("序号", "line_no"), ("商品编码", "product_code"), ("数量", "quantity"), ("单价", "unit_price"),
        ("优惠金额", "discount"), ("小计", "amount"),
    )),
    Layout("sales", "payments", "付款.csv", (
        ("小票号", "ticket_no"), ("序号", "payment_no"), ("支付方式", "method"), ("金额", "amount"),
    )),
)  # fmt: skip


def write(data: StoreData, folder: Path, ledger: Ledger) -> None:
    """Write the seven CSV files of one store and record every row."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = {
        "suppliers": data.suppliers, "products": data.products, "members": data.members, "stock": data.stock,
        "tickets": [_header(row) for row in data.headers()], "lines": data.lines(), "payments": data.payments(),
    }  # fmt: skip
    dialect = Dialect("gb18030", WORDS, _dress)
    for layout in LAYOUTS:
        write_csv(folder, layout, dialect, rows[layout.table], data.plan.id, ledger)


def _header(row: Row) -> Row:
    """Voided is a flag of its own here; the status column still says that the ticket is a normal one."""
    void = row.fields["status"] == "void"
    return row.but(row.reason, x_void="1" if void else "0", status="normal" if void else row.fields["status"])


def _dress(field: str, text: str, line: int) -> str:
    if field in _MOMENTS:
        return text.replace("-", "/")
    if field in _IDS and text:
        return f"\t{text}" if line % 7 == 0 else f"'{text}" if line % 11 == 0 else text
    return text
