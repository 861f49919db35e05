from core.pinyin import initials_of, reading_of, search_key_of


def test_chinese_is_read_in_pinyin_and_initials():
    assert reading_of("海雅装备") == "haiyazhuangbei"
    assert initials_of("海雅装备") == "hyzb"


def test_latin_text_keeps_its_letters_in_lower_case():
    assert reading_of("KX-200") == initials_of("KX-200") == "kx-200"


def test_a_search_key_holds_every_way_to_type_a_name_once():
    assert search_key_of(["KX-200"], ["控制柜", "KX-200", ""]) == "kx-200 控制柜 kongzhigui kzg"
