import core.text_key
import django.core.validators
import django.db.models.deletion
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Category',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True, verbose_name='name')),
            ],
            options={
                'verbose_name': 'category',
                'verbose_name_plural': 'categories',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Product',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, unique=True, verbose_name='product number')),
                ('name', models.CharField(max_length=120, verbose_name='product name')),
                ('specification', models.CharField(blank=True, default='', max_length=120, verbose_name='specification')),
                ('unit', models.CharField(default='件', max_length=10, verbose_name='unit')),
                ('kind', models.CharField(choices=[('goods', 'Goods'), ('service', 'Service')], default='goods', max_length=10, verbose_name='kind')),
                ('list_price', models.DecimalField(decimal_places=6, max_digits=14, validators=[django.core.validators.MinValueValidator(0)], verbose_name='list price without tax (元)')),
                ('tax_rate', models.DecimalField(decimal_places=2, default=Decimal('13'), max_digits=5, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='tax rate (%)')),
                ('lead_time', models.PositiveSmallIntegerField(default=0, verbose_name='lead time (working days)')),
                ('active', models.BooleanField(default=True, verbose_name='on sale')),
                ('code_key', core.text_key.KeyField(default='', editable=False, of='code', unique=True)),
                ('name_key', core.text_key.KeyField(db_index=True, default='', editable=False, of='name')),
                ('search_key', models.TextField(default='', editable=False)),
                ('name_pinyin', models.CharField(default='', editable=False, max_length=720)),
                ('on_hand', models.DecimalField(decimal_places=3, default=Decimal('0'), editable=False, max_digits=14, verbose_name='on hand')),
                ('reserved', models.DecimalField(decimal_places=3, default=Decimal('0'), editable=False, max_digits=14, verbose_name='reserved')),
                ('category', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='products.category', verbose_name='category')),
            ],
            options={
                'verbose_name': 'product',
                'verbose_name_plural': 'products',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='StockMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.DecimalField(decimal_places=3, max_digits=14, verbose_name='quantity')),
                ('reason', models.CharField(choices=[('opening', 'Opening stock'), ('purchase', 'Purchase'), ('production', 'Production'), ('count', 'Stocktaking'), ('shipment', 'Shipment')], max_length=20, verbose_name='reason')),
                ('note', models.CharField(blank=True, default='', max_length=200, verbose_name='note')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='at')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stock_moves', to='products.product', verbose_name='product')),
            ],
            options={
                'verbose_name': 'stock move',
                'verbose_name_plural': 'stock moves',
                'ordering': ['-id'],
            },
        ),
        migrations.AddIndex(
            model_name='product',
            index=models.Index(fields=['code', 'id'], name='product_by_code'),
        ),
        migrations.AddIndex(
            model_name='product',
            index=models.Index(fields=['name_pinyin', 'id'], name='product_by_pinyin'),
        ),
        migrations.AddIndex(
            model_name='product',
            index=models.Index(fields=['list_price', 'id'], name='product_by_price'),
        ),
        migrations.AddIndex(
            model_name='product',
            index=models.Index(fields=['lead_time', 'id'], name='product_by_lead_time'),
        ),
        migrations.AddIndex(
            model_name='product',
            index=models.Index(fields=['on_hand', 'id'], name='product_by_stock'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.CheckConstraint(condition=models.Q(('list_price__gte', 0)), name='list_price_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.CheckConstraint(condition=models.Q(('tax_rate__gte', 0), ('tax_rate__lte', 100)), name='product_tax_rate_sane'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.CheckConstraint(condition=models.Q(('on_hand__gte', 0)), name='product_on_hand_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.CheckConstraint(condition=models.Q(('reserved__gte', 0)), name='product_reserved_not_negative'),
        ),
        migrations.AddIndex(
            model_name='stockmove',
            index=models.Index(fields=['product', '-id'], name='stock_move_by_product'),
        ),
        migrations.AddConstraint(
            model_name='stockmove',
            constraint=models.CheckConstraint(condition=models.Q(('quantity', 0), _negated=True), name='stock_move_moves_something'),
        ),
    ]
