"""Paths of the monthly report, below those of its month's figures."""

from django.urls import path

from analytics.report import views

app_name = "report"
urlpatterns = [
    path("<str:month>/report/", views.report_month, name="month"),
    path("<str:month>/report/write/", views.write, name="write"),
    path("<str:month>/report/words/", views.words, name="words"),
    path("<str:month>/report/print/", views.print_sheet, name="print"),
    path("<str:month>/report/excel/", views.excel, name="excel"),
]
