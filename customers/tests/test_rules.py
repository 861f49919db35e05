"""Pure rules of the customer file: short names, credit codes, phone numbers."""

import pytest
from django.core.exceptions import ValidationError

from customers.credit_code import check_code, tidy_code
from customers.phones import comparable_numbers, has_private_mobile, numbers_in
from customers.shortname import plain_name, propose_short_name


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("云汀市海雅装备有限责任公司", "海雅装备"),
        ("浙江省杭州市余杭区青麦自动化股份有限公司", "青麦自动化"),
        ("上海宝钢集团有限公司", "宝钢"),
        ("华能电气集团", "华能电气"),
        ("内蒙古自治区呼和浩特市蒙牛乳业（集团）股份有限公司", "蒙牛乳业"),
        ("西门子（中国）有限公司", "西门子"),
        ("海雅装备有限公司上海分公司", "海雅装备上海"),
        ("Haiya Equipment Co., Ltd.", "Haiya Equipment"),
        ("Alfreds Futterkiste", "Alfreds Futterkiste"),
    ],
)
def test_a_short_name_drops_region_and_legal_form(name, short):
    assert propose_short_name(name) == short


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("建材市场服务有限公司", "建材市场服务"),
        ("上海智慧社区服务有限公司", "智慧社区服务"),
        ("北京银行股份有限公司", "北京银行"),
        ("上海有限公司", "上海"),
        ("集团有限公司", "集团有限公司"),
    ],
)
def test_a_short_name_keeps_what_only_looks_like_a_region_or_is_all_there_is(name, short):
    assert propose_short_name(name) == short


def test_a_short_name_knows_the_customers_own_region():
    assert propose_short_name("云汀海雅装备有限公司") == "云汀海雅装备"
    assert propose_short_name("云汀海雅装备有限公司", ("云汀省", "云汀市", "")) == "海雅装备"


def test_a_short_name_fits_its_field_and_nothing_gives_nothing():
    assert len(propose_short_name("海" * 100)) == 40
    assert propose_short_name("  ") == ""


def test_a_plain_name_has_one_width_and_single_spaces():
    assert plain_name(" 海雅（上海）  Ａ ") == "海雅(上海) A"


def test_a_right_credit_code_passes_however_it_is_written():
    check_code(tidy_code("91 1100 0060 0037 341l"))
    assert tidy_code("９１１１００００６０００３７３４１ｌ") == "91110000600037341L"


@pytest.mark.parametrize("code", ["91110000600037342L", "9111000060003734", "91110000600037341I", "海雅"])
def test_a_wrong_credit_code_is_refused_with_a_sentence(code):
    with pytest.raises(ValidationError) as refused:
        check_code(code)
    assert len(refused.value.messages[0]) > 10


@pytest.mark.parametrize(
    "text",
    [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "(138) 0013.8000",
        "+86 138-0013-8000",
        "0086 13800138000",
        "１３８００１３８０００",
        "李强13800138000",
        "0571-88018016/13800138000",
        "13800138000-8016",
    ],
)
def test_a_private_mobile_is_recognised_however_it_is_written(text):
    assert has_private_mobile(text)


@pytest.mark.parametrize(
    "text", ["", "8016", "0571-88018016", "021 12345678 901", "400-800-1234", "+86 571 8801 8016", "12345678901234"]
)
def test_an_office_line_is_no_private_mobile(text):
    assert not has_private_mobile(text)


def test_numbers_are_parted_where_people_part_them():
    assert numbers_in("0571-8801 8016 / 8042、转9") == ["057188018016", "8042", "9"]


def test_only_whole_numbers_tell_companies_apart():
    assert comparable_numbers(["0571-88018016", "8016", ""]) == {"057188018016"}
