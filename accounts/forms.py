"""Logging in and choosing a password."""

from axes.helpers import get_cool_off, get_failure_limit
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.forms import FieldsetMixin


class LoginForm(AuthenticationForm):
    """Says how many tries remain before the login is locked."""

    def get_invalid_login_error(self) -> ValidationError:
        failures = getattr(self.request, "axes_failures_since_start", None)
        if failures is None:  # the lock-out is switched off
            return ValidationError(_("Wrong user name or password."))
        left = get_failure_limit(self.request, None) - failures
        sentence = ngettext(
            "Wrong user name or password. %(left)s more try, then the login is locked for %(minutes)s minutes.",
            "Wrong user name or password. %(left)s more tries, then the login is locked for %(minutes)s minutes.",
            left,
        )
        cool_off = get_cool_off(self.request)
        minutes = round(cool_off.total_seconds() / 60) if cool_off else 0
        return ValidationError(sentence % {"left": left, "minutes": minutes})


class LoginAgainForm(LoginForm):
    """Logs in the person whom the open page was made for (``page_of``), and nobody else."""

    def confirm_login_allowed(self, user) -> None:
        super().confirm_login_allowed(user)
        if str(user.pk) != self.data.get("page_of"):
            raise ValidationError(_("This page is somebody else's. Close it to work as another person."))


class PasswordForm(FieldsetMixin, PasswordChangeForm):
    fieldsets = ((gettext_lazy("Password"), (("old_password", "new_password1", "new_password2"),)),)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].help_text = gettext_lazy(
            "At least eight characters, not only digits, nothing close to your name, no common word."
        )
