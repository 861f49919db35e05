"""Paths of the monthly report, below those of its month's figures."""

from django.urls import path

from analytics import views_report

app_name = "report"
urlpatterns = [
    path("<str:month>/report/", views_report.report_month, name="month"),
    path("<str:month>/report/write/", views_report.write, name="write"),
    path("<str:month>/report/words/", views_report.words, name="words"),
    path("<str:month>/report/print/", views_report.print_sheet, name="print"),
    path("<str:month>/report/excel/", views_report.excel, name="excel"),
]
