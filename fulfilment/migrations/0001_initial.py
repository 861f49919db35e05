import core.text_key
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('customers', '0001_initial'),
        ('orders', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Carrier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True, verbose_name='name')),
                ('active', models.BooleanField(default=True, verbose_name='active')),
            ],
            options={
                'verbose_name': 'carrier',
                'verbose_name_plural': 'carriers',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Shipment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status_since', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('sequence', models.PositiveSmallIntegerField(editable=False)),
                ('status', models.CharField(choices=[('packing', 'Being packed'), ('ready', 'Ready to ship'), ('shipped', 'On its way'), ('signed_off', 'Signed off'), ('cancelled', 'Cancelled')], default='packing', editable=False, max_length=12, verbose_name='status')),
                ('method', models.CharField(choices=[('logistics', 'Logistics'), ('pickup', 'Pickup')], max_length=10, verbose_name='delivery method')),
                ('tracking_number', models.CharField(blank=True, default='', max_length=40, verbose_name='tracking number')),
                ('tracking_key', core.text_key.KeyField(db_index=True, default='', editable=False, of='tracking_number')),
                ('expected_on', models.DateField(blank=True, null=True, verbose_name='expected arrival')),
                ('shipped_on', models.DateField(editable=False, null=True, verbose_name='shipped on')),
                ('imported', models.BooleanField(default=False, editable=False)),
                ('quality_checked_at', models.DateTimeField(editable=False, null=True)),
                ('packing_checked_at', models.DateTimeField(editable=False, null=True)),
                ('signed_on', models.DateField(editable=False, null=True, verbose_name='signed off on')),
                ('signed_by', models.CharField(blank=True, default='', editable=False, max_length=60, verbose_name='signed by')),
                ('submit_token', models.UUIDField(editable=False, null=True, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='created')),
                ('carrier', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='shipments', to='fulfilment.carrier', verbose_name='carrier')),
                ('customer', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shipments', to='orders.order', verbose_name='order')),
                ('packed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='packed by')),
                ('packing_checked_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='packing checked by')),
                ('quality_checked_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='quality checked by')),
                ('rep', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.team')),
                ('unpaid_allowed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'shipment',
                'verbose_name_plural': 'shipments',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='ShipmentLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.DecimalField(decimal_places=3, max_digits=14, verbose_name='quantity')),
                ('batch', models.CharField(blank=True, default='', max_length=40, verbose_name='batch')),
                ('received_quantity', models.DecimalField(decimal_places=3, editable=False, max_digits=14, null=True, verbose_name='received in good order')),
                ('condition', models.CharField(blank=True, choices=[('good', 'Complete and sound'), ('damaged', 'Damaged'), ('short', 'Short')], default='', editable=False, max_length=10, verbose_name='condition')),
                ('order_line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shipment_lines', to='orders.orderline')),
                ('shipment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='fulfilment.shipment')),
            ],
            options={
                'verbose_name': 'shipment line',
                'verbose_name_plural': 'shipment lines',
                'ordering': ['order_line__position'],
            },
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(fields=['-status_since', '-id'], name='shipment_by_change'),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(fields=['team', '-status_since', '-id'], name='shipment_team_change'),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(fields=['rep', '-status_since', '-id'], name='shipment_rep_change'),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(fields=['status', 'status_since', 'id'], name='shipment_queue'),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(condition=models.Q(('status', 'shipped')), fields=['rep', 'expected_on'], name='shipment_on_its_way'),
        ),
        migrations.AddConstraint(
            model_name='shipment',
            constraint=models.UniqueConstraint(fields=('order', 'sequence'), name='one_shipment_per_sequence'),
        ),
        migrations.AddConstraint(
            model_name='shipment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ('shipped', 'signed_off')), _negated=True), models.Q(('imported', True), ('shipped_on__isnull', False)), models.Q(('expected_on__isnull', False), ('packed_by__isnull', False), ('packing_checked_by__isnull', False), ('quality_checked_by__isnull', False), ('shipped_on__isnull', False)), _connector='OR'), name='what_left_was_checked'),
        ),
        migrations.AddConstraint(
            model_name='shipment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'signed_off'), _negated=True), models.Q(('signed_on__isnull', False), models.Q(('imported', True), models.Q(('signed_by', ''), _negated=True), _connector='OR')), _connector='OR'), name='signed_off_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='shipmentline',
            constraint=models.UniqueConstraint(fields=('shipment', 'order_line'), name='one_shipment_line_per_order_line'),
        ),
        migrations.AddConstraint(
            model_name='shipmentline',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='shipment_line_carries_something'),
        ),
        migrations.AddConstraint(
            model_name='shipmentline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('condition', ''), ('received_quantity__isnull', True)), models.Q(('condition', 'good'), ('received_quantity', models.F('quantity'))), models.Q(('condition__in', ['damaged', 'short']), ('received_quantity__gte', 0), ('received_quantity__lt', models.F('quantity'))), _connector='OR'), name='received_fits_the_condition'),
        ),
    ]
