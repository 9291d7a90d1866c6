"""Decoding is strict: the same text from every codec, and no file read in the wrong one without a word."""

import time
from pathlib import Path

import pytest

from migration_pipeline.raw.readers import encoding
from migration_pipeline.raw.readers.encoding import codec_name, decoded_chunks, settled_encoding, utf8_chunks
from migration_pipeline.runtime.errors import BadInputError

TEXT = "编码,名称\n001,可口可乐饮料\n002,农夫山泉\n"


def _file(folder: Path, data: bytes) -> Path:
    path = folder / "a.csv"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("size", [3, 7, 1 << 20])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_is_the_same_wherever_a_chunk_cuts_a_character(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, codec: str, size: int) -> None:
    monkeypatch.setattr(encoding, "CHUNK", size)
    path = _file(tmp_path, TEXT.encode(codec))
    assert "".join(decoded_chunks(path, codec)) == TEXT
    assert b"".join(utf8_chunks(path, codec)).decode() == TEXT


def test_utf8_is_handed_on_as_it_is_and_not_encoded_again(tmp_path: Path) -> None:
    path = _file(tmp_path, TEXT.encode("utf-8-sig"))
    assert list(utf8_chunks(path, "utf-8")) == [TEXT.encode()]


@pytest.mark.parametrize(("written", "name"), [("UTF8", "utf-8"), ("utf-8-sig", "utf-8"), ("GBK", "gbk"), ("GB18030", "gb18030")])
def test_a_codec_has_one_name_however_it_is_written(tmp_path: Path, written: str, name: str) -> None:
    assert settled_encoding(tmp_path, written) == name


@pytest.mark.parametrize("name", ["klingon", "rot13", "base64", "undefined"])
def test_what_is_no_text_encoding_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInputError, match="no encoding"):
        codec_name(name, tmp_path)


def test_a_character_cut_off_at_the_end_is_an_error_on_the_last_line(tmp_path: Path) -> None:
    with pytest.raises(BadInputError) as caught:
        list(decoded_chunks(_file(tmp_path, TEXT.encode()[:-2]), "utf-8"))
    assert caught.value.where.endswith(":3")


@pytest.mark.parametrize("codec", ["gb18030", "gbk"])
def test_lines_of_utf8_inside_another_encoding_are_named(tmp_path: Path, codec: str) -> None:
    """They would decode to other characters: 可口可乐 becomes 鍙彛鍙箰."""
    data = TEXT.encode(codec) * 50 + "003,可口可乐\n".encode() + TEXT.encode(codec)
    with pytest.raises(BadInputError, match="mixed encodings") as caught:
        list(decoded_chunks(_file(tmp_path, data), codec))
    assert caught.value.where.endswith(":151")
    assert "可口" not in str(caught.value)


def test_western_text_with_a_line_of_utf8_is_refused(tmp_path: Path) -> None:
    data = "1,Café\n".encode("cp1252") + "2,Crème\n".encode()
    with pytest.raises(BadInputError, match="mixed encodings") as caught:
        list(decoded_chunks(_file(tmp_path, data), "cp1252"))
    assert caught.value.where.endswith(":2")


def test_one_short_word_that_could_be_utf8_by_chance_is_not_refused(tmp_path: Path) -> None:
    """Bytes that are valid in both: a lone word of three characters proves nothing, however often it comes."""
    before, word = "名称\n".encode("gb18030"), "可乐".encode()
    text = "".join(decoded_chunks(_file(tmp_path, before + (word + b"\n") * 100), "gb18030"))
    assert text == "名称\n" + (word.decode("gb18030") + "\n") * 100
    several = b"\n".join(text.encode() for text in ("可乐", "啤酒", "牛奶", "面包"))
    with pytest.raises(BadInputError, match="mixed encodings"):
        list(decoded_chunks(_file(tmp_path, before + several), "gb18030"))


def test_the_whole_file_in_utf8_is_refused_as_another_codec(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="is utf-8, not koi8-r"):
        list(decoded_chunks(_file(tmp_path, TEXT.encode() * 3), "koi8-r"))


def test_a_wrong_line_late_in_the_file_is_found_while_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "CHUNK", 64)
    data = b"a,b\n" * 100 + b"\xff\xff,1\n"
    with pytest.raises(BadInputError) as caught:
        list(utf8_chunks(_file(tmp_path, data), "gb18030"))
    assert caught.value.where.endswith(":101")
    assert "write encoding: X" in caught.value.fix


@pytest.mark.parametrize("codec", ["utf-16", "utf-32"])
def test_a_missing_byte_order_mark_is_refused_where_the_codec_needs_one(tmp_path: Path, codec: str) -> None:
    with pytest.raises(BadInputError, match=f"a byte order mark, which {codec} needs") as caught:
        list(decoded_chunks(_file(tmp_path, TEXT.encode(f"{codec}-le")), codec))
    assert f"{codec}-le" in caught.value.fix


def test_a_very_long_word_of_another_encoding_takes_no_longer_than_others(tmp_path: Path) -> None:
    data = TEXT.encode("gb18030") + b"1," + "货".encode() * 200_000 + b"\x80\n"
    begun = time.process_time()
    with pytest.raises(BadInputError):
        list(decoded_chunks(_file(tmp_path, data), "gb18030"))
    assert time.process_time() - begun < 5
