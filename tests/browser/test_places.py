"""The boxes of a place follow each other while one types, and an address pasted whole is parted in sight."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_the_city_follows_the_province_and_a_whole_address_is_parted(page_of, rep):
    page = page_of(rep)
    page.goto("/customers/new/")
    box = {name: page.locator(f"#id_{name}") for name in ("province", "city", "district", "address")}
    box["province"].fill("浙江")
    box["province"].press("Tab")
    expect(box["province"]).to_have_value("浙江省")
    expect(page.locator("#city-names option")).to_have_count(11)
    box["city"].fill("杭州")
    box["city"].press("Tab")
    expect(box["city"]).to_have_value("杭州市")
    box["province"].fill("江苏")
    box["province"].press("Tab")
    expect(box["city"]).to_have_value("")
    box["province"].fill("")
    box["address"].fill("浙江省杭州市余杭区文一西路 1 号")
    box["address"].press("Tab")
    for name, kept in (
        ("province", "浙江省"),
        ("city", "杭州市"),
        ("district", "余杭区"),
        ("address", "文一西路 1 号"),
    ):
        expect(box[name]).to_have_value(kept)
