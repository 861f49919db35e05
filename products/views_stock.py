"""The stock as operations keep it: moved by hand, with a reason."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views import View

from accounts.requests import PersonRequest
from accounts.rights import demand
from core.autosave import saved
from core.http import render_invalid, see_other
from core.interrupted import take_up
from core.submitted import SentOtherwise, renew_token
from core.templatetags.ui import quantity
from products.forms import AdjustmentForm
from products.models import Product, StockMove
from products.rights import may_keep_stock
from products.services import adjust_stock

ADJUST = "products/stock_adjust.html"


class AdjustStock(View):
    """Goods of one product come in or go out by hand."""

    takes_up = True
    request: PersonRequest

    def dispatch(self, request, *args, **kwargs):
        demand(may_keep_stock(request.user))
        self.product = get_object_or_404(Product.objects.visible_to(request.user), pk=kwargs["pk"])
        if not self.product.keeps_stock:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, pk):
        return render(request, ADJUST, {"form": AdjustmentForm(take_up(request)), "product": self.product})

    def post(self, request, pk):
        form = AdjustmentForm(request.POST)
        if form.is_valid() and (move := self._move(form)):
            words = {"quantity": f"{move.quantity.normalize():+f}", "on_hand": quantity(move.product.on_hand)}
            messages.success(request, _("Moved by %(quantity)s: %(on_hand)s on hand.") % words)
            token = str(form.cleaned_data["submit_token"] or "")
            return saved(see_other(self.product), person=request.user, page=request.path, form=token)
        return render_invalid(request, ADJUST, {"form": form, "product": self.product})

    def _move(self, form: AdjustmentForm) -> StockMove | None:
        data = dict(form.cleaned_data)
        try:
            return adjust_stock(product=self.product, by=self.request.user, token=data.pop("submit_token"), **data)
        except SentOtherwise as refused:
            form.add_error(None, refused)
            renew_token(form, "submit_token")
        except ValidationError as error:
            form.add_error(None, error)
        return None
