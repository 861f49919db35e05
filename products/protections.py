"""What of the catalogue always holds, whoever writes."""

from core.protections import Protection, protect

_CATEGORY, _LINE = "products_category", "products_stockcountline"
_TWO_LEVELS = "a category stands at most one below another"
_THIRD_LEVEL = (
    "NEW.parent_id IS NOT NULL AND ("
    f"EXISTS (SELECT 1 FROM {_CATEGORY} WHERE id = NEW.parent_id AND parent_id IS NOT NULL) "
    f"OR EXISTS (SELECT 1 FROM {_CATEGORY} WHERE parent_id = NEW.id))"
)

protect(
    Protection("guard_category_two_levels_new", _CATEGORY, "INSERT", _THIRD_LEVEL, _TWO_LEVELS),
    Protection("guard_category_two_levels", _CATEGORY, "UPDATE", _THIRD_LEVEL, _TWO_LEVELS),
    Protection(
        "guard_posted_count_stands",
        _LINE,
        "UPDATE",
        "OLD.difference IS NOT NULL",
        "what was counted and posted is never changed",
    ),
    Protection("guard_posted_count_is_kept", _LINE, "DELETE", "OLD.difference IS NOT NULL", "posted counts are kept"),
)
