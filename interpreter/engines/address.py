"""A provider's address as people write it → as its library takes it, which adds the version of the
API by itself. Pure."""

import re

_VERSION = re.compile(r"(?<=[^/:])/+v\d+(?:alpha|beta)?\d*/*$")


def unversioned(base_url: str) -> str:
    """The address without a version and slashes at its end: `https://host/v1/` is `https://host`."""
    return _VERSION.sub("", base_url.strip()).rstrip("/")
