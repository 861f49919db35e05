"""What the database itself refuses about people: rights beside the role."""

from core.protections import Protection, protect

_RIGHTS = "(NEW.is_superuser OR NEW.is_staff) AND NEW.role <> 'admin'"
_SENTENCE = "rights follow from the role alone"

protect(
    Protection("guard_person_rights_insert", "accounts_user", "INSERT", _RIGHTS, _SENTENCE),
    Protection("guard_person_rights_update", "accounts_user", "UPDATE", _RIGHTS, _SENTENCE),
)
