"""What Tryton says about itself, by `fields_get`: the fields that hold our tables, and the whole models they belong to.

Belongs here: answers to a `TargetDescription`. Does not belong here: comparing with a kept one (`contracts/target_description.py`).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from migration_pipeline.contracts.erp import ERP_TABLES, ErpTable
from migration_pipeline.contracts.target_description import (
    ColumnDescription,
    ReferenceDescription,
    TableDescription,
    TargetDescription,
)
from migration_pipeline.contracts.vocabularies import VOCABULARIES
from migration_pipeline.loaded.targets.tryton.rpc import Client

_ADDRESS = {"address": "party.address.street_unstructured", "street": "party.address.street_name", "city": "party.address.city"}
_ADDRESS |= {"province": "country.subdivision.name", "district": "country.subdivision.name", "division_code": "country.subdivision.code"}
_CONTACT = "party.contact_mechanism.value"
_HELD: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "company": {"company_code": "party.party.code", "name": "party.party.name", "currency": "currency.currency.code"},
        "store": {"store_code": "stock.location.code", "company_code": "party.party.code", "name": "stock.location.name"},
        "warehouse": {"store_code": "stock.location.code", "warehouse_code": "stock.location.code", "name": "stock.location.name"},
        "unit": {"unit_code": "product.uom.symbol"},
        "supplier": {"supplier_code": "party.party.code", "name": "party.party.name", "tax_id": "party.identifier.code"}
        | {"contact": _CONTACT, "phone": _CONTACT}
        | _ADDRESS,
        "supplier_balance": {"supplier_code": "account.move.line.party", "balance": "account.move.line.credit"},
        "item": {
            "item_code": "product.template.code",
            "name": "product.template.name",
            "category": "product.category.name",
            "brand": "product.category.name",
            "spec": "product.product.description",
            "unit_code": "product.uom.symbol",
            "weighed": "product.template.categories",
            "kind": "product.template.type",
            "status": "product.template.active",
            "tax_rate": "account.tax.rate",
            "supplier_code": "purchase.product_supplier.party",
        },
        "item_barcode": {"barcode": "product.identifier.code", "item_code": "product.identifier.product"},
        "item_price": dict.fromkeys(("sell_price", "cost_price", "member_price"), "product.price_list.line.formula")
        | {"item_code": "product.price_list.line.product"},
        "member": {"member_code": "party.party.code", "name": "party.party.name", "status": "party.party.active"}
        | dict.fromkeys(("phone", "email", "birthday", "opened_on"), _CONTACT)
        | dict.fromkeys(("tier", "gender"), "party.category.name")
        | _ADDRESS,
        "member_card": {"card_no": "party.identifier.code", "member_code": "party.identifier.party"},
        "member_balance": dict.fromkeys(("points", "stored_principal", "stored_bonus"), "account.move.line.credit")
        | {"member_code": "account.move.line.party"},
        "opening_stock": {
            "warehouse_code": "stock.move.to_location",
            "item_code": "stock.move.product",
            "quantity": "stock.move.quantity",
            "unit_cost": "stock.move.unit_price",
            "value": "account.move.line.debit",
        },
    }
)
"""Table -> column -> the field of Tryton that holds it; what is not named is text of an attachment."""
_TEXT = "ir.attachment.description"


def described(client: Client) -> TargetDescription:
    """Our tables as Tryton holds them, then each model that holds them, under its own name."""
    models = sorted({_split(field)[0] for held in _HELD.values() for field in held.values()} | {_split(_TEXT)[0]})
    answers = {model: client.call(f"model.{model}.fields_get") for model in models}
    own = {name: _table(table, answers) for name, table in ERP_TABLES.items()}
    return TargetDescription(target="tryton", tables=own | {model: _model(fields) for model, fields in answers.items()})


def _split(field: str) -> tuple[str, str]:
    model, _, name = field.rpartition(".")
    return model, name


def _table(table: ErpTable, answers: Mapping[str, Mapping[str, Any]]) -> TableDescription:
    columns = {}
    for column in table.columns:
        model, name = _split(_HELD.get(table.name, {}).get(column.name, _TEXT))
        said = _column(answers[model][name])
        values = VOCABULARIES[column.vocabulary] if column.vocabulary else ()
        columns[column.name] = said.model_copy(update={"required": not column.nullable, "values": values})
    references = tuple(ReferenceDescription(columns=reference.columns, table=reference.table) for reference in table.references)
    return TableDescription(columns=columns, key=table.key, references=references)


def _model(fields: Mapping[str, Any]) -> TableDescription:
    return TableDescription(columns={name: _column(fields[name]) for name in sorted(fields)})


def _column(said: Mapping[str, Any]) -> ColumnDescription:
    size = said.get("size")
    choices = said.get("selection")
    listed = isinstance(choices, list) and all(isinstance(choice, list) for choice in choices)
    values = tuple(sorted(str(choice[0]) for choice in choices if choice[0])) if listed and choices else ()
    return ColumnDescription(
        type=str(said["type"]), required=said.get("required") is True, length=size if isinstance(size, int) else None, values=values
    )
