"""ES modules that a page will import, named before the browser has read those that import them."""

import re
from functools import cache
from pathlib import Path

from django import template
from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

register = template.Library()
STATIC = Path(__file__).resolve().parent.parent / "static"
IMPORT = re.compile(r"""^(?:import|export)\b[^;]*?["'](\.[^"']+)["'];""", re.MULTILINE)


@register.simple_tag
def preload_imports(name: str) -> SafeString:
    """Return links to all that the module `name` imports, and so on: one round trip in place of one a level."""
    links = ((static(imported),) for imported in imports(name))
    return format_html_join("\n", '<link rel="modulepreload" href="{}" fetchpriority="low">', links)


@cache
def imports(name: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    waiting = [name]
    while waiting:
        path = STATIC / waiting.pop()
        for text in IMPORT.findall(path.read_text()):
            imported = str((path.parent / text).resolve().relative_to(STATIC))
            if imported not in found:
                found[imported] = None
                waiting.append(imported)
    return tuple(found)
