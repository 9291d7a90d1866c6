"""ERPNext 15: files for Data Import, and for the table upload of Stock Reconciliation.

Belongs here: columns, limits and what has no place. Sources of labels and rules, read in the public repositories:
- how headings are matched (`Label`, `Label (Table Label)`), child rows below their parent with blank parent columns:
  https://github.com/frappe/frappe/blob/develop/frappe/core/doctype/data_import/importer.py
- CSV is read as UTF-8 without regard to a byte order mark: https://github.com/frappe/frappe/blob/develop/frappe/utils/csvutils.py
- up to 5,000 documents a file in the browser: https://docs.frappe.io/framework/user/en/guides/data/import-large-csv-file
- labels: `erpnext/stock/doctype/{item,item_barcode,item_price,uom_conversion_detail,stock_reconciliation_item}/*.json`,
  `erpnext/{selling/doctype/customer,buying/doctype/supplier,accounts/doctype/journal_entry,journal_entry_account}/*.json` of
  https://github.com/frappe/erpnext
- Stock Reconciliation has no `allow_import`, but its table has `allow_bulk_edit`: seven lines above the rows, CSV only, as
  https://github.com/frappe/frappe/blob/develop/frappe/public/js/frappe/form/grid.js reads and writes them
- Loyalty Point Entry has `allow_import: 0` and nobody may create one by hand
ERPNext names customers and suppliers after their names. Two of one name must stay two, so the code is a part of the name.
"""

from types import MappingProxyType

from migration_pipeline.loaded.templates.model import Cell, Children, Join, Rows, Template, Tool, cell
from migration_pipeline.project.models import Text

NAME = 140
"""Characters of a name and of every other `Data` field."""
UNITS = MappingProxyType(
    {
        "PCS": "Nos", "KG": "Kg", "G": "Gram", "BOX": "Box", "CASE": "Case", "BOTTLE": "Bottle", "BAG": "Bag", "CAN": "Can",
        "PACK": "Pack", "SET": "Set", "L": "Litre", "ML": "Millilitre",
    }
)  # fmt: skip
"""ERPNext's own names of units where it has them."""
_CUSTOMER = ("{name} {member_code}", "{member_code}")
_WAREHOUSE = "{store_code}-{warehouse_code}"
_UNIT_OF_ITEM = (Join(Rows("item"), ("item_code",)),)


def _price(name: str, price_list: str, column: str) -> Template:
    cells = (
        cell("Item Code", "{item_code}", required=True),
        cell("UOM", "{item.unit_code}", words=UNITS),
        cell("Price List", price_list, required=True),
        cell("Rate", f"{{{column}}}", required=True, positive=True),
    )
    return Template(name, "Item Price", Rows("item_price", only=column), (cells,), joins=_UNIT_OF_ITEM)


def _entry(name: str, rows: Rows, remark: str, amount: str, party: tuple[Cell, ...], joins: tuple[Join, ...]) -> Template:
    """One opening entry per balance: what the party has in its favour is credited, against Temporary Opening."""
    own = (
        cell("Entry Type", "Opening Entry"),
        cell("Company", "{_company}", required=True),
        cell("Posting Date", "{_date}", required=True),
        cell("Is Opening", "Yes"),
        cell("User Remark", remark),
        *party,
        cell("Debit (Accounting Entries)", f"{{{amount}:-}}"),
        cell("Credit (Accounting Entries)", f"{{{amount}:+}}"),
    )
    against = (
        cell("Account (Accounting Entries)", "Temporary Opening - {_abbr}"),
        cell("Debit (Accounting Entries)", f"{{{amount}:+}}"),
        cell("Credit (Accounting Entries)", f"{{{amount}:-}}"),
    )
    return Template(name, "Journal Entry", rows, (own, against), joins=joins)


def _party(account: str, kind: str, *name: str) -> tuple[Cell, ...]:
    return (
        cell("Account (Accounting Entries)", account),
        cell("Party Type (Accounting Entries)", kind),
        cell("Party (Accounting Entries)", *name, required=True),
    )


