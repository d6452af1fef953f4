"""What a phone or desktop needs to install TaskFlow as an application (W3C Web Application Manifest)."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

ICONS = (("icon-192", "192x192", "any"), ("icon-512", "512x512", "any"), ("maskable-512", "512x512", "maskable"))


# Browsers ask without cookies, so it answers everybody, and the same in every language.
@require_safe
@cache_control(public=True, max_age=24 * 3600)
def manifest(request: HttpRequest) -> HttpResponse:
    content = {
        "id": "/",
        "name": "TaskFlow",
        "short_name": "TaskFlow",
        "start_url": "/",
        "display": "standalone",
        "background_color": "#fcfcfa",
        "theme_color": "#fcfcfa",
        "icons": [
            {"src": static(f"tasks/icons/{name}.png"), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for name, sizes, purpose in ICONS
        ],
    }
    return JsonResponse(content, content_type="application/manifest+json")
