"""The customer file as one form: the header, and under it a few rows of contacts."""

import uuid
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from core.forms import FieldsetModelForm
from customers import rights
from customers.contact_rows import ContactRows
from customers.contacts import ContactInput
from customers.credit_code import check_code, tidy_code
from customers.duplicates import Likeness, likely_duplicates
from customers.fields import CustomerField
from customers.models import Customer, PaymentTerms
from customers.services import FIELDS

# With JavaScript the proposal stands in its box as soon as the name is written; without it on saving.
_PROPOSES_SHORT_NAME = {
    "hx-get": reverse_lazy("customers:short-name"),
    "hx-trigger": "change",
    "hx-target": "#id_short_name",
    "hx-swap": "outerHTML",
    "hx-include": "#id_short_name, #id_province, #id_city, #id_district",
}
_CONTACTS_STAND_AT = 3  # after the mistakes, the likely duplicates and the first fieldset


class _Piece:
    """Layout object: a template that sees the form."""

    def __init__(self, template: str):
        self.template = template

    def render(self, form, context, template_pack=None, **kwargs):
        return render_to_string(self.template, {"form": form})


class CustomerForm(FieldsetModelForm):
    """Opens a file (no instance) or changes one; ``by`` decides who may own it and whom it may name."""

    credit_code = forms.CharField(
        label=_("Unified social credit code"), max_length=40, required=False, help_text=_("18 characters, optional")
    )
    referred_by = CustomerField(label=_("Referred by"), required=False, help_text=_("Name, pinyin or number"))
    submit_token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    fieldsets = (
        (
            _("Company"),
            ("name", ("short_name", "credit_code"), ("industry", "source", "referred_by", "owner")),
        ),
        (_("Address"), (("province", "city", "district", "address"),)),
        (_("Doing business"), (("payment_terms", "repurchase_on"), "core_needs")),
        (_("Invoice data"), (("invoice_title", "tax_number"), ("bank_name", "bank_account"))),
    )
    widths = {
        "name": 6,
        "short_name": 3,
        "credit_code": 3,
        "province": (6, 2),
        "city": (6, 2),
        "district": (6, 2),
        "address": 6,
        "payment_terms": 6,
        "repurchase_on": 3,
    }

    class Meta:
        model = Customer
        fields = (*FIELDS, "owner")
        widgets = {"core_needs": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, data=None, *, by, instance=None):
        super().__init__(data, instance=instance)
        self.by, self.likely = by, []
        self.contacts = ContactRows(data, customer=instance)
        self.conflict = []
        self._set_up_choices()
        self._set_up_name()
        self.initial["version" if instance else "submit_token"] = instance.version if instance else uuid.uuid4()
        del self.fields["submit_token" if instance else "version"]

    def _set_up_choices(self):
        fields: dict[str, Any] = self.fields
        if self.instance.pk or not rights.may_choose_owner(self.by):
            del fields["owner"]
        else:
            fields["owner"].queryset = rights.owners_for(self.by)
            fields["owner"].empty_label = _("Unassigned")
        fields["payment_terms"].empty_label = "—"
        fields["payment_terms"].queryset = PaymentTerms.objects.filter(
            Q(active=True) | Q(pk=self.instance.payment_terms_id)
        )
        seen = Customer.objects.visible_to(self.by) | Customer.objects.filter(pk=self.instance.referred_by_id)
        fields["referred_by"].queryset = seen
        fields["referred_by"].show_choice(self["referred_by"].value())

    def _set_up_name(self):
        name, short_name = self.fields["name"], self.fields["short_name"]
        name.widget.attrs.update(_PROPOSES_SHORT_NAME, autofocus=not self.instance.pk)
        short_name.required = False
        short_name.help_text = _("Proposed from the name when empty")

    def _layout(self) -> Layout:
        layout = super()._layout()
        layout.fields.insert(1, _Piece("customers/_likely.html"))
        layout.fields.insert(_CONTACTS_STAND_AT, _Piece("customers/_contact_rows.html"))
        return layout

    @property
    def mistakes(self):
        return [*super().mistakes, *self.contacts.mistakes]

    def clean_credit_code(self) -> str:
        code = tidy_code(self.cleaned_data["credit_code"])
        if code:
            check_code(code)
        return code

    def clean(self):
        super().clean()
        values = self.cleaned_data
        if not self.contacts.is_valid():
            self.add_error(None, self.contacts.sentence)
        if not self.instance.pk and values.get("name"):
            self._look_for_duplicates()
        if self.instance.pk and values.get("referred_by") == self.instance:
            self.add_error("referred_by", _("A customer cannot refer itself."))
        return values

    def _look_for_duplicates(self) -> None:
        self.likely = likely_duplicates(
            name=self.cleaned_data["name"],
            credit_code=self.cleaned_data.get("credit_code", ""),
            phones=self.contacts.phones(),
            regions=[self.cleaned_data.get(name, "") for name in ("province", "city", "district")],
        )
        if not self.is_ticked:
            self.add_error(None, _("This company may have a file already: please look at what is alike first."))

    @property
    def is_ticked(self) -> bool:
        """Whether every likely duplicate was shown before and ticked away; one found later asks again."""
        return {str(likeness.customer.pk) for likeness in self.likely} <= set(
            self.data.get("create_anyway", "").split(",")
        )

    @property
    def likely_keys(self) -> str:
        return ",".join(str(likeness.customer.pk) for likeness in self.likely)

    @property
    def likely_shown(self) -> list[tuple[Likeness, bool]]:
        """Each likely duplicate and whether this person may open it."""
        keys = [likeness.customer.pk for likeness in self.likely]
        seen = set(Customer.objects.visible_to(self.by).filter(pk__in=keys).values_list("pk", flat=True))
        return [(likeness, likeness.customer.pk in seen) for likeness in self.likely]

    def values(self) -> dict:
        """What was written into the header, by field."""
        return {name: self.cleaned_data[name] for name in FIELDS}

    def contact_inputs(self) -> list[ContactInput]:
        """The contacts as they were written."""
        return self.contacts.inputs()

    def go_on_from(self, current: Customer, conflict: list) -> None:
        """After somebody else saved first: shows the conflict, and lets the next save replace ``current`` knowingly."""
        posted: Any = self.data
        self.data = {**posted.dict(), "version": current.version}
        self.conflict = conflict
