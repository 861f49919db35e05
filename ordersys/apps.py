from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from ordersys.celery import app as celery_app  # noqa: F401  (whoever enqueues a job must know the broker)


class OrderSysConfig(AppConfig):
    name = "ordersys"
    verbose_name = _("OrderSys")
