"""Places in China as people write them and as we keep them: 浙江 is 浙江省, 杭州 in it 杭州市, what is unknown stays.

What is known stands in ``static/vendor/places.json``: province → city → districts. A municipality (北京市) has itself
for its only city; a county that is under no city stands among the cities of its province.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings

from core.text_key import written_line

PLACES: dict[str, dict[str, list[str]]] = json.loads(
    (settings.BASE_DIR / "static" / "vendor" / "places.json").read_text(encoding="utf-8")
)
#: What official lists write where a municipality or a county has no city of its own: it says nothing.
_SAYS_NOTHING = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")
_PEOPLES = (
    "朝鲜 土家 苗 藏 羌 彝 布依 侗 哈尼 壮 傣 白 景颇 傈僳 回 蒙古 哈萨克 柯尔克孜 维吾尔 黎 瑶 畲 满 仫佬 毛南 仡佬 "
    "水 佤 拉祜 布朗 纳西 普米 独龙 怒 东乡 保安 撒拉 裕固 土 锡伯 塔吉克 达斡尔 鄂伦春 鄂温克 各"
)
_UNIT = re.compile(
    rf"(?:(?:(?:{'|'.join(_PEOPLES.split())})族?)+自治[州区县旗]|特别行政区|自治[州区县旗]|[新地林矿]区|[省市区县旗盟])$"
)
# 南京西路, 北京大街, 吉林市: what begins like a place and is none, or another one.
_NO_PLACE_AFTER_SHORT = re.compile(r"[市县区州盟旗路街道巷弄镇乡村号湾]|[新地林矿]区|大[道街路]|[东西南北中][路街大]")
# 杭州市民中心, 义乌市场; but 南平市 is followed by 政和县, 商丘市 by 民权县.
_NO_PLACE_AFTER_CITY = re.compile(r"民(?:中心|广场|公园|之家)|场|政(?:府|务|协|大厦|大楼|中心)")
_BETWEEN = " ,，、/·-"
_LONGEST = 15  # characters of a district
_PROVEN = 2  # a whole name, or two short ones


@dataclass(frozen=True)
class Place:
    """Where a company is: three names, and the rest of its address."""

    province: str = ""
    city: str = ""
    district: str = ""
    address: str = ""


def tidy_place(place: Place) -> Place:
    """The place with the official names of what we know of it; what we do not know stays as it was written.

    What its address opens with goes where it belongs (浙江省杭州市余杭区文一西路 1 号) unless another place
    stands there, and what follows from a part is filled in: 杭州市 is in 浙江省.
    """
    parts = (written_line(part) for part in (place.province, place.city, place.district, place.address))
    return _split(_named(Place(*parts)))


def province_called(written: str) -> str:
    """The official name of a province; what is none stays."""
    return _provinces().get(written.strip(), written.strip())


def provinces_alike(written: str) -> list[str]:
    """Every way of writing the same province; an unknown one has only its own."""
    name = province_called(written)
    return sorted({name, *(form for form, meant in _provinces().items() if meant == name)})


def cities_of(province: str) -> list[str]:
    """The cities of a province, in the official order; none of an unknown one."""
    return list(PLACES.get(province, ()))


def districts_of(province: str, city: str) -> list[str]:
    """The districts of a city, likewise."""
    return PLACES.get(province, {}).get(city, [])


def without_foreign_parts(place: Place) -> Place:
    """For somebody who has just chosen another province or city: what is known to lie in another one is taken away."""
    cities = PLACES.get(place.province)
    if cities and place.city and place.city not in cities and place.city in _every_city():
        return Place(place.province, address=place.address)
    here = districts_of(place.province, place.city)
    elsewhere = {name for districts in PLACES.get(place.province, {}).values() for name in districts} - set(here)
    return Place(place.province, place.city, "" if place.district in elsewhere else place.district, place.address)


# ---- names -----------------------------------------------------------------------------------------------------------


def _named(place: Place) -> Place:
    """The place by the official names of its three parts."""
    province, city, district = _provinces().get(place.province, place.province), place.city, place.district
    if not province and city in _every_city():
        province, city = _every_city()[city]
    if province in PLACES:
        city = "" if city in _SAYS_NOTHING else _cities(province).get(city, city)
        if province in _cities(province) and (not city or not district):
            # 上海 has no cities but itself: what stands there is a district.
            city, district = province, district or ("" if city == province else city)
        if city not in PLACES[province] and (not city or not district):
            city, district = _every_district(province).get(district or city, (city, district))
        district = "" if district in _SAYS_NOTHING or district == city else district
        district = _districts(province, city).get(district, district)
    return Place(province, city, district, place.address)


def _forms(name: str) -> set[str]:
    """What a place is called: 余杭区 and 余杭."""
    short = _UNIT.sub("", name)
    return {name, short} if len(short) > 1 else {name}


def _unique(pairs: list) -> dict:
    """What the pairs name, without forms that name several."""
    found: dict = {}
    for form, meant in pairs:
        found.setdefault(form, []).append(meant)
    return {form: meant[0] for form, meant in found.items() if len(meant) == 1}


@cache
def _provinces() -> dict[str, str]:
    """Provinces by their forms; people also write 广西省 and 新疆自治区."""
    usual = {form: name for name in PLACES for form in _forms(name)}
    more = {short + unit: name for short, name in usual.items() if short != name for unit in ("省", "自治区")}
    return more | usual | dict.fromkeys(("内蒙", "内蒙古", "内蒙古省"), "内蒙古自治区")


@cache
def _cities(province: str) -> dict[str, str]:
    return _unique([(form, city) for city in PLACES.get(province, ()) for form in _forms(city)])


@cache
def _districts(province: str, city: str) -> dict[str, str]:
    return _unique([(form, name) for name in districts_of(province, city) for form in _forms(name)])


@cache
def _every_city() -> dict[str, tuple[str, str]]:
    """Province and city by the forms that name one city of the country, and no district of another one (朝阳)."""
    meant: dict[str, set[tuple[str, str]]] = {}
    for province, cities in PLACES.items():
        for city, districts in cities.items():
            for form in set().union(*map(_forms, (city, *districts))):
                meant.setdefault(form, set()).add((province, city))
    alone = {form: next(iter(places)) for form, places in meant.items() if len(places) == 1}
    return {form: place for form, place in alone.items() if form in _forms(place[1])}


@cache
def _every_district(province: str) -> dict[str, tuple[str, str]]:
    """City and district by the whole names that a province has once."""
    return _unique([(name, (city, name)) for city, names in PLACES.get(province, {}).items() for name in names])


# ---- addresses -------------------------------------------------------------------------------------------------------


class _Opening:
    """Reads places off the front of an address; a whole name proves that it is one, or two short ones together."""

    def __init__(self, address: str):
        self.rest = address
        self.proof = 0

    def take(self, known: dict[str, Any], whole: bool = False) -> Any:
        """The longest known name that the rest opens with, taken off it; None when there is none."""
        for end in range(min(_LONGEST, len(self.rest)), 1, -1):
            form, after = self.rest[:end], self.rest[end:]
            if form not in known:
                continue
            is_whole = form == (known[form] if isinstance(known[form], str) else known[form][-1])
            no_place = _NO_PLACE_AFTER_CITY if form.endswith("市") else None if is_whole else _NO_PLACE_AFTER_SHORT
            if (whole and not is_whole) or (no_place and no_place.match(after)):
                continue
            self.rest, self.proof = after.lstrip(_BETWEEN), self.proof + (2 if is_whole else 1)
            return known[form]
        return None


def _split(place: Place) -> Place:
    """Takes off the address what it opens with; the place as it was where the two speak of different places."""
    opening = _Opening(place.address)
    # 吉林市 is a city, although 吉林 is a province.
    province, city = opening.take(_every_city(), whole=True) or (None, None)
    province = province or opening.take(_provinces() | _own(place.province)) or place.province
    nameless = {"市辖区": province} if province in _cities(province) else {}
    city = opening.take(_cities(province) | nameless | _own(place.city)) or city
    if city := city or place.city or (province if nameless else ""):
        district = opening.take(_districts(province, city) | _own(place.district), whole=True)
    else:
        city, district = opening.take(_every_district(province), whole=True) or ("", "")
    found = Place(province, city or place.city, district or place.district, opening.rest)
    given = ((place.province, province), (place.city, city), (place.district, district))
    if opening.proof < _PROVEN or any(own and read and own != read for own, read in given):
        return place
    return _named(found)


def _own(name: str) -> dict[str, str]:
    return {name: name} if name else {}
