"""Paths of requirements."""

from django.urls import path

from core.verbs import advance
from requirements import verbs, views, views_forms

app_name = "requirements"

urlpatterns = [
    path("requirements/", views.RequirementList.as_view(), name="list"),
    path("requirements/new/", views_forms.NewRequirement.as_view(), name="new"),
    path("requirements/lost/", views.lost_reasons, name="lost"),
    path("requirements/questionnaire/<int:pk>/", verbs.send_questionnaire, name="questionnaire"),
    path("requirements/<int:pk>/", views.RequirementDetail.as_view(), name="detail"),
    path("requirements/<int:pk>/edit/", views_forms.EditRequirement.as_view(), name="edit"),
    path("requirements/<int:pk>/print/", views.RequirementPrint.as_view(), name="print"),
    path("requirements/<int:pk>/confirm/", views_forms.ConfirmByLetter.as_view(), name="confirm"),
    path("requirements/<int:pk>/send_summary/", verbs.send_summary, name="send-summary"),
    path("requirements/<int:pk>/attach/", verbs.attach, name="attach"),
    # The machine's verbs come last: their path takes whatever is left.
    path("requirements/<int:pk>/<slug:verb>/", advance, {"model": "requirements.Requirement"}, name="advance"),
    path("fragments/customers/<int:pk>/requirements/", views.customer_requirements, name="customer-requirements"),
]
