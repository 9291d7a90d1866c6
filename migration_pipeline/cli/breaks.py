"""`store2erp breaks`: differences between source and ERP that live over runs, and what people decide about them.

Belongs here: arguments in, tables out. Does not belong here: cases (`control/repository/break_cases.py`).
"""

import getpass
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from migration_pipeline.cli.options import AsJson, DataDir, Datasets, ProjectDir, Stores
from migration_pipeline.cli.output import console, number, plain_table, show_json
from migration_pipeline.contracts.break_classes import BREAK_CLASSES
from migration_pipeline.runtime.errors import BadInputError

if TYPE_CHECKING:
    from migration_pipeline.control.models_breaks import BreakCase, BreakEvent
    from migration_pipeline.control.repository.break_cases import BreakCaseRepository

breaks = typer.Typer(
    help="Differences between source and ERP by class, with age, owner and state. 来源与 ERP 的差异：类别、天数、负责人、状态。",
    invoke_without_command=True,
    rich_markup_mode=None,
)
_Number = Annotated[int, typer.Argument(metavar="ID", help="Number of the break. 差异编号。")]
_Who = Annotated[str, typer.Option("--who", metavar="NAME", help="Who says so; default: the user at work. 操作人。")]
_HEAD = (
    *("id\n编号", "days\n天数", "store\n门店", "what\n指标", "class or reason\n类别或原因"),
    *("rows\n行", "amount\n金额", "state\n状态", "owner\n负责人"),
)


@breaks.callback()
def overview(
    context: typer.Context,
    project: Annotated[
        Path | None, typer.Option("-p", "--project", metavar="DIR", help="Folder of the migration project. 迁移项目目录。")
    ] = None,
    data: DataDir = None,
    store: Stores = None,
    dataset: Datasets = None,
    of_class: Annotated[list[str] | None, typer.Option("--class", metavar="C", help="Only this class; may be repeated. 仅此类别。")] = None,
    waiting: Annotated[bool, typer.Option("--open", help="Only those that wait for a person. 仅待处理。")] = False,
    as_json: AsJson = False,
) -> None:
    """Every difference between source and ERP, those that wait first. 来源与 ERP 的全部差异，待处理在前。"""
    if context.invoked_subcommand is not None:
        return
    if project is None:
        raise typer.BadParameter("Missing option '-p' / '--project'.", context)
    from migration_pipeline.control.repository.break_cases import BreakCaseRepository, WantedBreaks
    from migration_pipeline.orchestration.workspace import open_workspace

    if unknown := sorted(set(of_class or ()) - set(BREAK_CLASSES)):
        raise BadInputError(f"there is no class {unknown[0]!r}", where="--class", fix=f"classes are {', '.join(BREAK_CLASSES)}")
    workspace = open_workspace(project.resolve(), data.resolve() if data else None)
    stores = tuple(workspace.store(one).id for one in store or ())
    found = BreakCaseRepository(workspace.databases).cases(WantedBreaks(stores, tuple(dataset or ()), tuple(of_class or ()), waiting))
    if as_json:
        show_json({"breaks": [as_object(case) for case in found]})
        return
    console.print(break_table(found))
    for hint in hints(found):
        _say(hint)


@breaks.command("show")
def show(number: _Number, project: ProjectDir, data: DataDir = None, as_json: AsJson = False) -> None:
    """One break with its rows and its history. 单个差异的明细与历史。"""
    case, events = _cases(project, data).case(number)
    if as_json:
        show_json({**as_object(case), "history": [_event(event) for event in events]})
        return
    console.print(break_table([case]))
    for hint in hints([case], always=True):
        _say(hint)
    _say(f"first seen 首次 {case.first_seen_at:%Y-%m-%d %H:%M}, last 最近 {case.last_seen_at:%Y-%m-%d %H:%M} UTC, runs 次数 {case.runs}")
    if case.sample:
        _say(f"rows 行: {', '.join(map(str, case.sample))}")
    if case.note:
        _say(f"note 备注: {case.note}")
    rows = [(f"{e.happened_at:%m-%d %H:%M}", e.kind, e.who or "run", _size_change(e), e.state, e.told) for e in events]
    console.print(plain_table(("when 时间", "what 事件", "who 人", "amount 金额", "state 状态", "told 说明"), rows))


@breaks.command("own")
def own(number: _Number, owner: Annotated[str, typer.Argument(help="Who looks after it. 负责人。")], project: ProjectDir,
        data: DataDir = None, who: _Who = "", as_json: AsJson = False) -> None:  # fmt: skip
    """Say who looks after a break. 指定负责人。"""
    cases = _cases(project, data)
    cases.own(number, _named(owner, "OWNER"), who.strip() or getpass.getuser())
    _done(cases, [number], as_json=as_json)


