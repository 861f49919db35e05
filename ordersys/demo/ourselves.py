"""The demonstration's own company: the letterhead of what it prints."""

from core.models import Company

_CLAUSES = """质量：按供方出厂检验标准及双方确认的规格书，随货附检验报告；质保 12 个月，自签收之日起。
包装与运输：防潮包装，运费由供方承担；到货当日需方清点，短少或破损在送货单上注明。
变更：数量、价格、交期的变更须经双方书面确认，以最新版本为准。
争议：协商解决，协商不成的，由供方所在地人民法院管辖。"""


def load_company() -> None:
    """Fills the letterhead, unless an administrator did."""
    facts = {
        "name": "云汀拾光智能控制设备有限公司",
        "credit_code": "91000000MA000SG010",
        "address": "云汀市 望潮区 灯塔路 1 号",
        "phone": "0000-6000",
        "email": "sales@shiguang.example",
        "bank_name": "云汀银行灯塔路支行",
        "bank_account": "0000 0000 0000 017",
        "clauses": _CLAUSES,
    }
    Company.objects.get_or_create(defaults=facts)
