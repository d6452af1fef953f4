"""TaskFlow's settings as a fresh clone has them, whatever the caller's environment and .env say.

TEST_DATABASE_URL says where the tests run; without it, in an SQLite file of this run's own.
"""

import atexit
import os
import shutil
import tempfile

from scripts.checks import fresh_environment

environment = fresh_environment(os.environ)
if "PYTEST_XDIST_WORKER" in os.environ:  # a worker shares the folder of the run that started it
    folder = os.environ["TASKFLOW_TEST_FOLDER"]
else:
    folder = tempfile.mkdtemp(prefix="taskflow-tests-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)

os.environ.clear()
os.environ.update(environment)
os.environ["TASKFLOW_TEST_FOLDER"] = folder
os.environ["DATABASE_URL"] = environment.get("TEST_DATABASE_URL") or f"sqlite:///{folder}/taskflow.db"
os.environ["SECRET_KEY"] = "only-for-tests-" + "0123456789" * 5  # so that no run writes .secret_key
# What tests start as processes of their own gets the real settings.
os.environ["DJANGO_SETTINGS_MODULE"] = "taskflow_project.settings"

from taskflow_project import settings as real

globals().update({name: value for name, value in vars(real).items() if name.isupper()})
# Slow on purpose in the real ones: every person in every test would wait for it.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# What is logged in this process goes to pytest alone: a page's last request may end when its test's output is closed.
LOGGING = real.LOGGING | {"handlers": {"stderr": {"class": "logging.NullHandler"}}}
