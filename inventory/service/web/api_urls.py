"""Addresses of `/api/v1`. Loaded with the first request to one of them: a process of people alone does without the 5 MiB
that the descriptions of the API take."""

from __future__ import annotations

from ..shared.thrift import without_test_client

with without_test_client():
    from .api_queries import api

urlpatterns, app_name, _ = api.urls
