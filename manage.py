#!/usr/bin/env python
"""TaskFlow's commands: python manage.py help."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taskflow_project.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit("Django is not installed here. Run: python -m pip install -r requirements.txt (or: make run)")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
