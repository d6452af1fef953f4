from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from taskflow_project.middleware import without_slash
from tasks.api import errors

urlpatterns = [
    path("", include("tasks.api.urls")),
    path("", include("tasks.board.urls")),
    path("admin", RedirectView.as_view(pattern_name="admin:index")),
    re_path(r"^admin/r/", errors.not_found),  # Django's "view on site", which nothing links to, fails on a bad UUID
    path("admin/", admin.site.urls),
    re_path(r"^(?P<path>.+)/$", without_slash),
]
handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
