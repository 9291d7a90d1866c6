"""Odoo 18: CSV files with external ids, so that a second import updates what the first one made.

Belongs here: columns, limits and what has no place. Sources of fields and rules, read in the public repository
https://github.com/odoo/odoo (branch 18.0):
- external ids: `id`, `field/id`; module `__import__`; no blanks: `odoo/addons/base/models/ir_model.py` (`_name_nospaces`)
- `addons/product/models/{product_product,product_pricelist,product_packaging,product_supplierinfo}.py`,
  `addons/point_of_sale/models/product.py` (available_in_pos, to_weight), `addons/uom/models/uom_uom.py`
- stock is counted, never written: `inventory_quantity`, then Apply: `addons/stock/models/stock_quant.py`
- a loyalty card of a program with a message on creation sends it, unless the context says `loyalty_no_mail`:
  `addons/loyalty/models/loyalty_card.py`
The import dialog takes 2,000 lines at a time and goes through longer files by itself; 10,000 a file keep it answering.
Variants (product.product) are imported, not templates: stock, packagings and price rules point at them.
"""

from types import MappingProxyType

from migration_pipeline.loaded.templates.model import Cell, Form, Join, Rows, Template, Tool, cell
from migration_pipeline.project.models import Text

_OWN = MappingProxyType(
    {"PCS": "uom.product_uom_unit", "KG": "uom.product_uom_kgm", "G": "uom.product_uom_gram", "L": "uom.product_uom_litre"}
)
UNITS = MappingProxyType(
    {
        **_OWN,
        **{unit: f"__import__.s2e_unit_{unit.lower()}" for unit in ("BOX", "CASE", "BOTTLE", "BAG", "CAN", "PACK", "SET", "ML")},
    }
)
"""External ids of units: Odoo's own where it has them."""
_LIMIT = 10_000
_FORMS: tuple[Form, ...] = ("csv", "xlsx")
_ITEM = "__import__.s2e_item_{item_code:id}"
_LOCATION = "__import__.s2e_location_{store_code:id}_{warehouse_code:id}"
_PROGRAMS = ("points", "stored_principal", "stored_bonus")
_CODES = {"points": "P", "stored_principal": "W", "stored_bonus": "B"}


def _template(name: str, rows: Rows, *cells: Cell, joins: tuple[Join, ...] = ()) -> Template:
    """A file of one model, which is its name up to a blank."""
    return Template(
        name.replace(" ", "-").replace(".", "_"), name.partition(" ")[0], rows, (cells,), joins=joins, limit=_LIMIT, forms=_FORMS
    )


def _rule(kind: str, column: str, tail: str) -> Template:
    return _template(
        f"product.pricelist.item {kind}",
        Rows("item_price", only=column),
        cell("id", f"__import__.s2e_price_{kind}_{{store_code:id}}_{{item_code:id}}"),
        cell("pricelist_id/id", f"__import__.s2e_pricelist_{{store_code:id}}{tail}"),
        cell("applied_on", "0_product_variant"),
        cell("product_id/id", _ITEM),
        cell("compute_price", "fixed"),
        cell("fixed_price", f"{{{column}}}", required=True),
    )


def _cards(column: str) -> Template:
    return _template(
        f"loyalty.card {column}",
        Rows("member_balance", by=("member_code",), sums=(column,), only=column),
        cell("id", f"__import__.s2e_{column}_{{member_code:id}}"),
        cell("program_id/id", f"__import__.s2e_program_{column}"),
        cell("partner_id/id", "__import__.s2e_member_{member_code:id}"),
        cell("code", f"{_CODES[column]}-{{member_code}}"),
        cell("points", f"{{{column}}}"),
    )


