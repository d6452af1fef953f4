"""The OpenAPI document for people: Swagger UI and ReDoc, from this server alone and under its strict CSP."""

from drf_spectacular.views import SpectacularRedocView, SpectacularSwaggerSplitView


class SwaggerView(SpectacularSwaggerSplitView):
    url_name = "api:schema"
    template_name = "tasks/swagger.html"


class RedocView(SpectacularRedocView):
    url_name = "api:schema"
    template_name = "tasks/redoc.html"
