"""Choices that say in one place what is stored, what people read and which colour it has."""

from django.db.models import TextChoices


class ColouredChoices(TextChoices):
    """Choices whose members are ``value, colour family, label``; the families are the badges of ``static/app.css``."""

    family: str

    def __new__(cls, value: str, family: str = "") -> "ColouredChoices":
        member = str.__new__(cls, value)
        member._value_, member.family = value, family
        return member
