"""The customer file as one form: the header, and under it a few rows of contacts."""

import uuid
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import FieldsetModelForm
from core.stale import Difference
from customers import rights
from customers.contact_rows import ContactRows
from customers.contacts import ContactInput
from customers.credit_code import check_code, tidy_code
from customers.duplicates import Likeness, likely_duplicates, with_access
from customers.fields import CustomerField
from customers.models import Customer, PaymentTerms
from customers.places import PLACES, cities_of, districts_of
from customers.services import FIELDS, PLACE

# With JavaScript the proposal stands in its box as soon as the name is written; without it on saving.
_PROPOSES_SHORT_NAME = {
    "hx-get": reverse_lazy("customers:short-name"),
    "hx-trigger": "change",
    "hx-target": "#id_short_name",
    "hx-swap": "outerHTML",
    "hx-include": "#id_short_name, #id_province, #id_city, #id_district",
}
_CONTACTS_STAND_AT = 3  # after the mistakes, the likely duplicates and the first fieldset


#: The boxes of the form, and of each of its contacts, that tell one company from another.
TELLING = ("name", "credit_code", "phone")


def warn_while_typing(boxes: dict[str, Any], customer: int | None) -> None:
    """Shows beside each telling box which other files are alike as soon as something is typed there."""
    for name in TELLING:
        # The name of a contact tells people apart, no companies.
        if name in boxes and (name == "phone" or "phone" not in boxes):
            boxes[name].beside, boxes[name].besides = "customers/_alike_box.html", customer or ""


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
        widgets = {
            "core_needs": forms.Textarea(attrs={"rows": 3}),
            # Chosen from a list or typed: not every place is known.
            **{name: forms.TextInput({"list": f"{name}-names", "autocomplete": "off"}) for name in PLACE[:-1]},
        }

    def __init__(self, data=None, *, by: User, instance: Customer | None = None):
        super().__init__(data, instance=instance)
        self.by = by
        self.likely: list[Likeness] = []
        self.contacts = ContactRows(data, customer=instance)
        self.conflict: list[Difference] = []
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
        name, short_name = self.fields["name"], self.fields["short_name"]
        name.widget.attrs.update(_PROPOSES_SHORT_NAME, autofocus=not self.instance.pk)
        short_name.required = False
        short_name.help_text = _("Proposed from the name when empty")
        for boxes in (self.fields, *(row.fields for row in self.contacts.forms)):
            warn_while_typing(boxes, self.instance.pk)
        self.initial["version" if instance else "submit_token"] = instance.version if instance else uuid.uuid4()
        del self.fields["submit_token" if instance else "version"]

    def _layout(self) -> Layout:
        layout = super()._layout()
        layout.fields.insert(1, _Piece("customers/_likely.html"))
        layout.fields.append(_Piece("customers/_places.html"))
        layout.fields.insert(_CONTACTS_STAND_AT, _Piece("customers/_contact_rows.html"))
        return layout

    @property
    def place_names(self) -> list[tuple[str, list[str]]]:
        """What can be chosen in each of the boxes of the place, by what stands in the one before."""
        province, city = (str(self[name].value() or "") for name in PLACE[:2])
        return list(zip(PLACE, (list(PLACES), cities_of(province), districts_of(province, city)), strict=False))

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
            self.likely = likely_duplicates(
                name=self.cleaned_data["name"],
                credit_code=self.cleaned_data.get("credit_code", ""),
                phones=self.contacts.phones(),
                regions=[self.cleaned_data.get(name, "") for name in ("province", "city", "district")],
            )
            if not self.is_ticked:
                self.add_error(None, _("This company may have a file already: please look at what is alike first."))
        if self.instance.pk and values.get("referred_by") == self.instance:
            self.add_error("referred_by", _("A customer cannot refer itself."))
        return values

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
    def likely_with_access(self) -> list[tuple[Likeness, bool]]:
        """Each likely duplicate and whether this person may open it."""
        return with_access(self.likely, self.by)

    def values(self) -> dict:
        """What was written into the header, by field."""
        return {name: self.cleaned_data[name] for name in FIELDS}

    def written(self) -> dict:
        """The same, also of fields that were refused."""
        return {name: getattr(self.instance, name) for name in FIELDS}

    def contact_inputs(self) -> list[ContactInput]:
        """The contacts as they were written."""
        return self.contacts.inputs()

    def go_on_from(self, current: Customer, conflict: list[Difference]) -> None:
        """After somebody else saved first: shows the conflict, and lets the next save replace ``current`` knowingly."""
        posted: Any = self.data
        self.data = {**posted.dict(), "version": current.version}
        self.conflict = conflict
