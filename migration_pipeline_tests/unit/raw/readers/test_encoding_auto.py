"""`encoding: auto` finds the encoding by the whole file, and refuses where it would have to guess."""

import time
from pathlib import Path

import pytest

from migration_pipeline.raw.readers import encoding
from migration_pipeline.raw.readers.encoding import decoded_chunks
from migration_pipeline.raw.readers.encoding_auto import detected
from migration_pipeline.runtime.errors import BadInputError

SIMPLIFIED = "商品编码,名称,零售价\n690001,可口可乐饮料,3.50\n690002,康师傅红烧牛肉面,4.5\n"
TRADITIONAL = "商品編碼,名稱,零售價\n690001,可口可樂飲料,3.50\n690002,統一鮮蝦麵,4.5\n"
WESTERN = "1,Café Münster\n2,Crème brûlée\n3,Käse Größe\n4,Jalapeño Señor\n5,Pâté naïve\n6,Smørrebrød Æble\n7,Straße Façade\n"
KOREAN = "상품코드,이름,가격\n1,콜라 음료,3\n2,신라면 매운맛,4\n"


def _file(folder: Path, data: bytes) -> Path:
    path = folder / "a.csv"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("text", "codec", "found"),
    [
        ("a,b\n1,2\n", "ascii", "utf-8"),
        ("é\n", "utf-8", "utf-8"),
        (SIMPLIFIED, "utf-8", "utf-8"),
        (SIMPLIFIED, "utf-8-sig", "utf-8"),
        (SIMPLIFIED, "utf-16", "utf-16"),
        (SIMPLIFIED, "utf-16-le", "utf-16-le"),
        (SIMPLIFIED, "utf-16-be", "utf-16-be"),
        (SIMPLIFIED, "gb18030", "gb18030"),
        (SIMPLIFIED * 1000, "gbk", "gb18030"),
        (TRADITIONAL, "big5", "big5"),
        (TRADITIONAL * 1000, "big5", "big5"),
        (WESTERN, "cp1252", "cp1252"),
    ],
)
def test_each_encoding_is_recognised(tmp_path: Path, text: str, codec: str, found: str) -> None:
    path = _file(tmp_path, text.encode(codec))
    assert detected(path) == found
    assert "".join(decoded_chunks(path, "auto")) == text


def test_a_file_whose_first_chinese_character_comes_late_is_recognised(tmp_path: Path) -> None:
    """The whole file is looked at: a megabyte of digits says nothing yet."""
    digits = "690001,3.50\n" * 120_000
    assert detected(_file(tmp_path, (digits + SIMPLIFIED).encode("gb18030"))) == "gb18030"
    assert detected(_file(tmp_path, (digits + SIMPLIFIED).encode())) == "utf-8"


@pytest.mark.parametrize("size", [16, 33, 100])
def test_a_chunk_that_cuts_a_character_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(encoding, "CHUNK", size)
    assert detected(_file(tmp_path, SIMPLIFIED.encode("gb18030"))) == "gb18030"
    assert detected(_file(tmp_path, SIMPLIFIED.encode())) == "utf-8"


@pytest.mark.parametrize(("words", "codec"), [("條碼\n豬肉\n", "big5"), ("备注\n销售\n分配\n促销\n", "gb18030")])
def test_a_few_words_that_look_better_in_the_wrong_encoding_are_not_read_in_it(tmp_path: Path, words: str, codec: str) -> None:
    with pytest.raises(BadInputError, match="cannot be told"):
        detected(_file(tmp_path, words.encode(codec)))


@pytest.mark.parametrize(
    "data",
    [
        "a,b\n可乐,2\n".encode("gb18030"),
        "a,b\n可樂,2\n".encode("big5"),
        "悠遊卡\n現金\n收銀員\n".encode("big5"),
        "a,b\nCafé,2\n".encode("cp1252"),
    ],
)
def test_too_little_text_to_tell_is_refused_with_the_encodings_that_fit(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(BadInputError, match="cannot be told") as caught:
        detected(_file(tmp_path, data))
    assert "write encoding: " in caught.value.fix
    assert "cp1252" in caught.value.what


def test_gb18030_and_big5_that_both_fit_are_both_named(tmp_path: Path) -> None:
    both = "中文".encode("gb18030") + b"\n"
    assert both.decode("big5") != both.decode("gb18030")
    with pytest.raises(BadInputError, match="gb18030 or big5"):
        detected(_file(tmp_path, both))


@pytest.mark.parametrize(("codec", "named"), [("cp949", "cp949"), ("euc-kr", "cp949")])
def test_an_encoding_that_is_not_offered_is_not_read_as_chinese(tmp_path: Path, codec: str, named: str) -> None:
    """Korean bytes are well-formed GB18030: they would come out as Chinese nonsense."""
    with pytest.raises(BadInputError, match=named):
        detected(_file(tmp_path, (KOREAN * 5).encode(codec)))


def test_utf8_with_a_line_of_another_encoding_is_mixed_and_not_gb18030(tmp_path: Path) -> None:
    data = (SIMPLIFIED * 3).encode() + "9,雪碧\n".encode("gb18030") + SIMPLIFIED.encode()
    with pytest.raises(BadInputError, match="mixed encodings") as caught:
        detected(_file(tmp_path, data))
    assert caught.value.where.endswith(":10")
    assert "雪碧" not in str(caught.value)


def test_gb18030_with_a_late_line_of_utf8_is_mixed(tmp_path: Path) -> None:
    data = (SIMPLIFIED * 3).encode("gb18030") + "9,可口可乐\n".encode()
    with pytest.raises(BadInputError, match="mixed encodings") as caught:
        list(decoded_chunks(_file(tmp_path, data), "auto"))
    assert caught.value.where.endswith(":10")


def test_a_file_cut_inside_a_character_is_an_error_on_its_last_line(tmp_path: Path) -> None:
    with pytest.raises(BadInputError) as caught:
        detected(_file(tmp_path, (SIMPLIFIED * 3 + "名").encode()[:-1]))
    assert caught.value.where.endswith(":10")


def test_a_single_nul_byte_does_not_make_a_file_utf16(tmp_path: Path) -> None:
    path = _file(tmp_path, b"a,b\n1,2\n" * 10 + b"\0,1\n")
    with pytest.raises(BadInputError, match="NUL") as caught:
        list(decoded_chunks(path, "auto"))
    assert caught.value.where.endswith(":21")


def test_a_very_long_word_of_ascii_takes_no_longer_than_others(tmp_path: Path) -> None:
    path = _file(tmp_path, SIMPLIFIED.encode("gb18030") + b"A" * 500_000 + b"," + SIMPLIFIED.encode("gb18030"))
    begun = time.process_time()
    assert detected(path) == "gb18030"
    assert time.process_time() - begun < 5
