"""Paths of the care for customers."""

from django.urls import path

from care import lists, views, views_changes

app_name = "care"

urlpatterns = [
    path("customers/<int:pk>/visits/", views.VisitPage.as_view(), name="visits"),
    path("customers/<int:pk>/care-plan/", views.EditPlan.as_view(), name="plan"),
    path("customers/<int:pk>/changes/", views_changes.CustomerChanges.as_view(), name="changes"),
    path("visits/", lists.VisitList.as_view(), name="visit-list"),
    path("file-changes/", lists.ChangeList.as_view(), name="change-list"),
    path("file-changes/<int:pk>/answer/", views_changes.answer, name="answer-change"),
]
