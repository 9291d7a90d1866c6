"""Setting up Tryton's books: the chart of accounts, our own accounts beside it, the fiscal year. Repeatable: what is there stays.

Belongs here: that. Does not belong here: entries (`balances.py`).
"""

from datetime import date

from migration_pipeline.loaded.targets.tryton.names import ACCOUNTS, OF_MEMBERS
from migration_pipeline.loaded.targets.tryton.rpc import Client, Record


def set_up_accounts(client: Client, company: int, today: date) -> int:
    """Chart, own accounts, and the fiscal year that `today` lies in; returns how many of them were made."""
    return _chart(client, company) + _own_accounts(client, company) + _fiscal_year(client, company, today)


def _chart(client: Client, company: int) -> int:
    """Tryton's universal chart, by its own wizard, if the company has no account yet."""
    if client.rows("account.account", [["company", "=", company]], ["id"]):
        return 0
    template = client.rows("account.account.template", [["parent", "=", None]], ["id"])[0]["id"]
    wizard = "wizard.account.create_chart"
    session = client.call(f"{wizard}.create")[0]
    start: Record = {"start": {}, "account": {"company": company, "account_template": template}}
    client.call(f"{wizard}.execute", session, start, "create_account", context={"company": company})
    chosen = {"company": company} | {f"account_{kind}": _only(client, kind) for kind in ("receivable", "payable")}
    client.call(f"{wizard}.execute", session, {"properties": chosen}, "create_properties", context={"company": company})
    client.call(f"{wizard}.delete", session)
    return 1


def _only(client: Client, kind: str) -> int:
    """The first account of the chart that takes open items of parties."""
    wanted = [[f"type.{kind}", "=", True], ["party_required", "=", True], ["closed", "!=", True]]
    return int(client.rows("account.account", wanted, ["id"], [["code", "ASC"]])[0]["id"])


def _own_accounts(client: Client, company: int) -> int:
    held = {row["code"] for row in client.rows_among("account.account", "code", list(ACCOUNTS), ["code"])}
    for code, (name, statement, marks) in ACCOUNTS.items():
        if code not in held:
            kind = client.create("account.account.type", [{"name": name, "statement": statement, "company": company, **marks}])[0]
            client.create(
                "account.account", [{"name": name, "code": code, "company": company, "type": kind, "party_required": code in OF_MEMBERS}]
            )
    return len(ACCOUNTS) - len(held)


def _fiscal_year(client: Client, company: int, today: date) -> int:
    if client.rows("account.period", [["start_date", "<=", today], ["end_date", ">=", today], ["company", "=", company]], ["id"]):
        return 0
    kind = client.rows("ir.sequence.type", [["name", "=", "Account Move"]], ["id"])[0]["id"]
    sequence = client.create("ir.sequence.strict", [{"name": f"Moves {today.year}", "sequence_type": kind, "company": company}])[0]
    first, last = date(today.year, 1, 1), date(today.year, 12, 31)
    year: Record = {"name": str(today.year), "start_date": first, "end_date": last, "company": company, "move_sequence": sequence}
    made = client.create("account.fiscalyear", [year])
    client.call("model.account.fiscalyear.create_period", made)
    return 1
