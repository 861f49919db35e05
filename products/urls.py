"""Paths of products."""

from django.urls import path

from products import views

app_name = "products"

urlpatterns = [
    path("", views.ProductList.as_view(), name="list"),
    path("suggest/", views.suggest, name="suggest"),
    path("<int:pk>/", views.ProductDetail.as_view(), name="detail"),
]
