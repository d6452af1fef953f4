"""Django's admin, made good for daily work: quick with a million tasks, and every write through the verbs."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from tasks.admin import changes, tasks

__all__ = ["changes", "tasks"]

admin.site.site_title = _("TaskFlow admin")
admin.site.site_header = _("TaskFlow")
admin.site.empty_value_display = "–"
admin.site.index_title = _("Administration")
