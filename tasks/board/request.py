"""What a page knows of who asks."""

import datetime

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from tasks.models import Actor, Source


class Request(HttpRequest):
    """A request as django-htmx's middleware leaves it; for the types alone."""

    htmx: HtmxDetails
    began: datetime.datetime  # as access.for_people sees it


def actor_of(request: Request) -> Actor:
    return Actor(Source.BOARD, request.user if request.user.is_authenticated else None)
