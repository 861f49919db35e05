import pytest

from core.pinyin import MOST_READINGS, reading_of, readings_of, search_key_of


def test_chinese_is_read_in_pinyin():
    assert reading_of("海雅装备") == "haiyazhuangbei"


def test_a_search_key_holds_every_way_to_type_a_name_once():
    assert search_key_of(["KX-200"], ["控制柜", "KX-200", ""]) == "kx200 控制柜 kongzhigui kzg"
    assert (
        search_key_of(["C1"], ["云汀海雅有限公司", "海雅"]) == "c1 云汀海雅有限公司 yuntinghaiyayouxiangongsi ythyyxgs"
    )


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("朝阳重机", "zhaoyang chaoyang zyzj cyzj"),
        ("长垣", "changyuan zhangyuan cy"),
        ("华晟", "huasheng huacheng hs"),
        ("厦华", "xiahua shahua xh"),
        ("单氏", "shanshi danshi ss"),
        ("洪洞", "hongtong hongdong ht"),
        ("乐清", "yueqing yq"),
    ],
)
def test_each_usual_reading_of_a_character_finds_it(name, typed):
    key = search_key_of([], [name])
    assert [word for word in typed.split() if word not in key] == []


def test_a_name_of_many_readings_keeps_those_next_to_the_likeliest():
    found = readings_of("长长长长长长")
    assert len(found) == 7 <= MOST_READINGS
    assert len({initials for _sound, initials in found}) == 7
