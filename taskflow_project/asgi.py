"""The door for ASGI servers. gunicorn with wsgi.py is what TaskFlow is tested with."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taskflow_project.settings")

from django.apps import apps
from django.core.asgi import get_asgi_application

application = get_asgi_application()
apps.get_app_config("tasks").begin_serving()  # type: ignore[attr-defined]
