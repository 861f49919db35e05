"""Invented companies, towns and people; none of them exists."""

from random import Random

from stdnum.cn import uscc

#: Short name and industry; those of the pictures come first.
KNOWN = (
    ("海雅装备", "环保设备"),
    ("青麦自动化", "自动化工程"),
    ("飞鱼岛新能源", "新能源"),
    ("蓝鲸岭机电", "机电设备"),
    ("橙子湖仪表", "仪器仪表"),
    ("月牙湾泵业", "泵阀"),
    ("雪松坡轴承", "机械零部件"),
    ("云雀谷环保", "环保设备"),
    ("北漠驼铃重工", "重型机械"),
    ("望星楼电气", "电气设备"),
    ("松烟阁印务", "印刷包装"),
)


def _cut(text: str, size: int) -> list[str]:
    """A row of names of one length."""
    return [text[n : n + size] for n in range(0, len(text), size)]


_PLACES = _cut(
    "鹿鸣渡白帆港竹影溪石榴坪星河畔麦浪原柳絮洲琥珀泉枫桥堰紫荆崖银杏里晴川渡苇塘湾桂花屿墨玉潭听涛阁云杉岭落霞浦", 3
)
_TRADES = (
    ("水务", "水处理"),
    ("重工", "重型机械"),
    ("化工", "化工"),
    ("食品", "食品加工"),
    ("纺织", "纺织"),
    ("玻璃", "建材"),
    ("制药", "制药"),
    ("电子", "电子制造"),
    ("冶金", "冶金"),
    ("包装", "印刷包装"),
    ("热能", "供热"),
)
# For a crowd: every view over every kind of land, in every trade.
_VIEWS = _cut(
    "松风青禾云鹤晚照早莺听雨拾光锦鲤白露清荷远帆长亭半山百草千帆万竹芳甸碧落丹枫芦雪梅影兰舟菊涧莲渚"
    "霜桥烟柳春汀夏木秋水冬青晓月暮云鸥鹭燕语鹤鸣蝉声珊瑚翡翠玛瑙玳瑁琉璃珍珠银河金穗玉泉石泉花溪草堂",
    2,
)
_LAND = "渡港溪坪畔原洲泉堰崖里湾屿潭阁岭浦塘坡滩"
_WORKS = "一二三四五六七八九十"
_MORE_TRADES = (
    *_TRADES,
    ("机电", "机电设备"),
    ("泵业", "泵阀"),
    ("环保", "环保设备"),
    ("轴承", "机械零部件"),
    ("仪表", "仪器仪表"),
    ("印务", "印刷包装"),
    ("新能源", "新能源"),
    ("自动化", "自动化工程"),
    ("管业", "建材"),
    ("船舶", "船舶配套"),
    ("粮油", "食品加工"),
    ("造纸", "造纸"),
)
TOWNS = (
    ("云汀省", "云汀市", "望潮区"),
    ("云汀省", "白鹭市", "芦苇区"),
    ("青岚省", "青岚市", "梧桐区"),
    ("青岚省", "石榴市", "南园区"),
    ("暮雪省", "松涛市", "北原区"),
    ("暮雪省", "冰河市", "银滩区"),
)
STREETS = ["拾贝路", "听雨街", "采薇路", "望岳大道", "锦鲤路", "稻香街", "远帆路", "长亭街"]
_SURNAMES = "李孙周吴郑冯沈韩杨朱秦许何吕施孔曹严华金"
_GIVEN = ["强", "梅", "建", "雯", *_cut("国平晓燕志明丽娟海波春生俊杰桂芳文斌雪莹永强思远", 2)]


def company(n: int) -> tuple[str, str]:
    """Short name and industry of the n-th company."""
    if n < len(KNOWN):
        return KNOWN[n]
    n -= len(KNOWN)
    few = len(_PLACES) * len(_TRADES)
    if n < few:
        # Both lists turn at once, so neighbours differ in both; their lengths have no common divisor.
        trade, industry = _TRADES[n % len(_TRADES)]
        return _PLACES[n % len(_PLACES)] + trade, industry
    # All combinations once, then again as second, third … works of the same name.
    round_of_views, view = divmod(n - few, len(_VIEWS))
    # Neighbours differ in the trade, too; each view meets each trade once before the land changes.
    trade, industry = _MORE_TRADES[(round_of_views + view) % len(_MORE_TRADES)]
    land = round_of_views // len(_MORE_TRADES)
    turn = land // len(_LAND)
    works = f"{_WORKS[turn % len(_WORKS)]}厂" if turn else ""
    return f"{_VIEWS[view]}{_LAND[land % len(_LAND)]}{trade}{works}", industry


def person(rng: Random) -> str:
    return rng.choice(_SURNAMES) + rng.choice(_GIVEN)


def credit_code(n: int) -> str:
    """A code of a region that does not exist, with a checksum that does."""
    body = f"91000000MA{n:07d}"
    return body + uscc.calc_check_digit(body)
