"""Judging a pack without anything but the pack: which file and row was changed, whose signature it carries.

Belongs here: the judgement. Does not belong here: reading (`read.py`), printing (`cli/evidence.py`).
"""

import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from migration_pipeline.contracts.audit import walked
from migration_pipeline.reconciled.evidence.container import container_problems
from migration_pipeline.reconciled.evidence.keys import fingerprint, is_signed
from migration_pipeline.reconciled.evidence.layout import (
    AUDIT,
    ROW_BYTES,
    ROWS_SUFFIX,
    SIGNATURE,
    SIGNED,
    STATEMENT,
    TABLE,
    FileEntry,
    root_of,
)
from migration_pipeline.reconciled.evidence.merkle import OneLeaf, Tree, leaves
from migration_pipeline.reconciled.evidence.read import Pack, open_pack

_ROWS_NAMED = 20
_LONGEST_ROW = 1 << 24


@dataclass(frozen=True)
class Finding:
    """Something that is not as it was signed.

    Attributes:
        file: of the pack; empty: the pack as a whole.
        row: line of a table, from 1; 0: the whole file.
        key: what names the row, as it is now.
    """

    what: str
    file: str = ""
    row: int = 0
    key: str = ""


@dataclass
class Verdict:
    """What was found.

    Attributes:
        signer: fingerprint of the key in the pack.
        known_signer: an expected key was given and it is that one.
        about: what the statement says: project, when, by whom.
    """

    about: dict[str, Any]
    signer: str = ""
    known_signer: bool = False
    files: int = 0
    rows: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Nothing was found."""
        return not self.findings


def verify(path: Path, expected: str = "") -> Verdict:
    """Judge a pack.

    Args:
        path: the file.
        expected: fingerprint of the key that must have signed it; empty: any.

    Raises:
        BadInputError: it is no pack, or so damaged that nothing can be said of its parts.
    """
    with open_pack(path) as pack:
        verdict = Verdict({name: pack.said.get(name) for name in ("project", "exported_at", "exported_by", "audit", "root")})
        _judge_signature(pack, expected, verdict)
        _judge_files(pack, verdict)
        if root_of(pack.files) != pack.said["root"]:
            verdict.findings.append(Finding("the root is not that of the listed files", STATEMENT))
        verdict.findings += [Finding(problem) for problem in container_problems(pack.file, pack.infos)]
    return verdict


def _judge_signature(pack: Pack, expected: str, verdict: Verdict) -> None:
    if pack.signature is None:
        verdict.findings.append(Finding("there is no signature, or it cannot be read", SIGNATURE))
        return
    public = pack.signature["public_key"]
    verdict.signer = fingerprint(public)
    if not is_signed(public, pack.signature["signature"], SIGNED + pack.statement):
        verdict.findings.append(Finding("the signature is not that of its key under this statement", STATEMENT))
    elif expected:
        verdict.known_signer = expected == verdict.signer
        if not verdict.known_signer:
            verdict.findings.append(Finding(f"signed by another key: {verdict.signer}, expected {expected}", SIGNATURE))


def _judge_files(pack: Pack, verdict: Verdict) -> None:
    members: dict[str, zipfile.ZipInfo] = {}
    for info in pack.infos:
        if info.filename in members:
            verdict.findings.append(Finding("is twice in the archive", info.filename))
        members[info.filename] = info
    strange = {name: info for name, info in members.items() if name not in {STATEMENT, SIGNATURE, *(entry.path for entry in pack.files)}}
    for entry in pack.files:
        verdict.files += 1
        if entry.path in members:
            _judge_file(pack, entry, members, verdict)
            continue
        now = next((name for name, info in strange.items() if _same(pack, info, entry)), None)
        strange.pop(now or "", None)
        verdict.findings.append(Finding(f"was renamed to {now}" if now else "was removed", entry.path))
    verdict.findings += [Finding("was added: it is not in the statement", name) for name in strange]


def _same(pack: Pack, info: zipfile.ZipInfo, entry: FileEntry) -> bool:
    return info.file_size == entry.size and _root(pack, info, entry.kind) == entry.root


def _root(pack: Pack, info: zipfile.ZipInfo, kind: str) -> str:
    if kind == TABLE:
        tree = Tree()
        for lines in _lines(pack.content(info)):
            tree.add(leaves(lines))
        return tree.root().hex()
    one = OneLeaf()
    for piece in pack.content(info):
        one.add(piece)
    return one.root().hex()


def _judge_file(pack: Pack, entry: FileEntry, members: dict[str, zipfile.ZipInfo], verdict: Verdict) -> None:
    if entry.kind == TABLE:
        found, rows = _table_findings(pack, entry, members)
        verdict.rows += rows
        verdict.findings += found
        if entry.path == AUDIT:
            verdict.findings += _audit_findings(pack, members[AUDIT])
    elif _root(pack, members[entry.path], entry.kind) != entry.root:
        verdict.findings.append(Finding("was changed", entry.path))


def _table_findings(pack: Pack, entry: FileEntry, members: dict[str, zipfile.ZipInfo]) -> tuple[list[Finding], int]:
    """What is wrong with a table, and how many rows it has; rows are compared with the beginnings of their hashes as both are read."""
    beside = members.get(entry.path + ROWS_SUFFIX)
    expected = _Pieces(pack.content(beside) if beside else iter(()))
    tree, wrong = Tree(), list[Finding]()
    for lines in _lines(pack.content(members[entry.path])):
        hashes, before = leaves(lines), tree.count
        tree.add(hashes)
        beginnings = b"".join(one[:ROW_BYTES] for one in hashes)
        known = expected.take(len(beginnings))
        if known != beginnings and len(wrong) < _ROWS_NAMED:
            at = range(0, len(beginnings), ROW_BYTES)
            places = [n for n, place in enumerate(at) if beginnings[place : place + ROW_BYTES] != known[place : place + ROW_BYTES]]
            wrong += [Finding("was changed", entry.path, before + n + 1, _key(lines[n], entry.key)) for n in places[:_ROWS_NAMED]]
    if tree.root().hex() == entry.root:
        return [], tree.count
    if tree.count != entry.rows:
        first = wrong[0].row if wrong else tree.count + 1
        what = f"has {tree.count:,} rows, {entry.rows:,} were signed; the first that is not as signed is row {first:,}"
        return [Finding(what, entry.path, first, wrong[0].key if wrong else "")], tree.count
    return wrong[:_ROWS_NAMED] or [Finding("was changed", entry.path)], tree.count


class _Pieces:
    """Bytes that come in pieces, taken in other ones."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._held = pieces, bytearray()

    def take(self, size: int) -> bytes:
        """So many bytes; fewer at the end."""
        while len(self._held) < size and (piece := next(self._pieces, b"")):
            self._held += piece
        taken = bytes(self._held[:size])
        del self._held[:size]
        return taken


