"""Adding a product to the catalogue and changing one, and the families that products belong to."""

from copy import copy

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views import View

from accounts.requests import PersonRequest
from accounts.rights import demand
from core.autosave import saved
from core.http import render_invalid, see_other
from core.interrupted import take_up
from core.stale import Stale
from core.submitted import SentOtherwise, renew_token
from products.forms import CategoryForm, ProductForm
from products.models import Category, Product
from products.rights import may_change_products
from products.services import create_product, created_with, save_category, update_product

FORM = "products/product_form.html"
CATEGORIES, CATEGORY = "products/category_list.html", "products/category_form.html"


class NewProduct(View):
    """Adds a product."""

    takes_up = True
    request: PersonRequest

    def dispatch(self, request, *args, **kwargs):
        demand(may_change_products(request.user))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request):
        return render(request, FORM, {"form": ProductForm(take_up(request), by=request.user)})

    def post(self, request):
        form = ProductForm(request.POST, by=request.user)
        valid = form.is_valid()
        token = form.cleaned_data.get("submit_token")
        # A second click is no second product, though its number is taken by now.
        if (valid or created_with(token, request.user)) and (product := self._add(form, token)):
            messages.success(request, _("%(product)s is in the catalogue.") % {"product": product})
            return saved(see_other(product), person=request.user, page=request.path, form=str(token or ""))
        return render_invalid(request, FORM, {"form": form})

    def _add(self, form: ProductForm, token) -> Product | None:
        try:
            return create_product(product=form.instance, by=self.request.user, token=token)
        except SentOtherwise as refused:
            form.add_error(None, refused)
            renew_token(form, "submit_token")
        except ValidationError as error:
            form.add_error(None, error)
        return None


class EditProduct(View):
    """Changes a product; somebody else's change meanwhile is shown beside what was typed."""

    takes_up = True
    request: PersonRequest

    def dispatch(self, request, *args, **kwargs):
        demand(may_change_products(request.user))
        self.product = get_object_or_404(Product.objects.visible_to(request.user), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, pk):
        return render(request, FORM, {"form": self._form(take_up(request)), "product": self.product})

    def post(self, request, pk):
        form = self._form(request.POST)
        if form.is_valid() and self._change(form):
            messages.success(request, _("Saved."))
            return saved(see_other(self.product), person=request.user, page=request.path)
        return render_invalid(request, FORM, {"form": form, "product": self.product})

    def _form(self, data=None) -> ProductForm:
        # A copy, because the form writes into its instance and the page shows the stored one.
        return ProductForm(data, instance=copy(self.product), by=self.request.user)

    def _change(self, form: ProductForm) -> bool:
        try:
            update_product(product=form.instance, by=self.request.user, version=form.cleaned_data["version"])
        except Stale as stale:
            form.go_on_from(stale.current)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return True
        return False


class Categories(View):
    """The families of products as a tree, and a form that adds one."""

    request: PersonRequest

    def dispatch(self, request, *args, **kwargs):
        demand(may_change_products(request.user))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request):
        return render(request, CATEGORIES, self._context(CategoryForm()))

    def post(self, request):
        form = CategoryForm(request.POST)
        if form.is_valid() and _save(form, request.user):
            messages.success(request, _("Category “%(name)s” added.") % {"name": form.instance})
            return see_other("products:categories")
        return render_invalid(request, CATEGORIES, self._context(form))

    def _context(self, form: CategoryForm) -> dict:
        return {"form": form, "categories": Category.objects.in_tree().annotate(products=Count("product"))}


class EditCategory(View):
    """Renames a family of products, or hangs it below another."""

    request: PersonRequest

    def dispatch(self, request, *args, **kwargs):
        demand(may_change_products(request.user))
        self.category = get_object_or_404(Category, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, pk):
        return render(request, CATEGORY, {"form": CategoryForm(instance=self.category)})

    def post(self, request, pk):
        form = CategoryForm(request.POST, instance=self.category)
        if form.is_valid() and _save(form, request.user):
            messages.success(request, _("Saved."))
            return see_other("products:categories")
        return render_invalid(request, CATEGORY, {"form": form})


def _save(form: CategoryForm, by) -> bool:
    try:
        save_category(category=form.instance, by=by)
    except ValidationError as error:  # somebody else hung it elsewhere meanwhile
        form.add_error(None, error)
        return False
    return True
