"""What was agreed stands: it is only ended, never later than it was to be, and no two agreements overlap."""

from core.protections import Protection, changed, protect

_TABLE = "agreements_priceagreement"
_AGREED = ("product_id", "price", "starts_on", "ends_on", "note", "made_by_id", "made_at")
# Another one of the same customer and product that holds on one of the days. What was withdrawn holds on none.
_OVERLAPS = (
    f"NEW.last_day >= NEW.starts_on AND EXISTS (SELECT 1 FROM {_TABLE} o "
    "WHERE o.customer_id = NEW.customer_id AND o.product_id = NEW.product_id{but} "
    "AND o.last_day >= o.starts_on AND o.starts_on <= NEW.last_day AND NEW.starts_on <= o.last_day)"
)
_APART = "the price of a product is agreed once for a day with a customer"

protect(
    Protection("guard_agreement_stands", _TABLE, "UPDATE", changed(_AGREED), "an agreement stands as it was made"),
    Protection(
        "guard_agreement_ends_earlier",
        _TABLE,
        "UPDATE",
        "NEW.last_day > OLD.last_day",
        "an agreement may only end earlier than it was to end",
    ),
    Protection("guard_agreement_is_kept", _TABLE, "DELETE", "1 = 1", "agreements are never deleted"),
    Protection("guard_agreements_apart", _TABLE, "INSERT", _OVERLAPS.format(but=""), _APART),
    # A customer's agreements may move to the file that it was merged into.
    Protection("guard_agreements_stay_apart", _TABLE, "UPDATE", _OVERLAPS.format(but=" AND o.id <> NEW.id"), _APART),
)