@breaks.command("note")
def note(number: _Number, text: Annotated[str, typer.Argument(help="What is known. 备注。")], project: ProjectDir,
         data: DataDir = None, who: _Who = "", as_json: AsJson = False) -> None:  # fmt: skip
    """Write down what is known of a break. 记录备注。"""
    cases = _cases(project, data)
    cases.note(number, _named(text, "TEXT"), who.strip() or getpass.getuser())
    _done(cases, [number], as_json=as_json)


@breaks.command("accept")
def accept(
    number: _Number,
    project: ProjectDir,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why it is right as it is. 接受理由。")],
    data: DataDir = None,
    who: _Who = "",
    as_json: AsJson = False,
) -> None:
    """Accept a break as it is; another amount opens it again. 接受差异；金额变化后会重新打开。"""
    cases = _cases(project, data)
    accepted = cases.accept(number, _named(reason, "--reason"), who.strip() or getpass.getuser())
    _done(cases, accepted, as_json=as_json)
    if not as_json:
        _say("the check says so after the next: store2erp reconcile 下次核对后检查结果更新")


def break_table(found: "Sequence[BreakCase]") -> Any:
    """Cases as a table 100 columns wide; groups that differ because of rows that are named anyway are only counted."""
    causes = {_family(case) for case in found if not case.grp}
    groups = Counter(_family(case) for case in found if case.grp and _family(case) in causes)
    shown = [case for case in found if not case.grp or _family(case) not in causes]
    hidden = sum(groups.values())
    title = f"breaks 差异 ({len(shown)}{f', and {hidden} groups in which the same rows differ 另有分组' if hidden else ''})"
    return plain_table(_HEAD, [_row(case) for case in shown], title)


def _family(case: "BreakCase") -> tuple[str, str, str]:
    return case.store, case.dataset, case.break_class


def _row(case: "BreakCase") -> tuple[str, ...]:
    what = case.metric + (f" by {case.grp}" if case.grp else "")
    why = case.break_class if case.reason == case.break_class or case.state != "explained" else case.reason
    size = number(case.rows), _amount(case.amount, case.metric)
    return (str(case.id), str(age_days(case)), case.store, what, why, *size, case.state, case.owner)


def age_days(case: "BreakCase", now: datetime | None = None) -> int:
    """Whole days since it was first seen."""
    return ((now or datetime.now(UTC)) - case.first_seen_at).days


def hints(found: "Sequence[BreakCase]", *, always: bool = False) -> list[str]:
    """What to do, once per class; of what is explained nothing need be done."""
    classes = dict.fromkeys(case.break_class for case in found if always or case.state not in {"explained", "accepted"})
    about = [BREAK_CLASSES[name] for name in classes]
    return [f"{one.code}: {one.en} {one.zh}\n  {one.hint_en} {one.hint_zh}" for one in about]


def as_object(case: "BreakCase") -> dict[str, object]:
    """A case as `--json` prints it; amounts as exact text."""
    texts = ("store", "dataset", "metric", "grp", "break_class", "reason", "weight", "state", "owner", "note")
    times = {name: getattr(case, name).isoformat() for name in ("first_seen_at", "last_seen_at")}
    sizes = {"rows": case.rows, "amount": _amount(case.amount), "age_days": age_days(case), "runs": case.runs, "sample": case.sample}
    return {"id": case.id, **{name: getattr(case, name) for name in texts}, **sizes, **times}


def _event(event: "BreakEvent") -> dict[str, object]:
    names = ("kind", "who", "told", "run_id", "state", "rows_before", "rows_after")
    amounts = {name: _amount(getattr(event, name)) for name in ("amount_before", "amount_after")}
    return {"happened_at": event.happened_at.isoformat(), **{name: getattr(event, name) for name in names}, **amounts}


def _size_change(event: "BreakEvent") -> str:
    before, after = _amount(event.amount_before), _amount(event.amount_after)
    return after if before == after else f"{before} → {after}"


def _amount(amount: object, metric: str = "") -> str:
    """As short as it is exact; money has its cents."""
    text = f"{amount:f}"
    short = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{amount:.2f}" if metric.endswith(".money") and len(short.partition(".")[2]) <= 2 else short


def _cases(project: Path, data: Path | None) -> "BreakCaseRepository":
    from migration_pipeline.control.repository.break_cases import BreakCaseRepository
    from migration_pipeline.orchestration.workspace import open_workspace

    return BreakCaseRepository(open_workspace(project.resolve(), data.resolve() if data else None).databases)


def _named(text: str, where: str) -> str:
    if not text.strip():
        raise BadInputError("it is empty", where=where, fix="write a few words")
    return text.strip()


def _done(cases: "BreakCaseRepository", numbers: Sequence[int], *, as_json: bool) -> None:
    found = [cases.case(one)[0] for one in numbers]
    if as_json:
        show_json({"breaks": [as_object(case) for case in found]})
        return
    console.print(break_table(found))


def _say(line: str) -> None:
    console.print(line, markup=False, highlight=False, soft_wrap=True)
