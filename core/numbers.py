"""Gapless serial numbers: one counter row per series, raised inside the caller's transaction."""

from django.db import connection, transaction


def next_serial(series: str) -> int:
    """The next serial of a series, starting with 1, never given twice and never skipped; as ``next_serials``."""
    return next_serials(series, 1)[0]


def next_serials(series: str, count: int) -> range:
    """The next ``count`` serials of a series.

    One upsert locks the counter row until the transaction ends, so a rollback gives the serial back. Take it last:
    everybody else who needs a number of this series waits (global lock order, docs/architecture.md).

    Raises:
        TransactionManagementError: outside a transaction, where a failure after it would leave a gap.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A serial is only taken inside a transaction.")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_counter (series, value) VALUES (%s, %s) "
            "ON CONFLICT (series) DO UPDATE SET value = core_counter.value + excluded.value RETURNING value",
            [series, count],
        )
        last = cursor.fetchone()[0]
    return range(last - count + 1, last + 1)
