"""jshERP 3: .xls workbooks for the imports of 商品, 供应商 and 会员.

Belongs here: columns, limits and what has no place. Sources, read in the public repository https://github.com/jishenghua/jshERP:
- 商品: `jshERP-boot/src/main/java/com/jsh/erp/service/MaterialService.java`: the ending behind the first dot must be `xls` (jxl reads
  nothing newer), a banner, the headings, at most 1,000 rows; cells are read by position, warehouses by their heading from column 28 on;
  name and spec up to 100 characters, barcodes 4 to 40; an article is the same if name, spec, model, colour, unit and barcode are, so
  the ERP code is its model (型号); a category that is not there is left out without a word
- 供应商, 会员: `SupplierService.java`: by position; the same if the name is, so the code is a part of the name
"""

from types import MappingProxyType

from migration_pipeline.loaded.templates.model import Cell, Join, Pivot, Rows, Template, Tool, cell
from migration_pipeline.project.models import Text

UNITS = MappingProxyType(
    {
        "PCS": "个", "KG": "千克", "G": "克", "BOX": "盒", "CASE": "箱", "BOTTLE": "瓶", "BAG": "袋", "CAN": "罐",
        "PACK": "包", "SET": "套", "L": "升", "ML": "毫升",
    }
)  # fmt: skip
_BANNER = (("*导入时本行内容请勿删除，切记！",),)
_LIMIT = 1_000
_ON = MappingProxyType({"active": "1", "inactive": "0", "lost": "1"})


def _blank(*heads: str) -> tuple[Cell, ...]:
    """Columns that must be there, for cells are read by position."""
    return tuple(cell(head) for head in heads)


_MATERIAL = Template(
    "material",
    "商品",
    Rows("item"),
    (
        (
            cell("名称*", "{name}", required=True, longest=100),
            cell("规格", "{spec}", longest=100),
            cell("型号", "{item_code}", required=True, longest=100),
            *_blank("颜色"),
            cell("品牌", "{brand}", longest=100),
            cell("类别", "{category}"),
            *_blank("基础重量(kg)", "保质期(天)"),
            cell("基本单位*", "{unit_code}", words=UNITS, required=True),
            *_blank("副单位"),
            cell("基本条码*", "{item_barcode.barcode}", "{item_code}", required=True, shortest=4, longest=40),
            *_blank("副条码", "比例", "多属性"),
            cell("采购价", "{item_price.cost_price}"),
            cell("零售价", "{item_price.sell_price}"),
            *_blank("销售价", "最低售价"),
            cell("状态*", "{status}", words=_ON, required=True),
            *_blank("序列号", "批号", "仓位货架", "制造商", "扩展1", "扩展2", "扩展3", "备注"),
        ),
    ),
    joins=(
        Join(Rows("item_barcode", by=("item_code",), first=("barcode",)), ("item_code",)),
        Join(Rows("item_price", by=("item_code",), agreed=("sell_price", "cost_price")), ("item_code",)),
    ),
    pivot=Pivot(Rows("opening_stock"), ("item_code",), "{store_code}-{warehouse_code}", "{quantity}"),
    limit=_LIMIT,
    above=_BANNER,
    forms=("xls",),
)
_VENDOR = Template(
    "vendor",
    "供应商",
    Rows("supplier"),
    (
        (
            cell("名称*", "{name} {supplier_code}", required=True),
            cell("联系人", "{contact}"),
            cell("手机号码", "{phone}"),
            *_blank("联系电话", "电子邮箱", "传真"),
            cell("期初应付", "{supplier_balance.balance}"),
            cell("纳税人识别号", "{tax_id}"),
            *_blank("税率(%)", "开户行", "账号"),
            cell("地址", "{address}"),
            *_blank("备注", "排序"),
            cell("状态*", "1"),
        ),
    ),
    joins=(Join(Rows("supplier_balance", by=("supplier_code",), sums=("balance",)), ("supplier_code",)),),
    limit=_LIMIT,
    above=_BANNER,
    forms=("xls",),
)
_MEMBER = Template(
    "member",
    "会员",
    Rows("member"),
    (
        (
            cell("会员卡号*", "{member_code}", required=True),
            cell("联系人", "{name}"),
            cell("手机号码", "{phone}"),
            *_blank("联系电话"),
            cell("电子邮箱", "{email}"),
            cell("备注", "{tier}"),
            *_blank("排序"),
            cell("状态*", "{status}", words=_ON, required=True),
        ),
    ),
    limit=_LIMIT,
    above=_BANNER,
    forms=("xls",),
)
_HISTORY = Text(en="past sales are no master data: jshERP imports no bills", zh="历史销售不是主数据：jshERP 不导入单据")
_ONE_PRICE = Text(en="an article has one price, and the stores differ", zh="商品只有一个价格，而各门店不同")
_BALANCE = Text(
    en="points and stored value cannot be imported: enter 收预付款 by hand or by its API", zh="积分与储值不可导入：请用收预付款单或接口录入"
)
_WRITTEN_OUT = Text(en="a part of the address, which is imported as one text", zh="地址的组成部分，地址以一段文字导入")
_DIVISIONS = ("province", "city", "district", "street", "division_code")

JSHERP = Tool(
    name="jsherp",
    title="jshERP 导入",
    version="3",
    templates=(_VENDOR, _MATERIAL, _MEMBER),
    no_place={
        "item_barcode": Text(en="an article has one barcode: the first one", zh="商品只有一个基本条码：首个条码"),
        "item_price": _ONE_PRICE,
        "item_price.member_price": Text(en="an article has no member price", zh="商品没有会员价"),
        "item_price.store_code": _ONE_PRICE,
        "item_pack": Text(en="needs the pair of units set up first (多单位); enter packs by hand", zh="需先建立多单位，包装请手工录入"),
        "item.tax_rate": Text(
            en="jshERP has rates on suppliers and bills, not on articles", zh="jshERP 的税率在供应商与单据上，不在商品上"
        ),
        "item.supplier_code": Text(en="an article has no main supplier", zh="商品没有主供应商"),
        "supplier_balance.store_code": Text(
            en="a supplier has one opening balance; those of all stores are added", zh="供应商只有一个期初应付，各门店合计"
        ),
        "opening_stock.unit_cost": Text(en="jshERP values stock at the purchase price", zh="jshERP 按采购价计价"),
        "opening_stock.value": Text(en="jshERP computes it: quantity × purchase price", zh="由 jshERP 计算：数量 × 采购价"),
        "member_balance": _BALANCE,
        "member_card": Text(en="a member has one card number: the ERP code", zh="会员只有一个卡号：ERP 编码"),
        "member.address": Text(en="a member has no address", zh="会员没有地址"),
        "ticket": _HISTORY,
        "ticket_line": _HISTORY,
        "payment": _HISTORY,
        **{f"{table}.{column}": _WRITTEN_OUT for table in ("supplier", "member") for column in _DIVISIONS},
    },
    steps=(
        Text(
            en="First set up the warehouses, named like the last columns of the workbook (store-warehouse), and the categories: "
            "jshERP leaves out what it does not know without a word.",
            zh="先建立仓库（名称与工作簿末尾各列一致：门店-仓库）与商品类别：jshERP 会静默忽略不认识的名称。",
        ),
        Text(
            en="Do not rename the files: the import takes all behind the first dot for the ending.",
            zh="请勿更改文件名：导入以首个点之后为扩展名。",
        ),
        Text(
            en="Import vendor, material, member. The same workbook imported again changes nothing.",
            zh="依次导入供应商、商品、会员。重复导入不会产生变化。",
        ),
    ),
)