_SUPPLIER_NAME = Join(Rows("supplier"), ("supplier_code",))
_MEMBER_NAME = Join(Rows("member"), ("member_code",))
_MEMBER = (
    *_party("Debtors - {_abbr}", "Customer", "{member.name} {member_code}", "{member_code}"),
    cell("Is Advance (Accounting Entries)", "Yes"),
)
_PARTIES = (
    Template(
        "supplier",
        "Supplier",
        Rows("supplier"),
        (
            (
                cell("Supplier Name", "{name} {supplier_code}", required=True, longest=NAME),
                cell("Supplier Type", "Company"),
                cell("Tax ID", "{tax_id}", longest=NAME),
                cell("Mobile No", "{phone}", longest=NAME),
                cell("Supplier Details", "{contact} / {address}", "{contact}", "{address}"),
            ),
        ),
    ),
    Template(
        "customer",
        "Customer",
        Rows("member"),
        (
            (
                cell("Customer Name", *_CUSTOMER, required=True, longest=NAME),
                cell("Customer Type", "Individual"),
                cell("Customer Group", "Individual"),
                cell("Territory", "All Territories"),
                cell("Gender", "{gender}", words={"female": "Female", "male": "Male", "unknown": ""}),
                cell("Mobile No", "{phone}", longest=NAME),
                cell("Email Id", "{email}", longest=NAME),
                cell("Customer Details", "{tier} / {address}", "{tier}", "{address}"),
                cell("Disabled", "{status}", words={"active": "0", "inactive": "1", "lost": "0"}),
            ),
        ),
    ),
)
_ITEM = Template(
    "item",
    "Item",
    Rows("item"),
    (
        (
            cell("Item Code", "{item_code}", required=True, longest=NAME),
            cell("Item Name", "{name}", required=True, longest=NAME),
            cell("Item Group", "{category}", "All Item Groups", longest=NAME),
            cell("Default Unit of Measure", "{unit_code}", words=UNITS, required=True),
            cell("Maintain Stock", "{kind}", words={"goods": "1", "service": "0", "voucher": "0"}),
            cell("Disabled", "{status}", words={"active": "0", "inactive": "1"}),
            cell("Brand", "{brand}", longest=NAME),
            cell("Description", "{spec}"),
        ),
    ),
    children=(
        Children(Rows("item_barcode"), ("item_code",), (cell("Barcode (Barcodes)", "{barcode}"), cell("UOM (Barcodes)"))),
        Children(
            Rows("item_pack", by=("item_code", "unit_code", "barcode"), only="barcode"),
            ("item_code",),
            (cell("Barcode (Barcodes)", "{barcode}"), cell("UOM (Barcodes)", "{unit_code}", words=UNITS)),
        ),
        Children(
            Rows("item_pack", by=("item_code", "unit_code"), agreed=("ratio",)),
            ("item_code",),
            (
                cell("UOM (UOMs)", "{unit_code}", words=UNITS),
                cell("Conversion Factor (UOMs)", "{ratio}", required=True, positive=True),
            ),
        ),
        Children(
            Rows("item", only="supplier_code"),
            ("item_code",),
            (cell("Supplier (Supplier Items)", "{supplier.name} {supplier_code}", required=True),),
            joins=(_SUPPLIER_NAME,),
        ),
    ),
)
_SETUP = (
    Template("uom", "UOM", Rows("unit"), ((cell("UOM Name", "{unit_code}", words=UNITS),),)),
    Template(
        "item-group",
        "Item Group",
        Rows("item", by=("category",), only="category"),
        ((cell("Item Group Name", "{category}", longest=NAME), cell("Parent Item Group", "All Item Groups"), cell("Is Group", "0")),),
    ),
    Template("brand", "Brand", Rows("item", by=("brand",), only="brand"), ((cell("Brand Name", "{brand}", longest=NAME),),)),
    Template("warehouse", "Warehouse", Rows("warehouse"), ((cell("Warehouse Name", _WAREHOUSE), cell("Company", "{_company}")),)),
    Template(
        "price-list",
        "Price List",
        Rows("store"),
        tuple(
            (
                cell("Price List Name", name),
                cell("Currency", "{_currency}"),
                cell("Enabled", "1"),
                cell("Buying", buying),
                cell("Selling", selling),
            )
            for name, buying, selling in (
                ("{store_code}", "0", "1"),
                ("{store_code} member", "0", "1"),
                ("{store_code} buying", "1", "0"),
            )
        ),
    ),
)
_PRICES = (
    _price("item-price", "{store_code}", "sell_price"),
    _price("item-price-member", "{store_code} member", "member_price"),
    _price("item-price-buying", "{store_code} buying", "cost_price"),
    Template(
        "item-price-pack",
        "Item Price",
        Rows("item_pack", only="sell_price"),
        (
            (
                cell("Item Code", "{item_code}"),
                cell("UOM", "{unit_code}", words=UNITS),
                cell("Price List", "{store_code}"),
                cell("Rate", "{sell_price}", positive=True),
            ),
        ),
    ),
)
_STOCK = Template(
    "opening-stock",
    "Stock Reconciliation, table Items",
    Rows("opening_stock"),
    (
        (
            cell("Item Code", "{item_code}", required=True),
            cell("Warehouse", f"{_WAREHOUSE} - {{_abbr}}", required=True),
            cell("Quantity", "{quantity}", required=True, positive=True),
            cell("Valuation Rate", "{unit_cost}", required=True, positive=True),
            cell("Allow Zero Valuation Rate", "{unit_cost:0}"),
        ),
    ),
    per=("store_code", "warehouse_code"),
    limit=1_000,
    above=(("Bulk Edit Items",),),
    below=(
        ("item_code", "warehouse", "qty", "valuation_rate", "allow_zero_valuation_rate"),
        (" ", " ", " ", " ", " "),
        ("The CSV format is case sensitive",),
        ("Do not edit headers which are preset in the template",),
        ("------",),
    ),
    forms=("csv",),
)
_OPENINGS = (
    _entry(
        "opening-supplier",
        Rows("supplier_balance", only="balance"),
        "store2erp {store_code} supplier {supplier_code}",
        "balance",
        _party("Creditors - {_abbr}", "Supplier", "{supplier.name} {supplier_code}"),
        (_SUPPLIER_NAME,),
    ),
    *(
        _entry(
            f"opening-{column.replace('_', '-')}",
            Rows("member_balance", only=column),
            f"store2erp {{store_code}} {column} {{member_code}}",
            column,
            _MEMBER,
            (_MEMBER_NAME,),
        )
        for column in ("stored_principal", "stored_bonus")
    ),
)
_HISTORY = Text(
    en="past sales are no master data: importing them as invoices would post stock and accounts a second time",
    zh="历史销售不是主数据：按发票导入会再次过账库存与账务",
)
_RATES = Text(en="the same unit holds different numbers in different stores", zh="同一包装单位在不同门店的换算比例不同")
_WRITTEN_OUT = Text(en="a part of the address, which is imported as one text", zh="地址的组成部分，地址以一段文字导入")
_DIVISIONS = ("province", "city", "district", "street", "division_code")

