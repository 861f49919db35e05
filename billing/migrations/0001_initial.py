import core.text_key
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('customers', '0001_initial'),
        ('orders', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('received_on', models.DateField(verbose_name='received on')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='amount (元)')),
                ('method', models.CharField(choices=[('transfer', 'Bank transfer'), ('acceptance_bill', 'Acceptance bill'), ('cash', 'Cash'), ('other', 'Other'), ('import', 'Import entry')], default='transfer', max_length=20, verbose_name='method')),
                ('bank_reference', models.CharField(blank=True, default='', max_length=60, verbose_name='bank reference')),
                ('reference_key', core.text_key.KeyField(default='', editable=False, of='bank_reference')),
                ('payer', models.CharField(blank=True, default='', max_length=120, verbose_name='payer')),
                ('note', models.CharField(blank=True, default='', max_length=200, verbose_name='note')),
                ('is_reversed', models.BooleanField(default=False, editable=False, verbose_name='reversed')),
                ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='recorded')),
                ('submit_token', models.UUIDField(editable=False, null=True, unique=True)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='customers.customer', verbose_name='customer')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('reverses', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversal', to='billing.receipt', verbose_name='reverses')),
            ],
            options={
                'verbose_name': 'receipt',
                'verbose_name_plural': 'receipts',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='ReceiptAllocation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='amount (元)')),
                ('instalment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='orders.instalment')),
                ('receipt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='billing.receipt')),
            ],
            options={
                'verbose_name': 'allocation',
                'verbose_name_plural': 'allocations',
            },
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.UniqueConstraint(condition=models.Q(models.Q(('reference_key', ''), _negated=True), ('is_reversed', False)), fields=('reference_key',), name='bank_reference_recorded_once'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount__gt', 0), ('reverses__isnull', True)), models.Q(('amount__lt', 0), ('reverses__isnull', False)), _connector='OR'), name='only_a_reversal_is_negative'),
        ),
        migrations.AddConstraint(
            model_name='receiptallocation',
            constraint=models.UniqueConstraint(fields=('receipt', 'instalment'), name='one_allocation_per_instalment'),
        ),
        migrations.AddConstraint(
            model_name='receiptallocation',
            constraint=models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='allocation_not_zero'),
        ),
    ]
