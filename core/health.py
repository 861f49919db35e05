"""Liveness and readiness for load balancers and monitors."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@require_safe
@never_cache
@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """Say as JSON whether the site can work: 200 when the database answers and has every migration, else 503."""
    database, migrations = database_state()
    ready = database and migrations
    body = {"status": "ok" if ready else "unavailable", "database": database, "migrations": migrations}
    return JsonResponse(body, status=200 if ready else 503)


def database_state() -> tuple[bool, bool]:
    """Whether the database answers, and whether every migration has been applied to it."""
    try:
        executor = MigrationExecutor(connection)
        return True, not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return False, False
