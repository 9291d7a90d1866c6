"""The file in which a person decides about duplicates: what is written is read again, what is broken is refused with its line."""

from pathlib import Path

import pytest

from migration_pipeline.project.decisions import PairRow, decisions_file, pair_name, read_decisions, remembered, write_decisions
from migration_pipeline.runtime.errors import BadInputError


def row(left: str, right: str, zone: str = "review", decision: str = "", probability: str = "0.9000") -> PairRow:
    """A pair as `find` writes it."""
    return PairRow(pair_name(left, right), zone, probability, left, right, "张••• | ·", "=1+1", "same 相同: phone", "", decision)


def test_what_is_written_is_read_again_with_its_lines(tmp_path: Path) -> None:
    """Cells that a spreadsheet would take for a formula come back as well."""
    rows = [row("A/=1", "B/002"), row("A/1", "B/2", "merge", "distinct")]
    write_decisions(tmp_path, "members", rows)
    found = read_decisions(tmp_path, "members")
    assert [(one.pair, one.left, one.right, one.zone, one.decision, one.line) for one in found] == [
        (rows[0].pair, "A/=1", "B/002", "review", "", 2),
        (rows[1].pair, "A/1", "B/2", "merge", "distinct", 3),
    ]
    assert read_decisions(tmp_path, "suppliers") == []


def test_only_the_owner_may_read_the_file(tmp_path: Path) -> None:
    assert write_decisions(tmp_path, "members", []).stat().st_mode & 0o077 == 0


def test_decisions_are_remembered_and_decided_pairs_stay_when_they_are_not_found_again() -> None:
    earlier = [row("A/1", "B/1", decision="same"), row("A/2", "B/2", decision="distinct"), row("A/3", "B/3")]
    found = [row("A/1", "B/1", "merge"), row("A/4", "B/4")]
    assert [(one.left, one.zone, one.decision) for one in remembered(found, earlier)] == [
        ("A/1", "merge", "same"),
        ("A/4", "review", ""),
        ("A/2", "review", "distinct"),
    ]


def test_both_languages_decide(tmp_path: Path) -> None:
    write_decisions(tmp_path, "members", [row("A/1", "B/1", decision="相同"), row("A/2", "B/2", decision="不同")])
    assert [one.decision for one in read_decisions(tmp_path, "members")] == ["same", "distinct"]


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ("review", "maybe", "zone"),
        ("A/1", "A/7", "belong together"),
        ("decision", "entscheidung", "gone"),
        (",yes", ",perhaps", "no decision"),
    ],
)
def test_a_changed_file_is_refused_with_file_and_line(tmp_path: Path, before: str, after: str, what: str) -> None:
    path = write_decisions(tmp_path, "members", [row("A/1", "B/1", decision="yes")])
    path.write_text(path.read_text(encoding="utf-8-sig").replace(before, after, 1), encoding="utf-8-sig")
    with pytest.raises(BadInputError, match=what) as caught:
        read_decisions(tmp_path, "members")
    assert caught.value.where.startswith(str(decisions_file(tmp_path, "members")))


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = write_decisions(tmp_path, "members", [row("A/1", "B/1")])
    path.write_bytes(path.read_text(encoding="utf-8-sig").encode("gb18030"))
    with pytest.raises(BadInputError, match="UTF-8"):
        read_decisions(tmp_path, "members")
