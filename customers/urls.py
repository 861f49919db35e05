"""Paths of customers."""

from django.urls import path

from core.verbs import advance
from customers import verbs, views, views_merge

app_name = "customers"

urlpatterns = [
    path("", views.CustomerList.as_view(), name="list"),
    path("new/", views.NewCustomer.as_view(), name="new"),
    path("suggest/", views.suggest, name="suggest"),
    path("unassigned/", views.UnassignedList.as_view(), name="unassigned"),
    path("unassigned/assign/", verbs.assign, name="assign"),
    path("transfer/", verbs.TransferCustomers.as_view(), name="transfer"),
    path("alike/", views.alike, name="alike"),
    path("short-name/", views.short_name, name="short-name"),
    path("place/", views.place, name="place"),
    path("<int:pk>/", views.CustomerDetail.as_view(), name="detail"),
    path("<int:pk>/edit/", views.EditCustomer.as_view(), name="edit"),
    path("<int:pk>/credit-limit/", verbs.set_limit, name="set-limit"),
    path("<int:pk>/change-owner/", verbs.change_owner, name="change-owner"),
    path("<int:pk>/merge/", views_merge.MergeCustomers.as_view(), name="merge"),
    # The machine's verbs come last: their path takes whatever is left.
    path("<int:pk>/<slug:verb>/", advance, {"model": "customers.Customer"}, name="advance"),
]
