"""Whatever somebody changes in a pack is found, and named as closely as it can be: file and row."""

import hashlib
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migration_pipeline.contracts.audit import GENESIS, entry_hash
from migration_pipeline.reconciled.evidence.container import member
from migration_pipeline.reconciled.evidence.keys import Signer, expected_fingerprint, fingerprint, make_key, public_file, read_key
from migration_pipeline.reconciled.evidence.layout import (
    AUDIT,
    ROWS_SUFFIX,
    SIGNATURE,
    SIGNED,
    STATEMENT,
    FileEntry,
    root_of,
    signature_file,
)
from migration_pipeline.reconciled.evidence.merkle import Tree, leaves
from migration_pipeline.reconciled.evidence.read import anchor_of
from migration_pipeline.reconciled.evidence.verify import verify
from migration_pipeline.reconciled.evidence.write import new_pack
from migration_pipeline.runtime.errors import BadInputError

SIGNER = Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
LEDGER, REPORT = "ledgers/S01/sales.jsonl", "reports/index.html"
ROWS = [json.dumps({"table": "lines", "row_id": f"lines.csv:{n}", "money": f"{n}.00"}).encode() for n in range(1, 3001)]
EXAMPLES = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def audit_lines(count: int) -> list[bytes]:
    lines, previous = [], GENESIS
    for number in range(1, count + 1):
        texts = dict.fromkeys(("at", "who", "db_user", "action", "store", "dataset", "run_id", "subject", "why", "details"), "x")
        entry: dict[str, object] = {"number": number, **texts, "previous": previous}
        previous = entry_hash(entry)
        lines.append(json.dumps(entry | {"sha256": previous}).encode())
    return lines


def written(path: Path, signer: Signer = SIGNER) -> Path:
    log = audit_lines(5)
    with new_pack(path) as pack:
        pack.add_table(AUDIT, log, ("number",))
        pack.add_table(LEDGER, ROWS, ("table", "row_id"))
        pack.add_table("control/override.jsonl", [], ("run_id",))
        pack.add_blob(REPORT, [b"<html>", "账平".encode(), b"</html>"])
        pack.finish({"project": "p", "audit": {"entries": 5, "head": json.loads(log[-1])["sha256"]}}, signer)
    return path


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good pack; read it only."""
    return written(tmp_path_factory.mktemp("pack") / "good.zip")


def contents(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def zipped(path: Path, members: Mapping[str, bytes]) -> Path:
    """The members as a pack of the right form: what somebody with a zip program and this source could make."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            with archive.open(member(name), "w", force_zip64=True) as out:
                out.write(content)
    return path


def rehashed(members: dict[str, bytes], change: Callable[[dict[str, Any]], None] = lambda _: None) -> dict[str, bytes]:
    """With every hash computed anew, but the signature."""
    said = json.loads(members[STATEMENT])
    for entry in said["files"]:
        lines = members[entry["path"]].splitlines(keepends=True) if entry["kind"] == "table" else [members[entry["path"]]]
        hashes, tree = leaves(lines), Tree()
        tree.add(hashes)
        entry |= {"root": tree.root().hex(), "rows": len(lines), "size": len(members[entry["path"]])}
        if entry["kind"] == "table":
            members[entry["path"] + ROWS_SUFFIX] = b"".join(one[:8] for one in hashes)
    change(said)
    said["root"] = root_of(map(FileEntry.of, said["files"]))
    return members | {STATEMENT: json.dumps(said).encode()}


def is_whole(path: Path) -> bool:
    """Also a pack that cannot be opened any more is not."""
    try:
        return verify(path, fingerprint(SIGNER.public)).ok
    except BadInputError:
        return False


def test_a_good_pack_verifies_and_is_the_same_bytes_each_time(pack: Path, tmp_path: Path) -> None:
    verdict = verify(pack, fingerprint(SIGNER.public))
    assert (verdict.findings, verdict.known_signer, verdict.files, verdict.rows) == ([], True, 7, 3005)
    assert not verify(pack).known_signer
    assert written(tmp_path / "again.zip").read_bytes() == pack.read_bytes()
    assert anchor_of(pack) == (5, json.loads(audit_lines(5)[-1])["sha256"])


