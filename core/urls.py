"""Paths of the kit: the worklist as home page, the search, background jobs, imports, messages."""

from django.urls import path

from core import views, views_autosave, views_files, views_history, views_imports, views_jobs, views_messages
from core.links import views as links

urlpatterns = [
    path("", views.worklist, name="worklist"),
    path("typed-again/", views.typed_again, name="typed-again"),
    path("autosave/", views_autosave.keep, name="autosave"),
    path("autosave/restore/", views_autosave.restore, name="autosave-restore"),
    path("autosave/discard/", views_autosave.discard, name="autosave-discard"),
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
    path("imports/<slug:kind>/<int:pk>/preview/", views_imports.import_preview, name="import-preview"),
    path("imports/<slug:kind>/<int:pk>/confirm/", views_imports.import_confirm, name="import-confirm"),
    path("operations/history/", views_history.history, name="history"),
    path("operations/history/check/", views_history.check_history, name="history-check"),
    path("operations/history/<slug:model>/<int:pk>/", views_history.record_history, name="history-record"),
    path("c/<str:token>/", links.private_page, name="private-page"),
    path("links/<int:pk>/", links.link_page, name="link"),
    path("links/<int:pk>/revoke/", links.revoke, name="link-revoke"),
    path("links/<int:pk>/renew/", links.renew, name="link-renew"),
    path("messages/", views_messages.message_list, name="messages"),
    path("messages/read/", views_messages.read_all, name="messages-read"),
    path("messages/<int:pk>/open/", views_messages.open_message, name="message-open"),
]
