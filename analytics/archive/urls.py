"""Paths of the monthly archive."""

from django.urls import path

from analytics.archive import views

app_name = "archive"
urlpatterns = [
    path("", views.archive_list, name="list"),
    path("<str:month>/", views.archive_month, name="month"),
    path("<str:month>/download/", views.download, name="download"),
    path("<str:month>/close/", views.close, name="close"),
    path("<str:month>/verify/", views.verify, name="verify"),
    path("<str:month>/supplement/", views.supplement, name="supplement"),
]
