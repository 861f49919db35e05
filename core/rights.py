"""Who may read which file, and import what."""

from core import registries
from core.imports.kinds import kinds_for
from core.models import Attachment


def may_read_file(user, attachment: Attachment) -> bool:
    """Whether this person may see the record that the file belongs to, and prices where the file shows them.

    What has no such rule nobody may see.
    """
    if attachment.purpose in registries.priced_files and not user.sees_prices:
        return False
    model = attachment.subject_type.model_class()
    visible_to = getattr(getattr(model, "objects", None), "visible_to", None)
    return visible_to is not None and visible_to(user).filter(pk=attachment.subject_id).exists()


def may_import(user) -> bool:
    """Whether there is anything that this person may bring in a spreadsheet."""
    return bool(kinds_for(user))


def may_check_history(user) -> bool:
    """Whether the proofs of history are this person's to ask for and to read: they name records of everybody."""
    return user.is_superuser
