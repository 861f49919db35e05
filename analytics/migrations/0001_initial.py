import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('core', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Archive',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content_hash', models.CharField(max_length=64)),
                ('counts', models.JSONField()),
                ('totals', models.JSONField()),
                ('problems', models.JSONField()),
                ('workbook_name', models.CharField(max_length=80)),
                ('workbook_hash', models.CharField(max_length=64)),
                ('rollups_hash', models.CharField(max_length=64)),
                ('histories_hash', models.CharField(max_length=64)),
                ('archived_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('seal', models.CharField(max_length=64)),
            ],
            options={
                'verbose_name': 'monthly archive',
                'verbose_name_plural': 'monthly archives',
                'ordering': ['-period__first_day'],
            },
        ),
        migrations.CreateModel(
            name='ArchiveRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('section', models.CharField(max_length=12)),
                ('position', models.PositiveIntegerField()),
                ('subject_id', models.BigIntegerField()),
                ('content', models.TextField()),
            ],
            options={
                'verbose_name': 'archived row',
                'verbose_name_plural': 'archived rows',
                'ordering': ['section', 'position'],
            },
        ),
        migrations.CreateModel(
            name='BookedRollUp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField()),
                ('scope', models.CharField(choices=[('all', 'Everybody'), ('team', 'Team'), ('rep', 'Sales representative')], max_length=4)),
                ('scope_id', models.BigIntegerField()),
                ('dimension', models.CharField(blank=True, choices=[('', 'Undivided'), ('category', 'Category'), ('province', 'Province'), ('grade', 'Grade')], max_length=8)),
                ('value', models.CharField(blank=True, max_length=60)),
                ('orders', models.IntegerField()),
                ('net_total', models.DecimalField(decimal_places=2, max_digits=18)),
                ('net_of_a', models.DecimalField(decimal_places=2, max_digits=18)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='BuyerRollUp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField()),
                ('scope', models.CharField(choices=[('all', 'Everybody'), ('team', 'Team'), ('rep', 'Sales representative')], max_length=4)),
                ('scope_id', models.BigIntegerField()),
                ('dimension', models.CharField(blank=True, choices=[('', 'Undivided'), ('category', 'Category'), ('province', 'Province'), ('grade', 'Grade')], max_length=8)),
                ('value', models.CharField(blank=True, max_length=60)),
                ('buyers', models.IntegerField()),
                ('repeated', models.IntegerField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('sales', 'what is booked'), ('delivery', 'what was signed off'), ('promise', 'what was promised'), ('stages', 'how far orders have come'), ('category', 'the category of a product')], max_length=10)),
                ('month', models.DateField(null=True)),
            ],
            options={
                'verbose_name': 'change since the count',
                'verbose_name_plural': 'changes since the count',
            },
        ),
        migrations.CreateModel(
            name='DeliveryRollUp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField()),
                ('scope', models.CharField(choices=[('all', 'Everybody'), ('team', 'Team'), ('rep', 'Sales representative')], max_length=4)),
                ('scope_id', models.BigIntegerField()),
                ('dimension', models.CharField(blank=True, choices=[('', 'Undivided'), ('category', 'Category'), ('province', 'Province'), ('grade', 'Grade')], max_length=8)),
                ('value', models.CharField(blank=True, max_length=60)),
                ('orders', models.IntegerField()),
                ('days', models.IntegerField()),
                ('median', models.FloatField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='LateLineRollUp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField()),
                ('scope', models.CharField(choices=[('all', 'Everybody'), ('team', 'Team'), ('rep', 'Sales representative')], max_length=4)),
                ('scope_id', models.BigIntegerField()),
                ('dimension', models.CharField(blank=True, choices=[('', 'Undivided'), ('category', 'Category'), ('province', 'Province'), ('grade', 'Grade')], max_length=8)),
                ('value', models.CharField(blank=True, max_length=60)),
                ('category', models.BigIntegerField()),
                ('lines', models.IntegerField()),
                ('late', models.IntegerField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='MonthCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('family', models.CharField(max_length=12)),
                ('month', models.DateField()),
                ('stale', models.BooleanField(default=True)),
                ('counted_on', models.DateField(null=True)),
                ('counted_at', models.DateTimeField(null=True)),
                ('settled', models.BooleanField(default=False)),
                ('seconds', models.FloatField(default=0)),
            ],
            options={
                'verbose_name': 'count of a month',
                'verbose_name_plural': 'counts of months',
            },
        ),
        migrations.CreateModel(
            name='PunctualityRollUp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField()),
                ('scope', models.CharField(choices=[('all', 'Everybody'), ('team', 'Team'), ('rep', 'Sales representative')], max_length=4)),
                ('scope_id', models.BigIntegerField()),
                ('dimension', models.CharField(blank=True, choices=[('', 'Undivided'), ('category', 'Category'), ('province', 'Province'), ('grade', 'Grade')], max_length=8)),
                ('value', models.CharField(blank=True, max_length=60)),
                ('orders', models.IntegerField()),
                ('in_time', models.IntegerField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(unique=True)),
                ('content', models.JSONField()),
                ('written_at', models.DateTimeField()),
                ('summary', models.TextField(blank=True, default='', verbose_name='summary')),
                ('comments', models.JSONField(default=dict)),
                ('version', models.PositiveIntegerField(default=1)),
                ('signed_name', models.CharField(blank=True, default='', max_length=60, verbose_name='signatory')),
                ('signed_at', models.DateTimeField(null=True, verbose_name='signed on')),
                ('signed_hash', models.CharField(blank=True, default='', max_length=64)),
            ],
            options={
                'verbose_name': 'monthly report',
                'verbose_name_plural': 'monthly reports',
                'ordering': ['-month'],
            },
        ),
        migrations.CreateModel(
            name='SalesTarget',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(verbose_name='month')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14, validators=[django.core.validators.MinValueValidator(0)], verbose_name='target (元, without tax)')),
            ],
            options={
                'verbose_name': 'sales target',
                'verbose_name_plural': 'sales targets',
                'ordering': ['-month', 'team', 'rep'],
            },
        ),
        migrations.CreateModel(
            name='SignedReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content', models.TextField()),
                ('content_hash', models.CharField(max_length=64)),
                ('kept_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'signed report',
                'verbose_name_plural': 'signed reports',
            },
        ),
        migrations.CreateModel(
            name='StageRollUp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField()),
                ('scope', models.CharField(choices=[('all', 'Everybody'), ('team', 'Team'), ('rep', 'Sales representative')], max_length=4)),
                ('scope_id', models.BigIntegerField()),
                ('dimension', models.CharField(blank=True, choices=[('', 'Undivided'), ('category', 'Category'), ('province', 'Province'), ('grade', 'Grade')], max_length=8)),
                ('value', models.CharField(blank=True, max_length=60)),
                ('submitted', models.IntegerField()),
                ('approved', models.IntegerField()),
                ('shipped', models.IntegerField()),
                ('signed', models.IntegerField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Supplement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('note', models.TextField(verbose_name='what was corrected')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('content', models.TextField()),
                ('content_hash', models.CharField(max_length=64)),
                ('seal', models.CharField(max_length=64)),
            ],
            options={
                'verbose_name': 'supplement',
                'verbose_name_plural': 'supplements',
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='YearlyBuyerRollUp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField()),
                ('scope', models.CharField(choices=[('all', 'Everybody'), ('team', 'Team'), ('rep', 'Sales representative')], max_length=4)),
                ('scope_id', models.BigIntegerField()),
                ('dimension', models.CharField(blank=True, choices=[('', 'Undivided'), ('category', 'Category'), ('province', 'Province'), ('grade', 'Grade')], max_length=8)),
                ('value', models.CharField(blank=True, max_length=60)),
                ('buyers', models.IntegerField()),
                ('repeated', models.IntegerField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='archive',
            name='period',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='archive', to='core.closedmonth'),
        ),
        migrations.AddField(
            model_name='archiverow',
            name='period',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.closedmonth'),
        ),
        migrations.AddIndex(
            model_name='bookedrollup',
            index=models.Index(fields=['month', 'scope', 'dimension'], name='bookedrollup_month'),
        ),
        migrations.AddConstraint(
            model_name='bookedrollup',
            constraint=models.UniqueConstraint(fields=('scope', 'scope_id', 'dimension', 'value', 'month'), name='bookedrollup_one_per_slice'),
        ),
        migrations.AddIndex(
            model_name='buyerrollup',
            index=models.Index(fields=['month', 'scope', 'dimension'], name='buyerrollup_month'),
        ),
        migrations.AddConstraint(
            model_name='buyerrollup',
            constraint=models.UniqueConstraint(fields=('scope', 'scope_id', 'dimension', 'value', 'month'), name='buyerrollup_one_per_slice'),
        ),
        migrations.AddIndex(
            model_name='deliveryrollup',
            index=models.Index(fields=['month', 'scope', 'dimension'], name='deliveryrollup_month'),
        ),
        migrations.AddConstraint(
            model_name='deliveryrollup',
            constraint=models.UniqueConstraint(fields=('scope', 'scope_id', 'dimension', 'value', 'month'), name='deliveryrollup_one_per_slice'),
        ),
        migrations.AddIndex(
            model_name='latelinerollup',
            index=models.Index(fields=['month', 'scope', 'dimension'], name='latelinerollup_month'),
        ),
        migrations.AddConstraint(
            model_name='latelinerollup',
            constraint=models.UniqueConstraint(fields=('scope', 'scope_id', 'dimension', 'value', 'month', 'category'), name='latelinerollup_one_per_slice'),
        ),
        migrations.AddIndex(
            model_name='monthcount',
            index=models.Index(condition=models.Q(('stale', True), ('settled', False), _connector='OR'), fields=['month'], name='months_to_count'),
        ),
        migrations.AddConstraint(
            model_name='monthcount',
            constraint=models.UniqueConstraint(fields=('family', 'month'), name='one_count_per_family_and_month'),
        ),
        migrations.AddIndex(
            model_name='punctualityrollup',
            index=models.Index(fields=['month', 'scope', 'dimension'], name='punctualityrollup_month'),
        ),
        migrations.AddConstraint(
            model_name='punctualityrollup',
            constraint=models.UniqueConstraint(fields=('scope', 'scope_id', 'dimension', 'value', 'month'), name='punctualityrollup_one_per_slice'),
        ),
        migrations.AddField(
            model_name='report',
            name='signed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='signatory'),
        ),
        migrations.AddField(
            model_name='salestarget',
            name='rep',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sales representative'),
        ),
        migrations.AddField(
            model_name='salestarget',
            name='team',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.team', verbose_name='team'),
        ),
        migrations.AddField(
            model_name='signedreport',
            name='archive',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='signed_report', to='analytics.archive'),
        ),
        migrations.AddIndex(
            model_name='stagerollup',
            index=models.Index(fields=['month', 'scope', 'dimension'], name='stagerollup_month'),
        ),
        migrations.AddConstraint(
            model_name='stagerollup',
            constraint=models.UniqueConstraint(fields=('scope', 'scope_id', 'dimension', 'value', 'month'), name='stagerollup_one_per_slice'),
        ),
        migrations.AddField(
            model_name='supplement',
            name='archive',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='supplements', to='analytics.archive'),
        ),
        migrations.AddField(
            model_name='supplement',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='yearlybuyerrollup',
            index=models.Index(fields=['month', 'scope', 'dimension'], name='yearlybuyerrollup_month'),
        ),
        migrations.AddConstraint(
            model_name='yearlybuyerrollup',
            constraint=models.UniqueConstraint(fields=('scope', 'scope_id', 'dimension', 'value', 'month'), name='yearlybuyerrollup_one_per_slice'),
        ),
        migrations.AddIndex(
            model_name='archiverow',
            index=models.Index(fields=['section', 'subject_id'], name='archived_record'),
        ),
        migrations.AddConstraint(
            model_name='archiverow',
            constraint=models.UniqueConstraint(fields=('period', 'section', 'position'), name='one_archived_row_per_position'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(('month__day', 1)), name='report_of_a_whole_month'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('signed_at__isnull', True), ('signed_by__isnull', True), ('signed_hash', '')), models.Q(('signed_at__isnull', False), ('signed_by__isnull', False), models.Q(('signed_hash', ''), _negated=True), models.Q(('signed_name', ''), _negated=True)), _connector='OR'), name='report_signed_whole_or_not'),
        ),
        migrations.AddConstraint(
            model_name='salestarget',
            constraint=models.CheckConstraint(condition=models.Q(('team__isnull', True), ('rep__isnull', True), _connector='XOR'), name='target_of_a_team_or_of_a_rep', violation_error_message='A target belongs to a team or to a sales representative.'),
        ),
        migrations.AddConstraint(
            model_name='salestarget',
            constraint=models.CheckConstraint(condition=models.Q(('month__day', 1)), name='target_of_a_whole_month', violation_error_message="Write the month's first day."),
        ),
        migrations.AddConstraint(
            model_name='salestarget',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='target_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='salestarget',
            constraint=models.UniqueConstraint(fields=('month', 'team'), name='one_target_per_team_and_month'),
        ),
        migrations.AddConstraint(
            model_name='salestarget',
            constraint=models.UniqueConstraint(fields=('month', 'rep'), name='one_target_per_rep_and_month'),
        ),
        migrations.AddConstraint(
            model_name='supplement',
            constraint=models.UniqueConstraint(fields=('archive', 'number'), name='one_supplement_per_number'),
        ),
    ]
