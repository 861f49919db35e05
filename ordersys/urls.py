"""Every path of the site. The stable ones are listed in README.md."""

from django.contrib import admin
from django.urls import include, path

from core.health import healthz
from ordersys.views import navigation_counts

handler500 = "core.unanswered.broken"

urlpatterns = [
    path("", include("accounts.urls")),
    path("", include("core.urls")),
    path("", include("care.urls")),
    path("", include("agreements.urls")),
    # Before the customers, whose verbs take whatever is left of a customer's path.
    path("", include("grading.urls")),
    path("", include("billing.urls")),
    path("customers/", include("customers.urls")),
    path("products/", include("products.urls")),
    path("", include("approvals.urls")),
    path("", include("fulfilment.urls")),
    path("", include("orders.urls")),
    # After orders, whose verb of a requirement would else be taken for one of its own.
    path("", include("requirements.urls")),
    path("analytics/", include("analytics.dashboard.urls")),
    path("analytics/", include("analytics.report.urls")),
    path("archive/", include("analytics.archive.urls")),
    path("fragments/navigation-counts/", navigation_counts, name="navigation-counts"),
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
]