_SETUP = (
    Template(
        "uom_uom",
        "uom.uom",
        Rows("company"),
        (
            *(
                (
                    cell("id", UNITS[unit]),
                    cell("name", unit.capitalize()),
                    cell("category_id/id", "uom.product_uom_categ_unit"),
                    cell("uom_type", "smaller"),
                    cell("factor", "1"),
                )
                for unit in UNITS
                if unit not in {*_OWN, "ML"}
            ),
            (
                cell("id", UNITS["ML"]),
                cell("name", "mL"),
                cell("category_id/id", "uom.product_uom_categ_vol"),
                cell("uom_type", "smaller"),
                cell("factor", "1000"),
            ),
        ),
        forms=_FORMS,
    ),
    _template(
        "product.category",
        Rows("item", by=("category",), only="category"),
        cell("id", "__import__.s2e_category_{category:id}"),
        cell("name", "{category}"),
    ),
    Template(
        "product_pricelist",
        "product.pricelist",
        Rows("store"),
        tuple(
            (
                cell("id", f"__import__.s2e_pricelist_{{store_code:id}}{tail}"),
                cell("name", f"{{store_code}} {{name}}{label}"),
                cell("currency_id", "{_currency}"),
            )
            for tail, label in (("", ""), ("_member", " 会员 member"))
        ),
        limit=_LIMIT,
        forms=_FORMS,
    ),
    _template(
        "stock.location",
        Rows("warehouse"),
        cell("id", _LOCATION),
        cell("name", "{store_code}-{warehouse_code}"),
        cell("usage", "internal"),
        cell("location_id/id", "stock.stock_location_stock"),
    ),
)
_PARTNERS = (
    _template(
        "res.partner supplier",
        Rows("supplier"),
        cell("id", "__import__.s2e_supplier_{supplier_code:id}"),
        cell("ref", "{supplier_code}"),
        cell("name", "{name}", required=True),
        cell("is_company", "1"),
        cell("supplier_rank", "1"),
        cell("phone", "{phone}"),
        cell("street", "{address}"),
        cell("vat", "{tax_id}"),
    ),
    _template(
        "res.partner contact",
        Rows("supplier", only="contact"),
        cell("id", "__import__.s2e_contact_{supplier_code:id}"),
        cell("parent_id/id", "__import__.s2e_supplier_{supplier_code:id}"),
        cell("name", "{contact}"),
        cell("type", "contact"),
    ),
    _template(
        "res.partner member",
        Rows("member"),
        cell("id", "__import__.s2e_member_{member_code:id}"),
        cell("ref", "{member_code}"),
        cell("name", "{name}", "{member_code}"),
        cell("is_company", "0"),
        cell("customer_rank", "1"),
        cell("mobile", "{phone}"),
        cell("email", "{email}"),
        cell("street", "{address}"),
        cell("barcode", "{member_card.card_no}"),
        cell("active", "{status}", words={"active": "1", "inactive": "0", "lost": "1"}),
        joins=(Join(Rows("member_card", by=("member_code",), first=("card_no",)), ("member_code",)),),
    ),
)
_PRODUCTS = (
    _template(
        "product.product",
        Rows("item"),
        cell("id", _ITEM),
        cell("default_code", "{item_code}"),
        cell("name", "{name}", required=True),
        cell("barcode", "{item_barcode.barcode}"),
        cell("categ_id/id", "__import__.s2e_category_{category:id}", "product.product_category_all"),
        cell("type", "{kind}", words={"goods": "consu", "service": "service", "voucher": "service"}),
        cell("is_storable", "{kind}", words={"goods": "1", "service": "0", "voucher": "0"}),
        cell("uom_id/id", "{unit_code}", words=UNITS, required=True),
        cell("uom_po_id/id", "{unit_code}", words=UNITS, required=True),
        cell("list_price", "{item_price.sell_price}"),
        cell("standard_price", "{item_price.cost_price}"),
        cell("available_in_pos", "1"),
        cell("to_weight", "{weighed}"),
        cell("active", "{status}", words={"active": "1", "inactive": "0"}),
        cell("description_sale", "{spec}"),
        joins=(
            Join(Rows("item_barcode", by=("item_code",), first=("barcode",)), ("item_code",)),
            Join(Rows("item_price", by=("item_code",), agreed=("sell_price", "cost_price")), ("item_code",)),
        ),
    ),
    _template(
        "product.packaging",
        Rows("item_pack", by=("item_code", "unit_code"), agreed=("ratio", "barcode")),
        cell("id", "__import__.s2e_pack_{item_code:id}_{unit_code:id}"),
        cell("name", "{unit_code}"),
        cell("product_id/id", _ITEM),
        cell("qty", "{ratio}", required=True, positive=True),
        cell("barcode", "{barcode}"),
    ),
    _template(
        "product.supplierinfo",
        Rows("item", only="supplier_code"),
        cell("id", "__import__.s2e_supply_{item_code:id}_{supplier_code:id}"),
        cell("partner_id/id", "__import__.s2e_supplier_{supplier_code:id}"),
        cell("product_id/id", _ITEM),
    ),
    _rule("sell", "sell_price", ""),
    _rule("member", "member_price", "_member"),
)
_BALANCES = (
    _template(
        "stock.quant",
        Rows("opening_stock"),
        cell("id", "__import__.s2e_quant_{store_code:id}_{warehouse_code:id}_{item_code:id}"),
        cell("product_id/id", _ITEM),
        cell("location_id/id", _LOCATION),
        cell("inventory_quantity", "{quantity}", required=True),
    ),
    Template(
        "loyalty_program",
        "loyalty.program",
        Rows("company"),
        tuple(
            (
                cell("id", f"__import__.s2e_program_{column}"),
                cell("name", name),
                cell("program_type", "loyalty" if column == "points" else "ewallet"),
            )
            for column, name in zip(_PROGRAMS, ("积分 points", "储值本金 stored value", "储值赠送 stored bonus"), strict=True)
        ),
        forms=_FORMS,
    ),
    *map(_cards, _PROGRAMS),
)
_HISTORY = Text(
    en="past sales are no master data: importing them as orders would move stock and accounts a second time",
    zh="历史销售不是主数据：按订单导入会再次变动库存与账务",
)
_ONE_CARD = Text(en="a card belongs to the company; the balances of all stores are added", zh="卡属于公司，各门店余额合计")
_WRITTEN_OUT = Text(en="a part of the address, which is imported as one text", zh="地址的组成部分，地址以一段文字导入")
_DIVISIONS = ("province", "city", "district", "street", "division_code")

