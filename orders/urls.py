"""Paths of orders. The verbs come last: their path takes whatever the others leave."""

from django.urls import path

from core.verbs import advance
from orders import views, views_entry, views_print, views_receipts

app_name = "orders"

urlpatterns = [
    path("orders/", views.OrderList.as_view(), name="list"),
    path("orders/new/", views_entry.OrderNew.as_view(), name="new"),
    path("orders/suggest-products/", views_entry.suggest_products, name="suggest-products"),
    path("orders/totals/", views_entry.totals, name="totals"),
    path("orders/<int:pk>/", views.OrderDetail.as_view(), name="detail"),
    path("orders/<int:pk>/edit/", views_entry.OrderEdit.as_view(), name="edit"),
    path("orders/<int:pk>/print/", views_print.OrderPrint.as_view(), name="print"),
    path("orders/<int:pk>/timeline/", views.OrderTimeline.as_view(), name="timeline"),
    path("orders/<int:pk>/receipts/", views_receipts.OrderReceipts.as_view(), name="receipts"),
    path("receipts/<int:pk>/reverse/", views_receipts.reverse_receipt, name="reverse-receipt"),
    path("fragments/customers/<int:pk>/orders/", views.customer_orders, name="customer-orders"),
    path("orders/<int:pk>/<slug:verb>/", advance, {"model": "orders.Order"}, name="advance"),
]
