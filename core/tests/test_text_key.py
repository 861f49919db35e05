import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.pinyin import search_key_of
from core.text_key import parts_of, search_form, text_key, words_of, written, written_line


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("控制柜（防爆型）", "控制柜(防爆型)"),
        ("控制柜【防爆型】", "控制柜 [防爆型]"),
        ("ＰＯ－77881／Ａ", "po-77881/a"),
        ("KX—500", "KX-500"),
        ("KX——500", "kx‑500"),
        ("海雅 装备", "海雅\u3000装备"),
        ("海雅 装备", "海雅装备"),
        ("SF 1234 5678", "sf12345678"),
        ("“华东”仓", "'华东'仓"),
        ("Acme   Power", "ACME\u00a0POWER"),
        ("卡尔·马克思", "卡尔•马克思"),
        ("海\u200b雅\ufeff", "海雅"),
        ("①号", "1号"),
    ],
)
def test_what_differs_only_in_form_has_one_key(one, other):
    assert text_key(one) == text_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("New Ark", "Newark"), ("KX-500", "KX500"), ("1.5", "15"), ("海雅", "海亚")]
)
def test_what_is_another_thing_has_another_key(one, other):
    assert text_key(one) != text_key(other)


@given(st.text())
def test_the_key_of_a_key_is_the_key(text):
    assert text_key(text_key(text)) == text_key(text) == text_key(written(text))


@given(st.text())
def test_what_is_kept_is_kept_again(text):
    assert written(written(text)) == written(text)


def test_what_people_wrote_is_kept_without_what_cannot_be_seen():
    assert written("\u3000\u202e云汀海雅（集团）有限公司\u200b\x00 ") == "云汀海雅（集团）有限公司"
    assert written("一\r\n二\t三") == "一\n二\t三"
    assert written_line("一\r\n二\t三") == "一 二 三"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("控制柜（防爆型）", ["控制柜防爆型"]),
        ("yjv 4*16", ["yjv", "4x16"]),
        ("yjv 4 × 16", ["yjv", "4x16"]),
        ("YJV-4×16mm²", ["yjv4x16mm2"]),
        ("po-77881", ["po77881"]),
        ("hai'ce", ["haice"]),
        ("1.5kW", ["1.5kw"]),
        ("Co., Ltd.", ["co", "ltd"]),
        ("海雅 - 装备", ["海雅", "装备"]),
        ("%", ["%"]),
        ("\x00 \u200b", []),
    ],
)
def test_words_are_searched_by_their_letters_and_figures(typed, words):
    assert words_of(typed) == words


@given(st.text(alphabet="海雅KX-（）*×.5 /'", min_size=1))
def test_what_is_written_is_found_by_its_own_words(text):
    key = search_key_of([text], [])
    assert all(word in key for word in words_of(text))


@pytest.mark.parametrize(
    ("word", "parts"), [("控制柜500", ["控制柜", "500"]), ("kx500", ["kx", "500"]), ("yjv4x16", ["yjv", "4x16"])]
)
def test_a_word_has_parts_where_its_characters_change(word, parts):
    assert parts_of(word) == parts


def test_a_name_of_signs_alone_is_still_found():
    assert search_form("★★") == "★★"
