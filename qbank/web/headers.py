"""What every answer says to the browser: run nothing but our own files, keep nothing, tell nobody."""

from __future__ import annotations

from typing import Final

from flask import Flask, Response, request
from secure import (
    CacheControl,
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    CrossOriginResourcePolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    Secure,
    StrictTransportSecurity,
    XContentTypeOptions,
    XFrameOptions,
)

STATIC_SECONDS: Final = 3600

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def set_up(app: Flask, *, behind_https: bool) -> None:
    """Add the headers to every answer; `behind_https` also promises the browser that this site is never plain HTTP."""
    pages, files = _secure(behind_https=behind_https), _secure(behind_https=behind_https, keep=True)

    @app.after_request
    def add(response: Response) -> Response:
        kept = request.endpoint == "static" and response.status_code < 400  # noqa: PLR2004 - the first error
        response.headers.pop("Cache-Control", None)
        response.headers.update((files if kept else pages).headers)
        return response


def _secure(*, behind_https: bool, keep: bool = False) -> Secure:
    cache = CacheControl().public().max_age(STATIC_SECONDS) if keep else CacheControl().no_store()
    return Secure(
        cache=cache,
        coop=CrossOriginOpenerPolicy().same_origin(),
        corp=CrossOriginResourcePolicy().same_origin(),
        csp=ContentSecurityPolicy().value(_POLICY),
        hsts=StrictTransportSecurity().max_age(31_536_000) if behind_https else None,
        permissions=PermissionsPolicy().camera().geolocation().microphone(),
        referrer=ReferrerPolicy().same_origin(),
        xcto=XContentTypeOptions(),
        xfo=XFrameOptions().deny(),
    )
