from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0004_list_indexes")]

    operations = [
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["team", "province"], name="customer_by_team_province"),
        ),
    ]
