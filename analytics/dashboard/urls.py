"""Paths of the figures. The lists come first: a month's path takes whatever is left."""

from django.urls import path

from analytics.dashboard import views
from analytics.dashboard.refund_rows import RefundRows
from analytics.dashboard.requirement_rows import RequirementRows
from analytics.dashboard.row_lists import CustomerRows, LineRows, OrderRows

app_name = "analytics"

urlpatterns = [
    path("", views.latest, name="latest"),
    path("orders/", OrderRows.as_view(), name="orders"),
    path("lines/", LineRows.as_view(), name="lines"),
    path("customers/", CustomerRows.as_view(), name="customers"),
    path("requirements/", RequirementRows.as_view(), name="requirements"),
    path("refunds/", RefundRows.as_view(), name="refunds"),
    path("<str:month>/", views.month, name="month"),
]
