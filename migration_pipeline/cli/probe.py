"""`store2erp probe`: looks things up in the ERP like at the counter, and sells on a copy of it.

Belongs here: arguments in, a table out. Does not belong here: the probes (`orchestration/probe.py`).
"""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from migration_pipeline.cli.options import AsJson, DataDir, ProjectDir, Stores
from migration_pipeline.cli.output import console, plain_table, show_json

if TYPE_CHECKING:
    from migration_pipeline.orchestration.probe import StoreProbed

WORDS = {
    "barcode": "found by barcode 按条码找到",
    "pack_barcode": "pack by barcode 按箱码找到",
    "name": "found by name 按品名找到",
    "weighed_name": "weighed goods by name 称重商品",
    "stock": "stock level 库存",
    "weighed_stock": "stock by weight 称重库存",
    "points": "member's points 会员积分",
    "ticket": "ticket 小票",
    "return": "return 退货",
    "sale_pack": "sell a pack 卖一箱",
    "sale_single": "sell a piece 卖一件",
    "sale_weighed": "sell by weight 卖称重",
    "return_pack": "take a pack back 退一箱",
    "return_single": "take a piece back 退一件",
    "return_weighed": "take weighed back 退称重",
    "own_sale_pack": "ERP sells a pack ERP 销售一箱",
    "own_sale_single": "ERP sells a piece ERP 销售一件",
    "own_sale_weighed": "ERP sells by weight ERP 销售称重",
    "own_return_pack": "ERP takes a pack back ERP 退一箱",
    "own_return_single": "ERP takes a piece back ERP 退一件",
    "own_return_weighed": "ERP takes weighed back ERP 退称重",
    "points_added": "points added 加积分",
    "points_taken_back": "points taken back 退积分",
    "nothing_left": "nothing left on the copy 副本无残留",
    "real_erp_untouched": "real ERP untouched 真实 ERP 未变",
}


def probe(
    project: ProjectDir,
    data: DataDir = None,
    store: Stores = None,
    sale: Annotated[bool, typer.Option("--sale/--no-sale", help="Also sell on a copy of the ERP. 并在 ERP 副本上试卖。")] = True,
    as_json: AsJson = False,
) -> None:
    """Look things up in the ERP and sell on a copy; nothing real changes. 在 ERP 查询并在副本上试卖，不影响真实数据。"""
    from migration_pipeline.orchestration.probe import probe_stores
    from migration_pipeline.orchestration.workspace import open_workspace
    from migration_pipeline.runtime.logs import configure_logging

    workspace = open_workspace(project.resolve(), data.resolve() if data else None)
    configure_logging(workspace.home)
    stores = [workspace.store(name).id for name in dict.fromkeys(store or workspace.stores)]
    done = probe_stores(workspace, stores, sale=sale)
    failed = sum(len(one.failed) for one in done)
    show_json({"passed": not failed, "failed": failed, "stores": [_as_json(one) for one in done]}) if as_json else _show(done, failed)
    raise typer.Exit(1 if failed else 0)


def _as_json(one: "StoreProbed") -> dict[str, object]:
    return {"store": one.store, "erp": [asdict(probe) for probe in one.asked], "copy": [asdict(probe) for probe in one.sold]}


def _show(done: "list[StoreProbed]", failed: int) -> None:
    for one in done:
        kinds = dict.fromkeys(probe.kind for probe in (*one.asked, *one.sold))
        rows = []
        for kind in kinds:
            own = [probe for probe in (*one.asked, *one.sold) if probe.kind == kind]
            wrong = [probe for probe in own if not probe.passed]
            told = "; ".join(f"{p.asked}: {p.expected or '-'} ≠ {p.found or '-'}" for p in wrong)
            rows.append((WORDS[kind], str(len(own)), "✓" if not wrong else f"✗ {len(wrong)}", told))
        console.print(plain_table(["probe 试查", "tried 次数", "ok", "expected ≠ found 应为 ≠ 实为"], rows, f"{one.store}"))
    good = "[bold green]✓ the ERP answers as the stores did ERP 与门店一致[/]"
    console.print(good if not failed else f"[bold red]✗ {failed} probes failed 项不符[/]", highlight=False)
    console.print("nothing real was changed 真实数据未变", style="dim")