ERPNEXT = Tool(
    name="erpnext",
    title="ERPNext Data Import",
    version="15",
    templates=(*_SETUP, *_PARTIES, _ITEM, *_PRICES, _STOCK, *_OPENINGS),
    no_place={
        "member_balance.points": Text(
            en="Loyalty Point Entry cannot be imported (allow_import 0) and holds whole points only: by API or server script",
            zh="Loyalty Point Entry 不可导入（allow_import 0）且仅支持整数积分：需用 API 或服务器脚本",
        ),
        "member.birthday": Text(en="a customer has no birthday", zh="客户没有生日字段"),
        "member_card": Text(en="a customer has one POS id, which cannot be imported", zh="客户只有一个不可导入的 POS 编号"),
        "item.tax_rate": Text(en="make Item Tax Templates of your chart of accounts", zh="请按本公司科目表建立商品税模板"),
        "item_pack.ratio": _RATES,
        "opening_stock.value": Text(en="ERPNext computes it: quantity × valuation rate", zh="由 ERPNext 计算：数量 × 计价单价"),
        "ticket": _HISTORY,
        "ticket_line": _HISTORY,
        "payment": _HISTORY,
        **{f"{table}.{column}": _WRITTEN_OUT for table in ("supplier", "member") for column in _DIVISIONS},
    },
    steps=(
        Text(
            en="The company's abbreviation in ERPNext must be the one of this export (--abbr): warehouses and accounts end with it.",
            zh="ERPNext 中公司的缩写须与导出时的 --abbr 一致：仓库与科目名称以它结尾。",
        ),
        Text(
            en="Selling Settings: Customer Naming By = Customer Name; Buying Settings: Supplier Naming By = Supplier Name.",
            zh="销售设置：客户命名方式 = 客户名称；采购设置：供应商命名方式 = 供应商名称。",
        ),
        Text(
            en="Import in the order of the files, Insert New Records, with Mute Emails on. "
            "Units that ERPNext has already fail as duplicates: that is fine.",
            zh="按文件顺序导入，选“新增记录”，并勾选“静默邮件”。ERPNext 已有的单位会提示重复，可忽略。",
        ),
        Text(
            en="ERPNext's unit Nos takes whole numbers only: where fractions were counted, uncheck Must be Whole Number first.",
            zh="ERPNext 的单位 Nos 只接受整数：若库存有小数，请先取消“必须为整数”。",
        ),
        Text(
            en="Opening stock: make one Stock Reconciliation per file (Purpose: Opening Stock, Difference Account: Temporary Opening) "
            "and upload the file in its table Items.",
            zh="期初库存：每个文件建一张库存盘点单（目的：期初库存，差异科目：Temporary Opening），在“物料”表格中上传。",
        ),
        Text(
            en="Opening entries use the accounts Creditors, Debtors and Temporary Opening; submit them after a look. "
            "A second import makes second entries: cancel the first ones before.",
            zh="期初凭证使用 Creditors、Debtors、Temporary Opening 科目，核对后提交。重复导入会产生重复凭证，须先取消旧凭证。",
        ),
    ),
)
