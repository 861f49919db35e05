"""Paths of the kit: the worklist as home page, the search, background jobs, imports, messages."""

from django.urls import path

from core import views, views_files, views_imports, views_jobs, views_messages

urlpatterns = [
    path("", views.worklist, name="worklist"),
    path("search/", views.search, name="search"),
    path("files/<int:pk>/", views_files.file, name="file"),
    path("jobs/", views_jobs.job_list, name="jobs"),
    path("jobs/<int:pk>/", views_jobs.job_detail, name="job"),
    path("jobs/<int:pk>/cancel/", views_jobs.cancel_job, name="job-cancel"),
    path("jobs/<int:pk>/repeat/", views_jobs.repeat_job, name="job-repeat"),
    path("jobs/<int:pk>/download/", views_jobs.download_result, name="job-download"),
    path("exports/<slug:key>/", views_jobs.export_list, name="export"),
    path("imports/", views_imports.import_index, name="imports"),
    path("imports/<slug:kind>/", views_imports.import_start, name="import-start"),
    path("imports/<slug:kind>/template/", views_imports.import_template, name="import-template"),
    path("imports/<slug:kind>/<int:pk>/", views_imports.import_run, name="import-run"),
    path("imports/<slug:kind>/<int:pk>/columns/", views_imports.import_columns, name="import-columns"),
    path("imports/<slug:kind>/<int:pk>/confirm/", views_imports.import_confirm, name="import-confirm"),
    path("messages/", views_messages.message_list, name="messages"),
    path("messages/read/", views_messages.read_all, name="messages-read"),
    path("messages/<int:pk>/open/", views_messages.open_message, name="message-open"),
]