@EXAMPLES
@given(data=st.data())
def test_any_byte_of_any_file_that_is_changed_is_named_with_its_row(pack: Path, tmp_path: Path, data: st.DataObject) -> None:
    members = contents(pack)
    name = data.draw(st.sampled_from(sorted(name for name, content in members.items() if content and name not in {STATEMENT, SIGNATURE})))
    place = data.draw(st.integers(0, len(members[name]) - 1))
    flipped = bytearray(members[name])
    flipped[place] ^= data.draw(st.integers(1, 255))
    row = members[name][:place].count(b"\n") + 1
    findings = verify(zipped(tmp_path / "bad.zip", members | {name: bytes(flipped)})).findings
    named = [(one.file, one.row) for one in findings]
    assert named[0] == (name, row if name.endswith(".jsonl") else 0)
    assert {file for file, _ in named} == {name}


def test_a_pack_beyond_two_gigabytes_has_one_form_too(pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here 100 bytes are as many."""
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 100)
    large = written(tmp_path / "large.zip")
    assert large.stat().st_size > pack.stat().st_size
    assert verify(large).findings == []
    large.write_bytes(large.read_bytes() + b"x")
    assert not verify(large).ok


@EXAMPLES
@given(data=st.data())
def test_any_byte_of_the_archive_itself_that_is_changed_is_found(pack: Path, tmp_path: Path, data: st.DataObject) -> None:
    """Also one that no zip program looks at: times, rights, reserved fields."""
    whole = bytearray(pack.read_bytes())
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    (tmp_path / "bad.zip").write_bytes(whole)
    assert not is_whole(tmp_path / "bad.zip")


def test_a_table_of_many_pieces_is_compared_with_the_right_rows(tmp_path: Path) -> None:
    """Rows and their hashes lie in two members that are read by turns."""
    rows = [json.dumps({"row_id": hashlib.sha256(b"%d" % n).hexdigest()}).encode() for n in range(20_000)]
    with new_pack(tmp_path / "large.zip") as pack:
        pack.add_table(LEDGER, rows, ("row_id",))
        pack.finish({"audit": {"entries": 0, "head": GENESIS}}, SIGNER)
    assert (tmp_path / "large.zip").stat().st_size > 10 * 2**16
    assert verify(tmp_path / "large.zip").findings == []
    members = contents(tmp_path / "large.zip")
    changed = members[LEDGER].replace(rows[15_000], rows[15_000][:-3] + b'-"}')
    (finding,) = verify(zipped(tmp_path / "bad.zip", members | {LEDGER: changed})).findings
    assert (finding.row, finding.key[-1]) == (15_001, "-")


def test_a_byte_of_the_compressed_ledger_names_the_row_where_the_damage_begins(pack: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(pack) as archive:
        info = archive.getinfo(LEDGER)
    whole = bytearray(pack.read_bytes())
    whole[info.header_offset + info.compress_size // 2] ^= 0x10
    (tmp_path / "bad.zip").write_bytes(whole)
    first = next(one for one in verify(tmp_path / "bad.zip").findings)
    assert first.file == LEDGER
    assert 500 < first.row < 2500


def test_a_changed_row_is_told_by_its_key(pack: Path, tmp_path: Path) -> None:
    members = contents(pack)
    bad = zipped(tmp_path / "bad.zip", members | {LEDGER: members[LEDGER].replace(b'"1234.00"', b'"1235.00"')})
    (finding,) = verify(bad).findings
    assert (finding.file, finding.row, finding.key) == (LEDGER, 1234, "table lines, row_id lines.csv:1234")


def test_removed_added_renamed_and_doubled_files_and_rows_are_told_apart(pack: Path, tmp_path: Path) -> None:
    members = contents(pack)

    def told(changed: Mapping[str, bytes]) -> list[tuple[str, str, int]]:
        return [(one.what, one.file, one.row) for one in verify(zipped(tmp_path / "bad.zip", changed)).findings]

    assert told({name: content for name, content in members.items() if name != REPORT}) == [("was removed", REPORT, 0)]
    assert told(members | {"reports/new.html": b"x"}) == [("was added: it is not in the statement", "reports/new.html", 0)]
    renamed = {name.replace("index", "other"): content for name, content in members.items()}
    assert told(renamed) == [("was renamed to reports/other.html", REPORT, 0)]
    lines = members[LEDGER].splitlines(keepends=True)
    for changed in (lines[:9] + lines[10:], [*lines[:9], lines[0], *lines[9:]]):
        (finding,) = told(members | {LEDGER: b"".join(changed)})
        assert finding[1:] == (LEDGER, 10)
        assert "3,000 were signed" in finding[0]
    assert told(members | {LEDGER: b"".join(lines[:-1])})[0][2] == 3000
    swapped = told(members | {LEDGER: b"".join([lines[1], lines[0], *lines[2:]])})
    assert swapped == [("was changed", LEDGER, 1), ("was changed", LEDGER, 2)]


def test_a_pack_with_all_hashes_computed_anew_has_the_wrong_signature(pack: Path, tmp_path: Path) -> None:
    changed = contents(pack) | {REPORT: b"all is well"}
    (finding,) = verify(zipped(tmp_path / "bad.zip", rehashed(changed))).findings
    assert (finding.file, finding.what) == (STATEMENT, "the signature is not that of its key under this statement")


def test_a_pack_signed_anew_by_another_is_whole_but_not_by_the_known_key(pack: Path, tmp_path: Path) -> None:
    other = Signer(Ed25519PrivateKey.generate())
    members = rehashed(contents(pack) | {REPORT: b"all is well"})
    signature = other.sign(SIGNED + members[STATEMENT])
    members[SIGNATURE] = signature_file(other.public, signature)
    bad = zipped(tmp_path / "bad.zip", members)
    assert (verify(bad).ok, verify(bad).known_signer) == (True, False)
    (finding,) = verify(bad, fingerprint(SIGNER.public)).findings
    assert "signed by another key" in finding.what
    members.pop(SIGNATURE)
    assert [one.file for one in verify(zipped(tmp_path / "bad.zip", members)).findings] == [SIGNATURE]


def test_a_cut_audit_log_is_found_even_where_all_hashes_fit(pack: Path, tmp_path: Path) -> None:
    members = contents(pack)
    short = b"".join(members[AUDIT].splitlines(keepends=True)[:3])
    found = {one.what for one in verify(zipped(tmp_path / "bad.zip", rehashed(members | {AUDIT: short}))).findings}
    assert "audit log: the log ends at entry 3, and entry 5 was in it: its end was cut off" in found


def test_what_is_no_pack_says_so(pack: Path, tmp_path: Path) -> None:
    (tmp_path / "text.zip").write_text("no zip")
    (tmp_path / "cut.zip").write_bytes(pack.read_bytes()[:-100])
    zipped(tmp_path / "other.zip", {"a.txt": b"x"})
    zipped(tmp_path / "odd.zip", contents(pack) | {STATEMENT: b"[" * 100_000})
    for name in ("text.zip", "cut.zip", "other.zip", "odd.zip", "absent.zip"):
        with pytest.raises(BadInputError):
            verify(tmp_path / name)


def test_a_key_is_its_owners_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "evidence.key"
    signer = make_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_key(path).public == signer.public
    assert expected_fingerprint(str(public_file(path))) == fingerprint(signer.public) == expected_fingerprint(fingerprint(signer.public))
    assert signer.secret() == read_key(path).secret() != make_key(tmp_path / "other.key").secret()
    with pytest.raises(BadInputError, match="already"):
        make_key(path)
    path.chmod(0o640)
    with pytest.raises(BadInputError, match="others can read"):
        read_key(path)
    public_file(path).chmod(0o600)
    with pytest.raises(BadInputError, match="no Ed25519 private key"):
        read_key(public_file(path))
