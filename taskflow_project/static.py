"""Static files: hashed names and gzip twins, made once and only for what changed."""

from collections.abc import Iterator
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage without source maps: compressing those takes most of a collectstatic and serves nobody.

    What our own modules import gets its hashed name too. Not with support_js_module_import_aggregation: that reads
    every package's scripts, and stops at examples in the comments of some.
    """

    # Pages of third parties that name a file we do not ship still work.
    manifest_strict = False
    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("tasks/*.js", CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]),
    )
    # A pass settles the names of one level of imports.
    max_post_process_passes = 20

    def stored_name(self, name: str) -> str:
        """Return the hashed name; the plain one where nothing was collected: an error page must come regardless."""
        try:
            return str(super().stored_name(name))
        except ValueError:
            return name

    def post_process(self, paths: dict[str, Any], *args: Any, **kwargs: Any) -> Iterator[Any]:
        wanted = {name: path for name, path in paths.items() if not name.endswith(".map")}
        yield from super().post_process(wanted, *args, **kwargs)
