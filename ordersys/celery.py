"""The Celery app: workers and the schedule. Run by ``ordersys/serve.py``; what it may carry stands in core/tasks.py."""

import os

from celery import Celery
from celery.signals import worker_process_init

from ordersys.serve import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ordersys.settings")

app = Celery("ordersys")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def end_with_the_worker(**kwargs):
    """A killed worker takes its processes along, or they would wait for work for ever."""
    die_with_parent(os.getppid())
