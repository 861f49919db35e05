"""What the database itself refuses about people: rights beside the role, and deputies of deputies."""

from core.protections import Protection, changed, protect

_RIGHTS = "(NEW.is_superuser OR NEW.is_staff) AND NEW.role <> 'admin'"
_SENTENCE = "rights follow from the role alone"

_TABLE = "accounts_deputyship"
# Another one that holds on one of its days: of the same person, of the deputy who is away, or taken by the person.
_OVERLAPS = (
    f"NEW.last_day >= NEW.first_day AND EXISTS (SELECT 1 FROM {_TABLE} o WHERE o.id <> NEW.id "
    "AND o.last_day >= o.first_day AND o.first_day <= NEW.last_day AND NEW.first_day <= o.last_day "
    "AND (o.person_id IN (NEW.person_id, NEW.deputy_id) OR o.deputy_id = NEW.person_id))"
)
_APART = "a person has one deputy a day, who is not away"

protect(
    Protection(
        "guard_deputyship_stands",
        _TABLE,
        "UPDATE",
        changed(("person_id", "deputy_id", "made_by_id", "made_at")),
        "a deputyship only moves its days",
    ),
    Protection("guard_deputyship_is_kept", _TABLE, "DELETE", "1 = 1", "deputyships are never deleted"),
    Protection("guard_deputyships_apart", _TABLE, "INSERT", _OVERLAPS, _APART),
    Protection("guard_deputyships_stay_apart", _TABLE, "UPDATE", _OVERLAPS, _APART),
)
protect(
    Protection("guard_person_rights_insert", "accounts_user", "INSERT", _RIGHTS, _SENTENCE),
    Protection("guard_person_rights_update", "accounts_user", "UPDATE", _RIGHTS, _SENTENCE),
)
