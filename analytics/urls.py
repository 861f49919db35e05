"""Paths of the figures. The lists come first: a month's path takes whatever is left."""

from django.urls import path

from analytics import views
from analytics.rows import CustomerRows, LineRows, OrderRows

app_name = "analytics"

urlpatterns = [
    path("", views.latest, name="latest"),
    path("orders/", OrderRows.as_view(), name="orders"),
    path("lines/", LineRows.as_view(), name="lines"),
    path("customers/", CustomerRows.as_view(), name="customers"),
    path("<str:month>/", views.month, name="month"),
]
