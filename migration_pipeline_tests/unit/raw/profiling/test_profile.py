"""A whole profile: exact figures, no value of a person, nothing unlisted."""

import json
from pathlib import Path

import pytest

from migration_pipeline.raw.profiling.profile import Profile, profile_folder
from migration_pipeline.raw.profiling.report import render
from migration_pipeline.raw.profiling.view import as_view
from migration_pipeline.runtime.errors import BadInputError

NAMES = ["欧阳修文", "诸葛孔明", "王小二麻"]
PHONES = [f"1391234{n:04d}" for n in range(60)]
MAILS = [f"somebody{n}@planted.example" for n in range(60)]
IDS = [f"33010219900101{n:03d}X" for n in range(60)]
STAFF = ["Maria Anders", "Ana Trujillo", "Thomas Hardy"]
STREETS = [f"杭州市西湖区文三路{n}号" for n in range(60)]


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Profile:
    """Persons in columns that say so, in columns that do not, and in remarks."""
    folder = tmp_path_factory.mktemp("people")
    rows = [
        f"C{n:03d},{NAMES[n % 3]},{PHONES[n]},{MAILS[n]},{IDS[n]},{STREETS[n]},1990-01-{n % 28 + 1:02d},"
        f"{NAMES[n % 3]}的朋友,找{PHONES[n]},{n}"
        for n in range(60)
    ]
    (folder / "会员.csv").write_text("卡号,姓名,手机,邮箱,身份证,地址,生日,备注,x1,积分\n" + "\n".join(rows), encoding="utf-8")
    hidden = [f"{n},{NAMES[n % 3][-3:]},{PHONES[n]},{IDS[n]},{STREETS[n]}" for n in range(60)]
    (folder / "export.csv").write_text("f1,f2,f3,f4,f5\n" + "\n".join(hidden), encoding="utf-8")
    staff = [f"{n},{STAFF[n % 3]},{STAFF[n % 2]} paid" for n in range(60)]
    (folder / "staff.csv").write_text("f1,name,memo\n" + "\n".join(staff), encoding="utf-8")
    return profile_folder(folder, sample=5)


def test_no_value_of_a_person_is_in_any_output(people: Profile) -> None:
    view = as_view(people, suggest=True)
    written = json.dumps(view, ensure_ascii=False) + render(view, title="t", version="0", written_at=people.tables[0].written)
    planted = [*NAMES, *PHONES, *MAILS, *IDS, *STREETS, *STAFF, *(name[-3:] for name in NAMES), "1990-01-0"]
    assert [value for value in planted if value in written] == []


def test_personal_columns_are_found_by_name_and_by_content(people: Profile) -> None:
    members, _, export = sorted(people.tables, key=lambda table: table.place, reverse=True)
    assert {"姓名", "手机", "邮箱", "身份证", "地址", "生日"} <= set(members.personal)
    assert {"f3": "phone", "f4": "id_number", "f5": "address"}.items() <= export.personal.items()


def test_a_table_is_counted_exactly(people: Profile) -> None:
    members = next(table for table in people.tables if table.place == "会员.csv")
    assert (members.rows, members.ragged, members.repeated) == (60, 0, 0)
    assert members.keys[0].columns == ("卡号",)
    assert members.guess.name == "members.members"
    assert members.sample is not None
    assert len(members.sample.rows) == 5


def test_a_file_that_turns_bad_is_listed_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_text("code,name\n" + "".join(f"{n},x{n}\n" for n in range(20)))
    (tmp_path / "cut.csv").write_text("code,name\n" + "".join(f"{n},x{n}\n" for n in range(20)) + '21,"never closed\n22,x\n')
    found = profile_folder(tmp_path)
    assert [table.place for table in found.tables] == ["good.csv"]
    assert [left.path for left in found.unclassified] == ["cut.csv"]


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="empty"):
        profile_folder(tmp_path)
