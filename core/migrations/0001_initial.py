import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


# The pairs of neighbouring characters of a text, for a GIN index (``core.lookups``). Its cost is some thousand times
# that of an operator, as measured: with the usual one the planner computes the pairs of every row instead of using
# the index.
_CREATE_PAIRS = """
CREATE FUNCTION core_pairs(value text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 5000 AS $pairs$
    SELECT coalesce(array_agg(one || two) FILTER (WHERE two IS NOT NULL), '{}')
    FROM unnest(string_to_array(value, NULL), (string_to_array(value, NULL))[2:]) AS neighbours(one, two)
$pairs$
"""
_DROP_PAIRS = "DROP FUNCTION core_pairs(text)"


def create_pairs(apps, schema_editor):
    """Only PostgreSQL searches by pairs of characters; SQLite compares every row."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(_CREATE_PAIRS)


def drop_pairs(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(_DROP_PAIRS)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('contenttypes', '0002_remove_content_type_name'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(create_pairs, drop_pairs),
        migrations.CreateModel(
            name='Counter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('series', models.CharField(max_length=120, unique=True)),
                ('value', models.PositiveIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'counter',
                'verbose_name_plural': 'counters',
            },
        ),
        migrations.CreateModel(
            name='PolicyValue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60, unique=True, verbose_name='policy')),
                ('value', models.CharField(max_length=60, verbose_name='value')),
            ],
            options={
                'verbose_name': 'policy',
                'verbose_name_plural': 'policies',
                'ordering': ['key'],
            },
        ),
        migrations.CreateModel(
            name='WorkdayOverride',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True, verbose_name='day')),
                ('is_workday', models.BooleanField(verbose_name='work day')),
                ('note', models.CharField(blank=True, default='', max_length=100, verbose_name='note')),
            ],
            options={
                'verbose_name': 'work-day exception',
                'verbose_name_plural': 'work-day exceptions',
                'ordering': ['-day'],
            },
        ),
        migrations.CreateModel(
            name='Company',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120, verbose_name='company name')),
                ('credit_code', models.CharField(blank=True, default='', max_length=18, verbose_name='unified social credit code')),
                ('address', models.CharField(blank=True, default='', max_length=200, verbose_name='address')),
                ('phone', models.CharField(blank=True, default='', max_length=40, verbose_name='phone')),
                ('email', models.EmailField(blank=True, default='', max_length=254, verbose_name='e-mail')),
                ('bank_name', models.CharField(blank=True, default='', max_length=100, verbose_name='bank')),
                ('bank_account', models.CharField(blank=True, default='', max_length=40, verbose_name='bank account')),
                ('clauses', models.TextField(blank=True, default='', help_text='One a line; printed on quotations and confirmations.', verbose_name='standard clauses')),
            ],
            options={
                'verbose_name': 'our company',
                'verbose_name_plural': 'our company',
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='one_company_only')],
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=60, verbose_name='kind')),
                ('unique_key', models.CharField(blank=True, default='', max_length=200)),
                ('arguments', models.JSONField(blank=True, default=dict)),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('running', 'Running'), ('done', 'Finished'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='queued', editable=False, max_length=10, verbose_name='status')),
                ('progress_done', models.PositiveIntegerField(default=0)),
                ('progress_total', models.PositiveIntegerField(default=0)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('claim', models.UUIDField(editable=False, null=True)),
                ('lease_until', models.DateTimeField(editable=False, null=True)),
                ('is_suspect', models.BooleanField(default=False, editable=False)),
                ('cancel_requested', models.BooleanField(default=False)),
                ('error', models.JSONField(blank=True, default=dict)),
                ('outcome', models.JSONField(blank=True, default=dict)),
                ('outcome_url', models.CharField(blank=True, default='', max_length=300)),
                ('result_file', models.CharField(blank=True, default='', editable=False, max_length=100)),
                ('result_name', models.CharField(blank=True, default='', max_length=200)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='created')),
                ('started_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('expires_at', models.DateTimeField(null=True)),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
            ],
            options={
                'verbose_name': 'job',
                'verbose_name_plural': 'jobs',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='ImportRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20, verbose_name='kind')),
                ('name', models.CharField(max_length=200, verbose_name='file name')),
                ('path', models.CharField(blank=True, default='', editable=False, max_length=100)),
                ('size', models.PositiveBigIntegerField(default=0, verbose_name='size (bytes)')),
                ('sha256', models.CharField(max_length=64)),
                ('brought_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='uploaded')),
                ('choice', models.JSONField(blank=True, default=dict)),
                ('findings', models.JSONField(null=True)),
                ('imported_at', models.DateTimeField(editable=False, null=True, verbose_name='imported')),
                ('brought_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='uploaded by')),
                ('check_job', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='core.job')),
                ('import_job', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='core.job')),
            ],
            options={
                'verbose_name': 'import',
                'verbose_name_plural': 'imports',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sentence', models.JSONField()),
                ('url', models.CharField(blank=True, default='', max_length=300)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_id', models.BigIntegerField()),
                ('purpose', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=200, verbose_name='file name')),
                ('path', models.CharField(max_length=100, unique=True)),
                ('content_type', models.CharField(max_length=100, verbose_name='kind')),
                ('size', models.PositiveBigIntegerField(verbose_name='size (bytes)')),
                ('sha256', models.CharField(max_length=64)),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='uploaded')),
                ('subject_type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contenttypes.contenttype')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='uploaded by')),
            ],
            options={
                'verbose_name': 'file',
                'verbose_name_plural': 'files',
                'ordering': ['id'],
                'indexes': [models.Index(fields=['subject_type', 'subject_id', 'id'], name='attachment_of_subject')],
            },
        ),
        migrations.CreateModel(
            name='ClosedMonth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_day', models.DateField(unique=True, verbose_name='month')),
                ('last_day', models.DateField()),
                ('closed_at', models.DateTimeField(verbose_name='closed')),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='closed by')),
            ],
            options={
                'verbose_name': 'closed month',
                'verbose_name_plural': 'closed months',
                'ordering': ['first_day'],
                'constraints': [models.CheckConstraint(condition=models.Q(('first_day__day', 1), ('last_day__gt', models.F('first_day'))), name='closed_month_is_a_month')],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_id', models.BigIntegerField()),
                ('verb', models.CharField(max_length=40)),
                ('note', models.TextField(blank=True, default='')),
                ('data', models.JSONField(default=dict)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('subject_type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contenttypes.contenttype')),
            ],
            options={
                'verbose_name': 'event',
                'verbose_name_plural': 'events',
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['subject_type', 'subject_id', '-id'], name='event_timeline')],
            },
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(fields=['owner', '-id'], name='job_of_owner'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(condition=models.Q(('state__in', ['queued', 'running'])), fields=['state', 'due_at'], name='job_live'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(condition=models.Q(('result_file', ''), _negated=True), fields=['expires_at'], name='job_with_file'),
        ),
        migrations.AddConstraint(
            model_name='job',
            constraint=models.UniqueConstraint(condition=models.Q(('cancel_requested', False), ('state__in', ['queued', 'running']), models.Q(('unique_key', ''), _negated=True)), fields=('kind', 'unique_key'), name='one_live_job_per_key'),
        ),
        migrations.AddConstraint(
            model_name='job',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'running'), _negated=True), models.Q(('claim__isnull', False), ('lease_until__isnull', False)), _connector='OR'), name='running_job_has_a_lease'),
        ),
        migrations.AddConstraint(
            model_name='job',
            constraint=models.CheckConstraint(condition=models.Q(('attempts__lte', 5)), name='job_attempts_are_limited'),
        ),
        migrations.AddIndex(
            model_name='importrun',
            index=models.Index(fields=['brought_by', 'kind', '-id'], name='import_of_person'),
        ),
        migrations.AddIndex(
            model_name='importrun',
            index=models.Index(condition=models.Q(('path', ''), _negated=True), fields=['brought_at'], name='import_with_file'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['user', '-id'], name='message_of_user'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('read_at__isnull', True)), fields=['user'], name='message_unread'),
        ),
    ]
