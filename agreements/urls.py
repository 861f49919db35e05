"""Paths of price agreements."""

from django.urls import path

from agreements import fragments, views

app_name = "agreements"

urlpatterns = [
    path("agreements/", views.AgreementList.as_view(), name="list"),
    path("agreements/new/", views.NewAgreement.as_view(), name="new"),
    path("agreements/<int:pk>/end/", views.EndAgreement.as_view(), name="end"),
    path("customers/<int:pk>/agreements/", views.CustomerAgreements.as_view(), name="of-customer"),
    path("fragments/customers/<int:pk>/agreements/", fragments.of_customer, name="customer-fragment"),
    path("fragments/products/<int:pk>/agreements/", fragments.of_product, name="product-fragment"),
]
