from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Food",
            fields=[("id", models.TextField(primary_key=True)), ("name", models.TextField(null=True))],
            options={"db_table": "food"},
        ),
    ]
