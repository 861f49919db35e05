"""The unified social credit code (统一社会信用代码): eighteen characters, the last of which is a checksum."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from stdnum.cn import uscc
from stdnum.exceptions import InvalidLength
from stdnum.exceptions import ValidationError as NotACode

from core.text_key import text_key

LENGTH = 18


def tidy_code(text: str) -> str:
    """The code as it is stored: half-width capitals without spaces and dashes."""
    return text_key(text).upper().replace("-", "").replace(" ", "")


def check_code(code: str) -> None:
    """Raises ValidationError with a sentence when length, characters or checksum of the code are wrong."""
    try:
        uscc.validate(tidy_code(code))
    except InvalidLength as error:
        sentence = _("A credit code has %(right)d characters, this one has %(count)d.")
        raise ValidationError(sentence % {"right": LENGTH, "count": len(tidy_code(code))}) from error
    except NotACode as error:
        sentence = _("This credit code does not pass its own checksum: compare it with the business licence.")
        raise ValidationError(sentence) from error
