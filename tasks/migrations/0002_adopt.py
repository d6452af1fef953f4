from django.conf import settings
from django.db import migrations

from tasks import adoption


class Migration(migrations.Migration):
    """The tasks and people of the workshop's TaskFlow, where its tables were set aside."""

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("tasks", "0001_initial"),
    ]

    operations = [migrations.RunPython(adoption.adopt, migrations.RunPython.noop)]
