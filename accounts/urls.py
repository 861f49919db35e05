"""Paths of accounts."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from accounts import views
from accounts import views_deputies as deputies

urlpatterns = [
    path("accounts/login/", views.Login.as_view(), name="login"),
    path("accounts/login-again/", views.LoginAgain.as_view(), name="login-again"),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    path("accounts/language/", views.set_language, name="set_language"),
    path("handover/deputies/", deputies.Deputies.as_view(), name="deputies"),
    path("handover/deputies/<int:pk>/", deputies.ChangeDays.as_view(), name="deputyship"),
    path("handover/deputies/<int:pk>/end/", deputies.end, name="end-deputyship"),
    path("accounts/password/", views.ChangePassword.as_view(), name="password-change"),
]
