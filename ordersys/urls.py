"""Every path of the site. The stable ones are listed in README.md."""

from django.contrib import admin
from django.urls import include, path

from core.health import healthz
from ordersys.views import navigation_counts

urlpatterns = [
    path("", include("accounts.urls")),
    path("", include("core.urls")),
    path("customers/", include("customers.urls")),
    path("products/", include("products.urls")),
    path("", include("approvals.urls")),
    path("", include("fulfilment.urls")),
    path("", include("orders.urls")),
    path("analytics/", include("analytics.urls")),
    path("analytics/", include("analytics.urls_report")),
    path("archive/", include("analytics.urls_archive")),
    path("fragments/navigation-counts/", navigation_counts, name="navigation-counts"),
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
]
