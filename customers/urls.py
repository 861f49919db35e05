"""Paths of customers."""

from django.urls import path

from customers import verbs, views

app_name = "customers"

urlpatterns = [
    path("", views.CustomerList.as_view(), name="list"),
    path("new/", views.NewCustomer.as_view(), name="new"),
    path("suggest/", views.suggest, name="suggest"),
    path("unassigned/", views.UnassignedList.as_view(), name="unassigned"),
    path("unassigned/assign/", verbs.assign, name="assign"),
    path("short-name/", views.short_name, name="short-name"),
    path("<int:pk>/", views.CustomerDetail.as_view(), name="detail"),
    path("<int:pk>/edit/", views.EditCustomer.as_view(), name="edit"),
    path("<int:pk>/freeze/", verbs.freeze, name="freeze"),
    path("<int:pk>/unfreeze/", verbs.unfreeze, name="unfreeze"),
    path("<int:pk>/change-owner/", verbs.change_owner, name="change-owner"),
]
