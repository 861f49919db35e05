from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('analytics', '0004_responses'),
    ]

    operations = [
        migrations.AlterField(
            model_name='archiverow',
            name='section',
            field=models.CharField(max_length=20),
        ),
    ]
