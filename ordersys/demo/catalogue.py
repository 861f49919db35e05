"""The demonstration's catalogue: five categories of industrial controls, with stock."""

from datetime import timedelta
from decimal import Decimal
from random import Random

from django.utils import timezone

from accounts.models import User
from ordersys.demo.clock import clock_at, office
from products.models import COSTS, Category, Product, StockMove
from products.services import create_product, record_stock_move

#: category → (number, name, specification, unit, list price, lead time in working days, opening stock)
CATALOGUE: dict[str, list[tuple]] = {
    "控制柜": [
        ("KX-200", "控制柜", "KX-200", "台", "8600", 12, 60),
        ("KX-300", "控制柜", "KX-300 双门", "台", "12800", 15, 40),
        ("KX-500", "控制柜", "KX-500 并柜", "台", "21500", 20, 0),
        ("KX-EX80", "防爆控制柜", "KX-EX80 IIB T4", "台", "26800", 25, 6),
        ("KX-OD120", "户外控制柜", "KX-OD120 IP65", "台", "15900", 18, 18),
    ],
    "传感器": [
        ("PT-16", "压力变送器", "PT-16 0–1.6 MPa", "只", "385", 3, 420),
        ("PT-40", "压力变送器", "PT-40 0–4.0 MPa", "只", "465", 3, 260),
        ("LT-05", "液位变送器", "LT-05 0–5 m", "只", "690", 5, 180),
        ("TT-100", "温度变送器", "TT-100 Pt100", "只", "298", 3, 350),
        ("FM-80", "电磁流量计", "FM-80 DN80", "台", "4250", 10, 24),
    ],
    "驱动与电机": [
        ("VF-7R5", "变频器", "VF-7R5 7.5 kW", "台", "2350", 6, 85),
        ("VF-022", "变频器", "VF-022 22 kW", "台", "5480", 8, 40),
        ("VF-075", "变频器", "VF-075 75 kW", "台", "16900", 15, 8),
        ("SS-055", "软启动器", "SS-055 55 kW", "台", "4980", 8, 22),
        ("SM-750", "伺服电机", "SM-750 750 W", "台", "1860", 7, 96),
    ],
    "线缆与附件": [
        ("CB-2X1", "信号电缆", "RVVP 2×1.0", "米", "3.25", 2, 12000),
        ("CB-4X16", "动力电缆", "YJV 4×16", "米", "58.6", 4, 2600),
        ("TB-35", "接线端子", "TB-35 导轨式", "只", "4.8", 2, 9000),
        ("BR-100", "安装支架", "BR-100 不锈钢", "件", "86", 4, 300),
        ("IO-16", "远程 IO 模块", "IO-16 16 点", "件", "920", 6, 130),
    ],
    "服务": [
        ("SV-001", "现场调试", "按人日", "天", "1500", 0, None),
        ("SV-002", "操作培训", "每班 8 人", "次", "3200", 0, None),
        ("SV-003", "年度维护", "每台", "台", "980", 0, None),
        ("SV-004", "程序修改", "按人日", "天", "1800", 0, None),
    ],
}


def load_catalogue(people: dict[str, User], rng: Random) -> list[Product]:
    """Makes the products and their stock: opened a year and a half ago, filled up and counted since."""
    opened = office(timezone.now() - timedelta(days=540), rng)
    products, top = [], Category.objects.create(name="工业控制")
    for category, rows in CATALOGUE.items():
        with clock_at(opened):
            family = Category.objects.create(name=category, parent=None if category == "服务" else top)
            made = [_product(family, row, people["admin"]) for row in rows]
        for product, (*_described, opening) in zip(made, rows, strict=True):
            if opening:
                _stock(product, opening, opened, people, rng)
        products += made
    return products


def _product(family: Category, row: tuple, by: User) -> Product:
    code, name, specification, unit, price, lead_time, stock = row
    kind = Product.Kind.SERVICE if stock is None else Product.Kind.GOODS
    product = Product(
        category=family,
        code=code,
        name=name,
        specification=specification,
        unit=unit,
        kind=kind,
        list_price=Decimal(price),
        tax_rate=Decimal(6 if kind == Product.Kind.SERVICE else 13),
        lead_time=lead_time,
        reorder_point=Decimal(stock // 3) if stock else None,
        **_costs(Decimal(price), kind),
    )
    return create_product(product=product, by=by)


def _costs(price: Decimal, kind: str) -> dict[str, Decimal]:
    """Standard costs of a unit: parts of the list price; a service is work, and the way there."""
    parts = (
        ("0", "0.52", "0.05", "0.08", "0") if kind == Product.Kind.SERVICE else ("0.41", "0.11", "0.08", "0.03", "0.02")
    )
    return {name: (price * Decimal(part)).quantize(Decimal("0.01")) for name, part in zip(COSTS, parts, strict=True)}


def _stock(product: Product, opening: int, opened, people: dict[str, User], rng: Random) -> None:
    by = people[rng.choice(("operations1", "operations2"))]
    filled = max(1, opening // 3)
    moves = [
        (0, opening, StockMove.Reason.OPENING, ""),
        (200, filled, StockMove.Reason.PRODUCTION if product.unit == "台" else StockMove.Reason.PURCHASE, ""),
        (430, -max(1, opening // 50), StockMove.Reason.COUNT, "半年盘点差异"),
    ]
    for days, quantity, reason, note in moves:
        with clock_at(office(opened + timedelta(days=days + rng.randint(0, 20)), rng)):
            record_stock_move(product=product, quantity=Decimal(quantity), reason=reason, note=note, by=by)
