import core.lookups
import core.text_key
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('core', '0001_initial'),
        ('customers', '0001_initial'),
        ('products', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Order',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status_since', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('number', models.CharField(editable=False, max_length=60, null=True, unique=True, verbose_name='order number')),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('rep_review', 'First review'), ('manager_review', 'Second review'), ('finance_review', 'Final review'), ('approved', 'Approved'), ('completed', 'Completed'), ('cancelled', 'Cancelled')], default='draft', editable=False, max_length=20, verbose_name='status')),
                ('revision', models.PositiveSmallIntegerField(default=1, editable=False, verbose_name='revision')),
                ('round', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='review round')),
                ('sent_back', models.BooleanField(default=False, editable=False, verbose_name='sent back')),
                ('number_key', core.text_key.KeyField(default=None, editable=False, null=True, of='number', unique=True)),
                ('customer_name', models.CharField(editable=False, max_length=40, verbose_name='customer')),
                ('own_key', models.TextField(default='', editable=False)),
                ('search_key', models.TextField(default='', editable=False)),
                ('buyer_name', models.CharField(default='', editable=False, max_length=120, verbose_name='buyer')),
                ('recipient_name', models.CharField(default='', editable=False, max_length=121, verbose_name='contact')),
                ('recipient_phone', models.CharField(default='', editable=False, max_length=40, verbose_name='phone')),
                ('ship_to', models.CharField(default='', editable=False, max_length=400, verbose_name='delivery address')),
                ('order_date', models.DateField(verbose_name='order date')),
                ('promised_date', models.DateField(blank=True, null=True, verbose_name='promised delivery date')),
                ('channel', models.CharField(choices=[('offline', 'Offline'), ('online', 'Online'), ('phone', 'Phone'), ('tender', 'Tender')], default='offline', max_length=10, verbose_name='channel')),
                ('delivery_method', models.CharField(choices=[('logistics', 'Logistics'), ('pickup', 'Pickup')], default='logistics', max_length=10, verbose_name='delivery method')),
                ('delivery_address', models.CharField(blank=True, default='', max_length=200, verbose_name='delivery address')),
                ('special_requirements', models.TextField(blank=True, default='', verbose_name='special requirements')),
                ('liability_clauses', models.TextField(blank=True, default='', verbose_name='liability clauses')),
                ('customer_reference', models.CharField(blank=True, default='', max_length=60, verbose_name="customer's order number")),
                ('remarks', models.TextField(blank=True, default='', verbose_name='remarks')),
                ('net_total', models.DecimalField(decimal_places=2, default=0, editable=False, max_digits=14, verbose_name='net (元)')),
                ('tax_total', models.DecimalField(decimal_places=2, default=0, editable=False, max_digits=14, verbose_name='tax (元)')),
                ('gross_total', models.DecimalField(decimal_places=2, default=0, editable=False, max_digits=14, verbose_name='total (元)')),
                ('received_total', models.DecimalField(decimal_places=2, default=0, editable=False, max_digits=14, verbose_name='received (元)')),
                ('payment_status', models.CharField(choices=[('unpaid', 'Unpaid'), ('partly_paid', 'Partly paid'), ('paid', 'Paid'), ('free', 'Free of charge')], default='unpaid', editable=False, max_length=20, verbose_name='payment')),
                ('delivery_status', models.CharField(choices=[('not_started', 'Not started'), ('preparing', 'In production'), ('partly_shipped', 'Partly shipped'), ('shipped', 'Shipped'), ('partly_signed', 'Partly signed off'), ('signed', 'Signed off')], default='not_started', editable=False, max_length=20, verbose_name='delivery')),
                ('signed_off_on', models.DateField(editable=False, null=True, verbose_name='finally signed off')),
                ('submitted_at', models.DateTimeField(editable=False, null=True, verbose_name='first submitted')),
                ('approved_at', models.DateTimeField(editable=False, null=True, verbose_name='approved')),
                ('grade', models.CharField(blank=True, choices=[('A', 'A'), ('B', 'B'), ('C', 'C')], default='', editable=False, max_length=1, verbose_name='grade')),
                ('province', models.CharField(blank=True, default='', editable=False, max_length=30, verbose_name='province')),
                ('released_at', models.DateTimeField(editable=False, null=True, verbose_name='released')),
                ('first_promised_date', models.DateField(editable=False, null=True, verbose_name='first promised date')),
                ('booking_date', models.DateField(editable=False, null=True, verbose_name='booking date')),
                ('submit_token', models.UUIDField(editable=False, null=True, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='customers.contact', verbose_name='contact')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='customers.customer', verbose_name='customer')),
                ('drafted_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('payment_terms', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='customers.paymentterms', verbose_name='payment terms')),
                ('rep', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='orders', to=settings.AUTH_USER_MODEL, verbose_name='sales representative')),
                ('sold_by', models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sold by')),
                ('sold_team', models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.team', verbose_name='sold by team')),
                ('team', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.team')),
            ],
            options={
                'verbose_name': 'order',
                'verbose_name_plural': 'orders',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Instalment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveSmallIntegerField(default=1)),
                ('position', models.PositiveSmallIntegerField()),
                ('percent', models.DecimalField(decimal_places=2, max_digits=5, verbose_name='per cent')),
                ('trigger', models.CharField(choices=[('prepayment', 'Prepayment'), ('before_production', 'Before production'), ('before_shipment', 'Before shipment'), ('arrival', 'On arrival'), ('acceptance', 'On acceptance')], max_length=20, verbose_name='trigger')),
                ('days', models.PositiveSmallIntegerField(default=0, verbose_name='days after the trigger')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='amount (元)')),
                ('received', models.DecimalField(decimal_places=2, default=Decimal('0'), editable=False, max_digits=14, verbose_name='received (元)')),
                ('due_date', models.DateField(blank=True, null=True, verbose_name='due date')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='instalments', to='orders.order')),
            ],
            options={
                'verbose_name': 'instalment',
                'verbose_name_plural': 'instalments',
                'ordering': ['position'],
            },
        ),
        migrations.CreateModel(
            name='Drafter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveSmallIntegerField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('replaced_at', models.DateTimeField(null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafters', to='orders.order')),
            ],
            options={
                'verbose_name': 'drafter',
                'verbose_name_plural': 'drafters',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='OrderLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveSmallIntegerField(default=1)),
                ('position', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=120, verbose_name='product name')),
                ('specification', models.CharField(blank=True, default='', max_length=120, verbose_name='specification')),
                ('unit', models.CharField(blank=True, default='', max_length=10, verbose_name='unit')),
                ('quantity', models.DecimalField(blank=True, decimal_places=3, max_digits=14, null=True, verbose_name='quantity')),
                ('unit_price', models.DecimalField(blank=True, decimal_places=6, max_digits=14, null=True, verbose_name='unit price without tax')),
                ('discount', models.DecimalField(decimal_places=2, default=0, max_digits=5, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='discount %')),
                ('tax_rate', models.DecimalField(decimal_places=2, default=Decimal('13'), max_digits=5, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='tax rate %')),
                ('net_amount', models.DecimalField(decimal_places=2, default=0, max_digits=14, verbose_name='net amount')),
                ('tax_amount', models.DecimalField(decimal_places=2, default=0, max_digits=14, verbose_name='tax')),
                ('special_demand', models.CharField(blank=True, default='', max_length=200, verbose_name='special demand')),
                ('shipped_quantity', models.DecimalField(decimal_places=3, default=Decimal('0'), editable=False, max_digits=14, verbose_name='shipped')),
                ('signed_quantity', models.DecimalField(decimal_places=3, default=Decimal('0'), editable=False, max_digits=14, verbose_name='signed off')),
                ('returned_quantity', models.DecimalField(decimal_places=3, default=Decimal('0'), editable=False, max_digits=14, verbose_name='returned')),
                ('signed_off_on', models.DateField(editable=False, null=True, verbose_name='fully signed off')),
                ('first_promised_date', models.DateField(editable=False, null=True, verbose_name='first promised date')),
                ('list_price', models.DecimalField(decimal_places=6, editable=False, max_digits=14, null=True)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='orders.order')),
                ('product', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='products.product', verbose_name='product')),
            ],
            options={
                'verbose_name': 'order line',
                'verbose_name_plural': 'order lines',
                'ordering': ['position'],
            },
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['-order_date', '-id'], name='order_by_date'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['team', '-order_date', '-id'], name='order_team_date'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['rep', '-order_date', '-id'], name='order_rep_date'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['-gross_total', '-id'], name='order_by_amount'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['team', '-gross_total', '-id'], name='order_team_amount'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['rep', '-gross_total', '-id'], name='order_rep_amount'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['status', 'status_since', 'id'], name='order_queue'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['status', '-order_date', '-id'], name='order_status_date'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['rep', 'status', '-order_date', '-id'], name='order_rep_status_date'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('received_total__lt', models.F('gross_total')), ('status__in', ('finance_review', 'approved', 'completed'))), fields=['customer'], name='order_unpaid'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('released_at__isnull', False), ('status', 'approved')), fields=['delivery_status', 'released_at', 'id'], name='order_under_delivery'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('released_at__isnull', True), ('status', 'approved')), fields=['id'], name='order_unreleased'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['delivery_status', '-order_date', '-id'], name='order_delivery_date'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('booking_date__isnull', False)), fields=['booking_date', 'id'], name='order_booked'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('booking_date__isnull', False)), fields=['sold_team', 'booking_date', 'id'], name='order_booked_by_team'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('booking_date__isnull', False)), fields=['sold_by', 'booking_date', 'id'], name='order_booked_by_rep'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('first_promised_date__isnull', False)), fields=['first_promised_date', 'id'], name='order_promised'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('signed_off_on__isnull', False)), fields=['signed_off_on', 'id'], name='order_signed_off'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('booking_date__isnull', False)), fields=['customer', 'booking_date', 'status', 'grade'], name='order_booked_by_customer'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=core.lookups.PairsIndex(fields=['own_key'], name='order_own_key_pairs'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['customer', '-id'], name='order_by_customer'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'cancelled']), ('number__isnull', False), _connector='OR'), name='order_under_way_has_a_number'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ('approved', 'completed')), _negated=True), models.Q(('approved_at__isnull', False), ('booking_date__isnull', False), ('first_promised_date__isnull', False), ('promised_date__isnull', False)), _connector='OR'), name='approved_order_has_its_dates'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('gross_total__gt', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('net_total'), '+', models.F('tax_total')), '-', models.Value(Decimal('0.005')))), ('gross_total__lt', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('net_total'), '+', models.F('tax_total')), '+', models.Value(Decimal('0.005'))))), name='order_totals_add_up'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('received_total__gte', 0), ('received_total__lte', models.F('gross_total'))), name='order_received_within_total'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('released_at__isnull', True), ('approved_at__isnull', False), _connector='OR'), name='released_order_is_approved'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('signed_off_on__isnull', True), ('delivery_status', 'signed'), _connector='OR'), name='signed_off_order_is_delivered'),
        ),
        migrations.AddConstraint(
            model_name='instalment',
            constraint=models.UniqueConstraint(fields=('order', 'revision', 'position'), name='one_order_instalment_per_position'),
        ),
        migrations.AddConstraint(
            model_name='instalment',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='instalment_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='instalment',
            constraint=models.CheckConstraint(condition=models.Q(('received__gte', 0), ('received__lte', models.F('amount'))), name='instalment_received_within_amount'),
        ),
        migrations.AddConstraint(
            model_name='instalment',
            constraint=models.CheckConstraint(condition=models.Q(('percent__gt', 0), ('percent__lte', 100)), name='instalment_percent_between_0_and_100'),
        ),
        migrations.AddConstraint(
            model_name='drafter',
            constraint=models.UniqueConstraint(condition=models.Q(('replaced_at', None)), fields=('order', 'revision', 'person'), name='one_row_per_drafter'),
        ),
        migrations.AddIndex(
            model_name='orderline',
            index=models.Index(condition=models.Q(('shipped_quantity__lt', models.F('quantity'))), fields=['product', 'order', 'revision', 'quantity', 'shipped_quantity'], name='line_to_ship'),
        ),
        migrations.AddIndex(
            model_name='orderline',
            index=models.Index(condition=models.Q(('first_promised_date__isnull', False)), fields=['-first_promised_date', '-id'], name='line_promised'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.UniqueConstraint(fields=('order', 'revision', 'position'), name='one_line_per_position'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='line_quantity_positive'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.CheckConstraint(condition=models.Q(('unit_price__gte', 0)), name='line_price_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.CheckConstraint(condition=models.Q(('discount__gte', 0), ('discount__lte', 100)), name='line_discount_sane'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('returned_quantity__gte', 0), ('returned_quantity__lte', models.F('signed_quantity')), ('shipped_quantity__lte', models.F('quantity')), ('signed_quantity__lte', models.F('shipped_quantity'))), models.Q(('quantity__isnull', True), ('returned_quantity', 0), ('shipped_quantity', 0), ('signed_quantity', 0)), _connector='OR'), name='line_delivered_within_ordered'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.CheckConstraint(condition=models.Q(('tax_rate__gte', 0), ('tax_rate__lte', 100)), name='line_tax_rate_sane'),
        ),
    ]
