"""Paths of approvals."""

from django.urls import path

from approvals import fragments, views

app_name = "approvals"

urlpatterns = [
    path("approvals/", views.Queue.as_view(), name="queue"),
    path("approvals/approve-several/", views.approve_chosen, name="approve-several"),
    path("orders/<int:pk>/review/", views.review, name="review"),
    path("fragments/customers/<int:pk>/credit/", fragments.credit, name="credit"),
    path("fragments/feasible-date/", fragments.feasible_date, name="feasible-date"),
]