def _lines(pieces: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Lines with their line breaks, many at once; what stands behind the last line break is a line too."""
    rest = b""
    for piece in pieces:
        lines = (rest + piece).split(b"\n")
        rest = lines.pop()
        if len(rest) > _LONGEST_ROW:
            lines, rest = [*lines, rest], b""
        if lines:
            yield [line + b"\n" for line in lines]
    if rest:
        yield [rest]


def _key(line: bytes, columns: tuple[str, ...]) -> str:
    try:
        row = json.loads(line)
        return ", ".join(f"{name} {row[name]}" for name in columns)
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""


def _audit_findings(pack: Pack, info: zipfile.ZipInfo) -> list[Finding]:
    """The audit log in a pack is a chain of its own, which ends where the statement says."""
    anchor = pack.said["audit"]
    try:
        entries = (json.loads(line) for lines in _lines(pack.content(info)) for line in lines)
        chain = walked(entries, {int(anchor["entries"]): str(anchor["head"])} if int(anchor["entries"]) else {})
    except (ValueError, KeyError, TypeError, RecursionError):
        return [Finding("an entry of the audit log cannot be read", AUDIT)]
    if chain.problem:
        return [Finding(f"audit log: {chain.problem}", AUDIT)]
    return [] if chain.head == anchor["head"] else [Finding("audit log: it has more entries than the statement says", AUDIT)]
