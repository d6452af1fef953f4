"""The OpenAPI document for people: Swagger UI and ReDoc, from this server alone and under its strict CSP."""

from csp.constants import NONCE, SELF
from csp.decorators import csp_replace
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from tasks.api.system import SystemView


class PageView(SystemView):
    """A page for whoever may read tasks; what goes wrong is told like anywhere in the API."""

    template_name = ""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        return render(request, self.template_name)


class SwaggerView(PageView):
    template_name = "tasks/swagger.html"


# ReDoc gives its own <style> elements the nonce, but not those of its scroll bars; nor may an element be made empty.
STYLES = [
    "'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='",
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
]


@method_decorator(csp_replace({"style-src": [SELF, NONCE, *STYLES], "worker-src": [SELF, "blob:"]}), "dispatch")
class RedocView(PageView):
    template_name = "tasks/redoc.html"
