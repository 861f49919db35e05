"""People and teams. Role, rights and team change only through the services."""

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm, UserCreationForm
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from accounts import services
from accounts.models import Team, User

# Rights follow from the role alone; groups would be a second truth.
admin.site.unregister(Group)

_LANGUAGES = [("", _("The browser's language")), *settings.LANGUAGES]


class PersonForm(UserChangeForm):
    language = forms.ChoiceField(choices=_LANGUAGES, required=False, label=_("Language"))

    class Meta(UserChangeForm.Meta):
        model = User
        fields = ("username", "password", "name", "email", "role", "team", "decides_also_for", "language", "is_active")  # type: ignore[assignment]


class NewPersonForm(UserCreationForm):
    language = forms.ChoiceField(choices=_LANGUAGES, required=False, label=_("Language"))

    class Meta(UserCreationForm.Meta):
        model = User
        fields = ("username", "name", "role", "team", "language")


@admin.register(User)
class PersonAdmin(UserAdmin):
    form = PersonForm
    add_form = NewPersonForm
    list_display = ("username", "name", "role", "team", "is_active", "last_login")
    list_filter = ("role", "team", "is_active")
    list_select_related = ("team",)
    search_fields = ("username", "name")
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password", "is_active")}),
        (_("Person"), {"fields": ("name", "email", "language")}),
        (_("Role and team"), {"fields": ("role", "team", "decides_also_for")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "password1", "password2")}),
        (_("Person"), {"fields": ("name", "language")}),
        (_("Role and team"), {"fields": ("role", "team")}),
    )

    def get_readonly_fields(self, request, obj=None):
        own = ("role", "is_active") if obj == request.user else ()
        return (*super().get_readonly_fields(request, obj), *own)

    def save_model(self, request, obj, form, change):
        save = services.update_person if change else services.create_person
        save(person=obj, by=request.user)

    def has_delete_permission(self, request, obj=None):
        return False  # history needs everybody who ever acted; who leaves is set inactive


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin):
    search_fields = ("name",)
