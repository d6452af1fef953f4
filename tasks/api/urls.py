from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.routers import SimpleRouter

from accounts.forms import SignInForm
from taskflow_project import __version__
from tasks.api.docs import RedocView, SwaggerView
from tasks.api.system import HealthView, LiveView, RootView, favicon
from tasks.api.views import ChangesView, TaskViewSet

app_name = "api"
router = SimpleRouter(trailing_slash=False)
router.register("tasks", TaskViewSet, basename="task")

urlpatterns = [
    path("", RootView.as_view(), name="root"),
    path("favicon.ico", favicon),
    path("health", HealthView.as_view(), name="health"),
    path("health/live", LiveView.as_view(), name="live"),
    path("changes", ChangesView.as_view(), name="changes"),
    *router.urls,
    path("openapi.json", SpectacularJSONAPIView.as_view(), name="schema"),
    path("docs", SwaggerView.as_view(), name="docs"),
    path("redoc", RedocView.as_view(), name="redoc"),
    path(
        "sign-in",
        LoginView.as_view(
            template_name="tasks/sign_in.html",
            authentication_form=SignInForm,
            redirect_authenticated_user=True,
            extra_context={"version": __version__},
        ),
        name="login",
    ),
    path("sign-out", LogoutView.as_view(), name="logout"),
]
