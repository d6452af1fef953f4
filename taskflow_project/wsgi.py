import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taskflow_project.settings")

from django.apps import apps
from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
apps.get_app_config("tasks").begin_serving()  # type: ignore[attr-defined]
