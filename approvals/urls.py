"""Paths of approvals."""

from django.urls import path

from approvals import fragments, views
from approvals.amendments import entry
from approvals.amendments import views as amendments
from core.verbs import advance

app_name = "approvals"

urlpatterns = [
    path("approvals/", views.Queue.as_view(), name="queue"),
    path("approvals/approve-several/", views.approve_chosen, name="approve-several"),
    path("orders/<int:pk>/review/", views.review, name="review"),
    path("orders/<int:pk>/amend/", entry.Amend.as_view(), name="amend"),
    path("orders/<int:pk>/amend/totals/", entry.amend_totals, name="amend-totals"),
    path("orders/<int:pk>/revisions/<int:number>/", amendments.revision, name="revision"),
    path("orders/<int:pk>/revisions/<int:number>/print/", amendments.print_revision, name="print-revision"),
    path("amendments/<int:pk>/", amendments.amendment_page, name="amendment"),
    path("amendments/<int:pk>/letter/", amendments.add_letter, name="amendment-letter"),
    path("amendments/<int:pk>/<slug:verb>/", advance, {"model": "approvals.Amendment"}, name="advance-amendment"),
    path("fragments/orders/<int:pk>/amendments/", amendments.amendments_of_order, name="amendments-of-order"),
    path("fragments/customers/<int:pk>/credit/", fragments.credit, name="credit"),
    path("fragments/feasible-date/", fragments.feasible_date, name="feasible-date"),
]
