from django.db import migrations
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from core.chain import CONTENT, link
from core.facts import plain

_ORDER = ("status", "number", "round", "revision", "drafted_by_id", "submitted_at", "approved_at", "released_at")
_FROZEN = ("grade", "province", "booking_date", "first_promised_date", "sold_by_id", "sold_team_id")
_SHIPMENT = ("status", "packed_by_id", "quality_checked_by_id", "packing_checked_by_id", "unpaid_allowed_by_id")
_FOLLOWED = (
    ("orders", "order", _ORDER),
    ("fulfilment", "shipment", (*_SHIPMENT, "shipped_on", "signed_on", "signed_by")),
    ("customers", "customer", ("status", "owner_id", "grade", "credit_limit")),
    ("accounts", "user", ("role", "is_superuser", "is_staff", "is_active", "team_id", "decides_also_for_id")),
)
_AT_ONCE = 2000


def keep_facts(apps, schema_editor):
    """Every record of before gets one event with its facts, against which it can be held from now on."""
    Event, ContentType = apps.get_model("core", "Event"), apps.get_model("contenttypes", "ContentType")
    for app, name, fields in _FOLLOWED:
        kind = ContentType.objects.filter(app_label=app, model=name).first()
        if kind is None:
            continue
        told = Event.objects.filter(subject_type=kind, subject_id=OuterRef("pk"), facts__isnull=False)
        left = apps.get_model(app, name)._base_manager.filter(~Exists(told)).order_by("pk")
        last = 0
        while rows := list(left.filter(pk__gt=last)[:_AT_ONCE]):
            last = rows[-1].pk
            of_these = Event.objects.filter(subject_type=kind, subject_id__in=[row.pk for row in rows]).order_by()
            newest = of_these.values("subject_id").annotate(newest=Max("pk")).values("newest")
            ends = dict(Event.objects.filter(pk__in=newest).values_list("subject_id", "hash"))
            Event.objects.bulk_create(_event(Event, kind, row, fields, ends.get(row.pk, "")) for row in rows)


def _event(Event, kind, row, fields, before):
    names = (*fields, *(_FROZEN if getattr(row, "approved_at", None) else ()))
    facts = {name: plain(getattr(row, name)) for name in names}
    event = Event(subject_type_id=kind.pk, subject_id=row.pk, verb="kept", at=timezone.now(), data={}, facts=facts)
    event.hash = link(before, [getattr(event, name) for name in CONTENT])
    return event


class Migration(migrations.Migration):

    dependencies = [
        ("approvals", "0003_short_closings"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("core", "0003_chained_history"),
        ("orders", "0005_open_instalments"),
        ("fulfilment", "0001_initial"),
        ("customers", "0001_initial"),
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(keep_facts, migrations.RunPython.noop),
    ]
