"""Logging in, choosing a password, naming a deputy."""

from axes.helpers import get_cool_off, get_failure_limit
from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Deputyship, User
from accounts.roles import Role
from core.forms import FieldsetForm, FieldsetMixin


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


class _PersonField(forms.ModelChoiceField):
    """One of the people who work here, with what tells two of one name apart."""

    def label_from_instance(self, person: User) -> str:
        return " · ".join(filter(None, (str(person), person.get_role_display(), str(person.team or ""))))


class DeputyForm(FieldsetForm):
    """Who stands in for whom, from when to when; an administrator says for whom, everybody else for oneself."""

    person = _PersonField(queryset=User.objects.none(), label=gettext_lazy("Who is away"))
    deputy = _PersonField(queryset=User.objects.none(), label=gettext_lazy("Deputy"))
    first_day = forms.DateField(label=gettext_lazy("First day away"))
    last_day = forms.DateField(label=gettext_lazy("Last day away"), help_text=gettext_lazy("This day included."))

    fieldsets = ((gettext_lazy("Name a deputy"), (("person", "deputy"), ("first_day", "last_day"))),)
    widths = {"first_day": (6, 3), "last_day": (6, 3)}

    def __init__(self, data=None, *, by: User):
        super().__init__(data, initial={"person": by})
        people = User.objects.filter(is_active=True).exclude(role=Role.ADMIN).select_related("team")
        people = people.order_by("role", "name", "id")
        choices: dict = self.fields
        if by.role == Role.ADMIN:
            choices["person"].queryset = choices["deputy"].queryset = people
        else:
            choices["person"].queryset = people.filter(pk=by.pk)
            choices["deputy"].queryset = people.filter(role=by.role).exclude(pk=by.pk)


class DaysForm(FieldsetForm):
    """The days of a deputyship."""

    first_day = forms.DateField(label=gettext_lazy("First day away"))
    last_day = forms.DateField(label=gettext_lazy("Last day away"), help_text=gettext_lazy("This day included."))

    fieldsets = ((gettext_lazy("Days of the deputy"), (("first_day", "last_day"),)),)
    widths = {"first_day": (6, 3), "last_day": (6, 3)}

    def __init__(self, data=None, *, deputyship: Deputyship):
        super().__init__(data, initial={"first_day": deputyship.first_day, "last_day": deputyship.last_day})
