import datetime

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class Request(HttpRequest):
    """A request as django-htmx's middleware leaves it; for the types alone."""

    htmx: HtmxDetails
    began: datetime.datetime  # as access.for_people sees it
