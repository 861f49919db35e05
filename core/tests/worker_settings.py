"""The site's settings for real workers in tests: short leases, a broker of their own, the sample kinds."""

import os
from pathlib import Path

from ordersys.settings import *  # noqa: F403
from ordersys.settings import CELERY_BEAT_SCHEDULE, CELERY_BROKER_TRANSPORT_OPTIONS, REDIS_URL

JOB_LEASE = 2
JOB_RECONCILE = 1
JOB_RETRY = 1
JOB_PATIENCE = float(os.environ.get("JOB_PATIENCE", "180"))
CELERY_BEAT_SCHEDULE = {
    "reconcile": {**CELERY_BEAT_SCHEDULE["reconcile"], "schedule": JOB_RECONCILE, "options": {"expires": JOB_RECONCILE}}
}
CELERY_BEAT_MAX_LOOP_INTERVAL = 1
CELERY_IMPORTS = ["core.tests.sample_jobs"]
if not REDIS_URL:
    CELERY_BROKER_TRANSPORT_OPTIONS["folder"] = str(Path(os.environ["MEDIA_ROOT"]) / "broker")
