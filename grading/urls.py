from django.urls import path

from core.verbs import advance
from grading import views

app_name = "grading"
urlpatterns = [
    path("grades/", views.Proposals.as_view(), name="list"),
    path("grades/decide/", views.decide, name="decide"),
    path("grades/<int:pk>/<slug:verb>/", advance, {"model": "grading.GradeProposal"}, name="advance"),
    path("customers/<int:pk>/regrade/", views.ask, name="ask"),
]
