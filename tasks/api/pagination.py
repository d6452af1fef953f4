from django.utils.http import urlencode
from rest_framework.request import Request


def next_address(request: Request, **parameters: str) -> str:
    """Return this request's address with some parameters replaced."""
    query = [(key, value) for key, values in request.query_params.lists() for value in values if key not in parameters]
    return request.build_absolute_uri(f"{request.path}?{urlencode([*query, *parameters.items()])}")
