import core.text_key
import customers.credit_code
import customers.phones
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


# The search for customers (``Customer.objects.matching``): by pairs of neighbouring characters, see ``core.lookups``.
_CREATE_PAIRS = "CREATE INDEX customer_search_pairs ON customers_customer USING gin (core_pairs(search_key))"
_DROP_PAIRS = "DROP INDEX customer_search_pairs"


def create_pairs(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(_CREATE_PAIRS)


def drop_pairs(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(_DROP_PAIRS)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('core', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PaymentTerms',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, unique=True, verbose_name='name')),
                ('active', models.BooleanField(default=True, verbose_name='active')),
            ],
            options={
                'verbose_name': 'payment terms',
                'verbose_name_plural': 'payment terms',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Customer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status_since', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('number', models.CharField(editable=False, max_length=20, unique=True, verbose_name='customer number')),
                ('name', models.CharField(max_length=120, verbose_name='customer name')),
                ('short_name', models.CharField(max_length=40, verbose_name='short name')),
                ('credit_code', models.CharField(blank=True, default='', max_length=18, validators=[customers.credit_code.check_code], verbose_name='unified social credit code')),
                ('industry', models.CharField(blank=True, default='', max_length=60, verbose_name='industry')),
                ('source', models.CharField(blank=True, choices=[('referral', 'Referral'), ('exhibition', 'Exhibition'), ('website', 'Website'), ('cold_call', 'Cold call'), ('tender', 'Tender'), ('import', 'Import'), ('other', 'Other')], default='', max_length=20, verbose_name='source')),
                ('province', models.CharField(blank=True, default='', max_length=30, verbose_name='province')),
                ('city', models.CharField(blank=True, default='', max_length=30, verbose_name='city')),
                ('district', models.CharField(blank=True, default='', max_length=30, verbose_name='district')),
                ('address', models.CharField(blank=True, default='', max_length=200, verbose_name='address')),
                ('core_needs', models.TextField(blank=True, default='', verbose_name='core needs')),
                ('repurchase_on', models.DateField(blank=True, null=True, verbose_name='expected repurchase')),
                ('invoice_title', models.CharField(blank=True, default='', max_length=120, verbose_name='invoice title')),
                ('tax_number', models.CharField(blank=True, default='', max_length=30, verbose_name='tax number')),
                ('bank_name', models.CharField(blank=True, default='', max_length=100, verbose_name='bank')),
                ('bank_account', models.CharField(blank=True, default='', max_length=40, verbose_name='bank account')),
                ('grade', models.CharField(choices=[('A', 'A'), ('B', 'B'), ('C', 'C')], default='C', editable=False, max_length=1, verbose_name='grade')),
                ('credit_limit', models.DecimalField(blank=True, decimal_places=2, editable=False, max_digits=14, null=True, verbose_name='own credit limit (元)')),
                ('last_cooperation_on', models.DateField(editable=False, null=True, verbose_name='last cooperation')),
                ('status', models.CharField(choices=[('active', 'Active'), ('frozen', 'Frozen')], default='active', editable=False, max_length=10, verbose_name='status')),
                ('frozen_reason', models.CharField(blank=True, default='', editable=False, max_length=200, verbose_name='reason for freezing')),
                ('number_key', core.text_key.KeyField(default='', editable=False, of='number', unique=True)),
                ('name_key', core.text_key.KeyField(db_index=True, default='', editable=False, of='name')),
                ('short_name_key', core.text_key.KeyField(db_index=True, default='', editable=False, of='short_name')),
                ('search_key', models.TextField(default='', editable=False)),
                ('name_pinyin', models.CharField(default='', editable=False, max_length=200)),
                ('submit_token', models.UUIDField(editable=False, null=True, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='customers', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                ('referred_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='customers.customer', verbose_name='referred by')),
                ('team', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.team')),
                ('payment_terms', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='customers.paymentterms', verbose_name='default payment terms')),
            ],
            options={
                'verbose_name': 'customer',
                'verbose_name_plural': 'customers',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='GradePolicy',
            fields=[
                ('grade', models.CharField(choices=[('A', 'A'), ('B', 'B'), ('C', 'C')], max_length=1, primary_key=True, serialize=False, verbose_name='grade')),
                ('annual_threshold', models.DecimalField(decimal_places=2, default=0, max_digits=14, verbose_name='annual amount from (元)')),
                ('credit_limit', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='credit limit (元)')),
                ('order_cap', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='single-order cap (元)')),
                ('max_discount', models.DecimalField(decimal_places=2, default=0, max_digits=5, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='largest discount (%)')),
                ('visit_interval', models.PositiveSmallIntegerField(default=0, verbose_name='visit interval (days)')),
                ('allowed_terms', models.ManyToManyField(blank=True, to='customers.paymentterms', verbose_name='allowed payment terms')),
            ],
            options={
                'verbose_name': 'grade policy',
                'verbose_name_plural': 'grade policies',
                'ordering': ['grade'],
            },
        ),
        migrations.CreateModel(
            name='TermsInstalment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='position')),
                ('percent', models.DecimalField(decimal_places=2, max_digits=5, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='per cent')),
                ('trigger', models.CharField(choices=[('prepayment', 'Prepayment'), ('before_production', 'Before production'), ('before_shipment', 'Before shipment'), ('arrival', 'On arrival'), ('acceptance', 'On acceptance')], max_length=20, verbose_name='trigger')),
                ('days', models.PositiveSmallIntegerField(default=0, verbose_name='days after the trigger')),
                ('terms', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='instalments', to='customers.paymentterms')),
            ],
            options={
                'verbose_name': 'instalment',
                'verbose_name_plural': 'instalments',
                'ordering': ['position'],
            },
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, validators=[customers.phones.refuse_private_mobile], verbose_name='contact name')),
                ('job_title', models.CharField(blank=True, default='', max_length=60, validators=[customers.phones.refuse_private_mobile], verbose_name='job title')),
                ('phone', models.CharField(blank=True, default='', max_length=40, validators=[customers.phones.refuse_private_mobile], verbose_name='office phone')),
                ('email', models.EmailField(blank=True, default='', max_length=254, verbose_name='e-mail')),
                ('is_primary', models.BooleanField(default=False, verbose_name='primary contact')),
                ('departed', models.BooleanField(default=False, editable=False)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contacts', to='customers.customer')),
            ],
            options={
                'verbose_name': 'contact',
                'verbose_name_plural': 'contacts',
                'ordering': ['-is_primary', 'id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_primary', True)), fields=('customer',), name='one_primary_contact_per_customer'), models.CheckConstraint(condition=models.Q(('departed', True), ('is_primary', True), _negated=True), name='primary_contact_is_present')],
            },
        ),
        migrations.CreateModel(
            name='FormerStanding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('until', models.DateField()),
                ('grade', models.CharField(max_length=1)),
                ('province', models.CharField(max_length=30)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.customer')),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.team')),
            ],
            options={
                'verbose_name': 'former standing',
                'verbose_name_plural': 'former standings',
                'ordering': ['until'],
                'constraints': [models.UniqueConstraint(fields=('customer', 'until'), name='one_former_standing_a_day')],
            },
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(fields=['province'], name='customer_by_province'),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(fields=['team', 'province'], name='customer_by_team_province'),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(fields=['owner', 'province'], name='customer_by_owner_province'),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(fields=['owner', '-id'], name='customer_by_owner'),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(fields=['team', '-id'], name='customer_by_team'),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(fields=['name_pinyin', 'id'], name='customer_by_pinyin'),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(fields=['owner', 'name_pinyin', 'id'], name='customer_by_owner_pinyin'),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(fields=['team', 'name_pinyin', 'id'], name='customer_by_team_pinyin'),
        ),
        migrations.AddConstraint(
            model_name='customer',
            constraint=models.UniqueConstraint(condition=models.Q(('credit_code', ''), _negated=True), fields=('credit_code',), name='credit_code_belongs_to_one_customer', violation_error_code='unique', violation_error_message='Another customer has this credit code already. Look for that file, or ask your manager about it.'),
        ),
        migrations.AddConstraint(
            model_name='customer',
            constraint=models.CheckConstraint(condition=models.Q(('credit_limit__gte', 0)), name='credit_limit_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='termsinstalment',
            constraint=models.UniqueConstraint(fields=('terms', 'position'), name='one_instalment_per_position'),
        ),
        migrations.AddConstraint(
            model_name='termsinstalment',
            constraint=models.CheckConstraint(condition=models.Q(('percent__gt', 0), ('percent__lte', 100)), name='terms_percent_between_0_and_100'),
        ),
        migrations.RunPython(create_pairs, drop_pairs),
    ]
