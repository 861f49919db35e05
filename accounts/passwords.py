"""What a password must not be, beyond Django's own rules."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.pinyin import reading_of
from core.text_key import text_key

_SHORTEST_WORD = 2


class UnlikeThePerson:
    """Refuses what is only the login, the name, its pinyin or the mail address with little around it: ``rep12345``."""

    def __init__(self, beside: int = 8):
        self.beside = beside  # so many other characters make it a password again

    def validate(self, password, user=None):
        left = text_key(password).replace(" ", "")
        for word in _words_of(user):
            left = left.replace(word, "").replace(word[::-1], "")
        if user is not None and left != text_key(password).replace(" ", "") and len(left) < self.beside:
            raise ValidationError(_("The password is too close to your login, name or e-mail."), code="too_similar")

    def get_help_text(self):
        return _("It must not be made of your login, name or e-mail.")


def _words_of(user) -> list[str]:
    """What is known of a person and easily guessed, the longest first."""
    if user is None:
        return []
    known = (user.username, user.name, reading_of(user.name), user.email, user.email.partition("@")[0])
    words = {text_key(word).replace(" ", "") for word in known}
    return sorted((word for word in words if len(word) >= _SHORTEST_WORD), key=len, reverse=True)