ODOO = Tool(
    name="odoo",
    title="Odoo import",
    version="18",
    templates=(*_SETUP, *_PARTNERS, *_PRODUCTS, *_BALANCES),
    no_place={
        "supplier_balance": Text(
            en="an opening entry needs the accounts of your chart: the accountant enters these totals",
            zh="期初凭证需要本公司科目，请会计按合计录入",
        ),
        "member_balance.store_code": _ONE_CARD,
        "member_card": Text(en="a partner has one barcode: the first card", zh="每个伙伴只有一个条码：首张会员卡"),
        "item_barcode": Text(en="a product has one barcode: the first one", zh="每个产品只有一个条码：首个条码"),
        "item_price.cost_price": Text(en="a product has one cost, and the stores differ", zh="产品只有一个成本价，而各门店不同"),
        "item_pack.sell_price": Text(en="a packaging has no price of its own", zh="包装没有单独价格"),
        "item_pack.ratio": Text(en="the same unit holds different numbers in different stores", zh="同一包装单位在不同门店的换算比例不同"),
        "item.tax_rate": Text(en="choose taxes of your chart of accounts", zh="请选用本公司科目表的税"),
        "opening_stock.unit_cost": Text(en="Odoo values stock at the product's cost", zh="Odoo 按产品成本计价"),
        "opening_stock.value": Text(en="Odoo computes it: quantity × the product's cost", zh="由 Odoo 计算：数量 × 产品成本"),
        "ticket": _HISTORY,
        "ticket_line": _HISTORY,
        "payment": _HISTORY,
        **{f"{table}.{column}": _WRITTEN_OUT for table in ("supplier", "member") for column in _DIVISIONS},
    },
    steps=(
        Text(
            en="Settings: decimal accuracy of Product Unit of Measure 3 and of Product Price 4, else Odoo rounds quantities and prices; "
            "activate the currency; switch on pricelists, packagings, storage locations.",
            zh="设置：“计量单位”小数位改为 3，“产品价格”改为 4，否则会被四舍五入；启用币种、价目表、包装与库位。",
        ),
        Text(
            en="Import in the order of the files, each into the model it names. All columns are matched by themselves.",
            zh="按文件顺序导入到所示模型，各列自动匹配。",
        ),
        Text(
            en="stock.quant: from Inventory, Physical Inventory; then Apply All.",
            zh="stock.quant：在“库存 - 实物盘点”中导入，然后“全部应用”。",
        ),
        Text(
            en="After loyalty_program and before the cards, empty the programs' communication, or import with the context "
            "loyalty_no_mail: a card must send nobody a message.",
            zh="导入 loyalty_program 之后、导入卡之前，清空项目的“沟通”，或以上下文 loyalty_no_mail 导入：不得向任何人发送消息。",
        ),
        Text(en="The same export imported again changes nothing.", zh="重复导入同一导出不会产生变化。"),
    ),
)
