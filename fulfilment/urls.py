"""Paths of shipments, and the order page's delivery tab. The verbs come last: their path takes whatever is left."""

from django.urls import path

from core.verbs import advance
from fulfilment import views, views_departure, views_order, views_sign_off

app_name = "fulfilment"

urlpatterns = [
    path("shipments/", views.shipments, name="list"),
    path("shipments/<int:pk>/", views.ShipmentDetail.as_view(), name="detail"),
    path("shipments/<int:pk>/transport/", views.ShipmentTransport.as_view(), name="transport"),
    path("shipments/<int:pk>/print/", views.DeliveryNote.as_view(), name="print"),
    path("shipments/<int:pk>/departure/", views_departure.ShipmentDeparture.as_view(), name="departure"),
    path("shipments/<int:pk>/sign-off/", views_sign_off.SignOff.as_view(), name="sign-off"),
    path("shipments/<int:pk>/correction/", views_sign_off.CorrectSignOff.as_view(), name="correction"),
    path("shipments/<int:pk>/<slug:verb>/", advance, {"model": "fulfilment.Shipment"}, name="advance"),
    path("orders/<int:pk>/delivery/", views_order.OrderDelivery.as_view(), name="delivery"),
    path("orders/<int:pk>/confirmation/", views_order.confirm, name="confirm"),
]
