"""Making one file of two: the other file is chosen, both are seen side by side, and what stays is said."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from accounts.requests import PersonRequest
from accounts.rights import demand
from core import parameters
from core.forms import FieldsetForm
from core.http import see_other
from core.stale import Stale
from customers import rights
from customers.fields import CustomerField
from customers.merge import PARTS, differing, merge_customers, says_no_more, why_not_merged
from customers.merging import is_same_person
from customers.models import Contact, Customer
from customers.moving import what_moves
from customers.services import FIELDS

PAGE = "customers/merge.html"
_MERGED, _INTO = "merged", "into"


class PartnerForm(FieldsetForm):
    """With which file another one is to be merged; it is the one that stays."""

    into = CustomerField(label=gettext_lazy("The file that stays"), help_text=gettext_lazy("Name, pinyin or number"))
    fieldsets = (("", ("into",)),)
    widths = {"into": 6}

    def __init__(self, data=None, *, by):
        super().__init__(data)
        field = self.fields["into"]
        assert isinstance(field, CustomerField)
        field.queryset = Customer.objects.visible_to(by)
        field.show_choice(self["into"].value())


@dataclass(frozen=True)
class Side:
    """One thing that both files say: of the merged one, of the one that stays, and whose value stays."""

    name: str
    label: str
    merged: str
    into: str
    stays: str
    is_choice: bool


class MergeCustomers(View):
    """The file of the address goes into the one that is chosen with it."""

    request: PersonRequest

    def dispatch(self, request, *args, **kwargs):
        self.merged = get_object_or_404(Customer.objects.visible_to(request.user), pk=kwargs["pk"])
        demand(rights.may_merge(request.user))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, pk):
        form = PartnerForm(request.GET if "into" in request.GET else None, by=request.user)
        if not form.is_bound or not form.is_valid():
            return self._page(form=form, status=422 if form.is_bound else 200)
        into = form.cleaned_data["into"]
        if refusal := why_not_merged(self.merged, into, request.user):
            form.add_error("into", refusal)
            return self._page(form=form, status=422)
        return self._page(into=into)

    def post(self, request, pk):
        into = parameters.row(Customer.objects.all(), request.POST, "into")
        if into is None:
            return self._page(form=PartnerForm(request.POST, by=request.user), status=422)
        versions = (parameters.key(request.POST, "version") or 0, parameters.key(request.POST, "into_version") or 0)
        note = parameters.text(request.POST, "note")[:200]
        try:
            merge_customers(
                merged=self.merged, into=into, by=request.user, taken=self._taken(), note=note, versions=versions
            )
        except Stale:
            refusal = _("Somebody changed one of the files meanwhile. Please look at both again.")
        except ValidationError as error:
            refusal = " ".join(error.messages)
        else:
            words = {"old": self.merged.number, "new": into.number}
            messages.success(request, _("%(old)s was merged into %(new)s.") % words)
            return see_other(into)
        if not Customer.objects.visible_to(request.user).filter(pk=into.pk).exists():
            messages.error(request, refusal)
            return see_other(self.merged)
        into.refresh_from_db()
        return self._page(into=into, refusal=refusal, note=note, status=422)

    def _taken(self) -> list[str]:
        """The fields of which the merged file's value was chosen."""
        return [name for name in FIELDS if parameters.text(self.request.POST, f"stays-{name}") == _MERGED]

    def _page(self, *, into: Customer | None = None, status: int = 200, **context):
        if into is not None:
            self.merged.refresh_from_db()
            context |= {
                "sides": sides_of(self.merged, into, self._taken()),
                "people": people_of(self.merged, into),
                "moving": [(str(mover.model._meta.verbose_name_plural), n) for mover, n in what_moves(self.merged)],
            }
        return render(self.request, PAGE, {"merged": self.merged, "into": into, **context}, status=status)


def sides_of(merged: Customer, into: Customer, taken: list[str]) -> list[Side]:
    """What the files say, part by part; where one says nothing that the other one does not, the other's stays."""
    labels = {field.name: str(field.verbose_name) for field in Customer._meta.concrete_fields}
    choices, sides = differing(merged, into), []
    for part in PARTS:
        said = [" ".join(filter(None, (_said(file, name) for name in part))) for file in (merged, into)]
        if any(said):
            name = part[-1]
            stays = _MERGED if name in taken or says_no_more(into, merged, part) else _INTO
            sides.append(Side(name, labels[name], said[0], said[1], stays, part in choices))
    return sides


def people_of(merged: Customer, into: Customer) -> list[tuple[Contact, str]]:
    """Who will stand in the file that stays, and from where: "into", "merged", or "both"."""
    theirs, ours = list(merged.contacts.all()), list(into.contacts.all())
    doubles = [one for one in theirs if any(is_same_person(one, other) for other in ours)]
    known = [(other, "both" if any(is_same_person(one, other) for one in doubles) else _INTO) for other in ours]
    return [*known, *((one, _MERGED) for one in theirs if one not in doubles)]


def _said(file: Customer, name: str) -> str:
    show = getattr(file, f"get_{name}_display", None)
    value = show() if show else getattr(file, name)
    return "" if value is None else str(value)
