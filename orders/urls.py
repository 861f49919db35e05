"""Paths of orders. The verbs come last: their path takes whatever the others leave."""

from django.urls import path

from core.verbs import advance
from orders import before_visit, views, views_print, views_product, views_quotation, views_requirement
from orders.entry import views as entry

app_name = "orders"

urlpatterns = [
    path("orders/", views.OrderList.as_view(), name="list"),
    path("orders/new/", entry.OrderNew.as_view(), name="new"),
    path("orders/suggest-products/", entry.suggest_products, name="suggest-products"),
    path("orders/totals/", entry.totals, name="totals"),
    path("orders/<int:pk>/", views.OrderDetail.as_view(), name="detail"),
    path("orders/<int:pk>/edit/", entry.OrderEdit.as_view(), name="edit"),
    path("orders/<int:pk>/print/", views_print.OrderPrint.as_view(), name="print"),
    path("orders/<int:pk>/timeline/", views.OrderTimeline.as_view(), name="timeline"),
    path("orders/<int:pk>/report-change/", views.report_change_of, name="report-change"),
    path("orders/<int:pk>/quote/", views_quotation.NewQuotation.as_view(), name="quote"),
    path("quotations/<int:pk>/", views_quotation.quotation_page, name="quotation"),
    path("quotations/<int:pk>/print/", views_quotation.quotation_print, name="quotation-print"),
    path("quotations/<int:pk>/send/", views_quotation.send_quotation, name="send-quotation"),
    path("quotations/<int:pk>/revoke/", views_quotation.revoke, name="revoke-quotation"),
    path("quotations/answers/<int:pk>/note/", views_quotation.note, name="note-answer"),
    path("orders/<int:pk>/nudge/", views.nudge_holder, name="nudge"),
    path("requirements/<int:pk>/make_order/", views_requirement.make_order, name="make-order"),
    path("fragments/requirements/<int:pk>/orders/", views_requirement.orders_of_requirement, name="requirement-orders"),
    path("fragments/customers/<int:pk>/orders/", views.customer_orders, name="customer-orders"),
    path("fragments/customers/<int:pk>/before-visit/", before_visit.before_visit, name="before-visit"),
    path("fragments/products/<int:pk>/buyers/", views_product.buyers, name="product-buyers"),
    path("orders/<int:pk>/<slug:verb>/", advance, {"model": "orders.Order"}, name="advance"),
]
