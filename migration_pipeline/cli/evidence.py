"""`store2erp evidence`: a signed pack of all that proves a migration, and judging one without database or project.

Belongs here: arguments in, findings out. Does not belong here: collecting (`orchestration/evidence.py`), judging
(`reconciled/evidence/verify.py`).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from migration_pipeline.cli.options import AsJson, DataDir, ProjectDir
from migration_pipeline.cli.output import console, number, show_json

if TYPE_CHECKING:
    from migration_pipeline.reconciled.evidence.verify import Finding, Verdict

evidence = typer.Typer(help="Packs of all proofs, signed; checking them. 证据包：导出与校验。", no_args_is_help=True, rich_markup_mode=None)
_FINDINGS_SHOWN = 20
_KeyFile = Annotated[
    Path | None, typer.Option("--key", metavar="FILE", help="Private key; default: STORE2ERP_EVIDENCE_KEY or the user's own. 私钥文件。")
]


@evidence.callback()
def group() -> None:
    """A signed pack of all proofs, and checking one. 证据包：导出与校验。"""


@evidence.command("key")
def make(
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Where the private key goes. 私钥文件。")] = None,
    as_json: AsJson = False,
) -> None:
    """Make the key pair that packs are signed with. 生成签名密钥对。"""
    from migration_pipeline.orchestration.evidence import key_file
    from migration_pipeline.reconciled.evidence.keys import fingerprint, make_key, public_file

    path = out.resolve() if out else key_file()
    mark = fingerprint(make_key(path).public)
    if as_json:
        show_json({"key": str(path), "public_key": str(public_file(path)), "fingerprint": mark})
        return
    _say(f"private key 私钥        {path}  (only you can read it 仅本人可读)")
    _say(f"public key 公钥         {public_file(path)}")
    _say(f"fingerprint 指纹        {mark}")
    _say("Give auditors the public key or the fingerprint by another way than the packs. 公钥或指纹请另行交给审计人员。")


@evidence.command("export")
def write(
    project: ProjectDir,
    data: DataDir = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Default: evidence/ in the state folder. 输出文件。")] = None,
    key: _KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Write one archive of all that proves the migration, signed. 导出带签名的证据包。"""
    from migration_pipeline.orchestration.evidence import demand_outside, export, key_file
    from migration_pipeline.orchestration.workspace import open_workspace
    from migration_pipeline.reconciled.evidence.keys import read_key

    place = key or key_file()
    signer = read_key(place)
    workspace = open_workspace(project.resolve(), data.resolve() if data else None)
    demand_outside(workspace, place)
    done = export(workspace, out.resolve() if out else None, signer)
    if as_json:
        show_json({**vars(done), "path": str(done.path)})
        return
    _say(f"✓ {done.files:,} files 文件, {done.rows:,} rows 行 ({done.ledger_rows:,} of ledgers 去向明细)")
    _say(f"pack 证据包         {done.path}")
    _say(f"root 根哈希         {done.root}")
    _say(f"signed by 签名指纹  {done.fingerprint}")


@evidence.command("verify")
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The pack. 证据包。")],
    key: Annotated[
        str, typer.Option("--key", metavar="PUBLIC", help="Public key file or fingerprint, got from elsewhere. 另行取得的公钥或指纹。")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Check a pack, without database or project: names the file and row that was changed. 离线校验证据包，指出被改的文件与行。"""
    from migration_pipeline.reconciled.evidence.keys import expected_fingerprint
    from migration_pipeline.reconciled.evidence.verify import verify

    verdict = verify(file, expected_fingerprint(key) if key else "")
    if as_json:
        show_json(_as_json(verdict))
    else:
        _show(verdict)
    if not verdict.ok:
        raise typer.Exit(1)


def _as_json(verdict: "Verdict") -> Mapping[str, Any]:
    return {
        "ok": verdict.ok,
        "signer": verdict.signer,
        "known_signer": verdict.known_signer,
        "files": verdict.files,
        "rows": verdict.rows,
        **verdict.about,
        "findings": [vars(one) for one in verdict.findings],
    }


def _show(verdict: "Verdict") -> None:
    about = verdict.about
    _say(f"{about['project']}  exported 导出于 {about['exported_at']} by {about['exported_by']}")
    for one in verdict.findings[:_FINDINGS_SHOWN]:
        console.print(f"✗ {_words(one)}", style="bold red", markup=False, highlight=False, soft_wrap=True)
    if len(verdict.findings) > _FINDINGS_SHOWN:
        _say(f"  and 另有 {len(verdict.findings) - _FINDINGS_SHOWN} more findings")
    figures = f"{number(verdict.files)} files 文件, {number(verdict.rows)} rows 行, {about['audit']['entries']} audit entries 审计记录"
    if not verdict.ok:
        console.print(f"[bold red]✗ the pack is not as it was signed 证据包与签名时不符[/]  {figures}", highlight=False, soft_wrap=True)
        return
    console.print(f"[bold green]✓ nothing was changed 未被改动[/]  {figures}", highlight=False, soft_wrap=True)
    _say(f"root 根哈希         {about['root']}")
    _say(f"signed by 签名指纹  {verdict.signer}")
    if verdict.known_signer:
        console.print("[bold green]✓ signed by the key you named 由您指定的密钥签名[/]", highlight=False)
        return
    told = "! whose key this is was not checked: name it with --key; without it only wholeness is shown, not who signed"
    console.print(told, style="yellow", markup=False, highlight=False, soft_wrap=True)
    console.print(
        "  未核对签名者：请用 --key 指定公钥或指纹；否则仅证明完整，不证明由谁签发", style="yellow", highlight=False, soft_wrap=True
    )


def _words(one: "Finding") -> str:
    place = f"{one.file or 'the archive'}" + (f" row 第 {one.row:,} 行" if one.row else "") + (f" ({one.key})" if one.key else "")
    return f"{place}: {one.what}"


def _say(line: str) -> None:
    console.print(line, markup=False, highlight=False, soft_wrap=True)
