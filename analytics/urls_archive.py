"""Paths of the monthly archive."""

from django.urls import path

from analytics import views_archive

app_name = "archive"
urlpatterns = [
    path("", views_archive.archive_list, name="list"),
    path("<str:month>/", views_archive.archive_month, name="month"),
    path("<str:month>/download/", views_archive.download, name="download"),
    path("<str:month>/close/", views_archive.close, name="close"),
    path("<str:month>/verify/", views_archive.verify, name="verify"),
    path("<str:month>/supplement/", views_archive.supplement, name="supplement"),
]
