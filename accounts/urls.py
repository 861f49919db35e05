"""Paths of accounts."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from accounts import views

urlpatterns = [
    path("accounts/login/", views.Login.as_view(), name="login"),
    path("accounts/login-again/", views.LoginAgain.as_view(), name="login-again"),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    path("accounts/language/", views.set_language, name="set_language"),
    path("accounts/password/", views.ChangePassword.as_view(), name="password-change"),
]
