"""Addresses of the local page."""

from __future__ import annotations

from django.urls import path

from ..shared.served import static_file
from . import actions, analysis_views, deliver_views, enterprise_views, inventory_views, views

urlpatterns = [
    path("static/<path:name>", static_file),
    path("", views.data, name="data"),
    path("problems", views.problems, name="problems"),
    path("gaps", views.gaps, name="gaps"),
    path("inventory", inventory_views.inventory, name="inventory"),
    path("charts", inventory_views.charts, name="charts"),
    path("checks", analysis_views.checks, name="checks"),
    path("uncertainty", analysis_views.uncertainty, name="uncertainty"),
    path("quality", analysis_views.quality, name="quality"),
    path("compare", analysis_views.compare_versions, name="compare"),
    path("deliver", deliver_views.deliver, name="deliver"),
    path("enterprise", enterprise_views.enterprise, name="enterprise"),
    path("enterprise/new", enterprise_views.new),
    path("enterprise/<str:name>", enterprise_views.one),
    path("enterprise/<str:name>/sheet", enterprise_views.sheet),
    path("enterprise/<str:name>/cells", enterprise_views.cells),
    path("enterprise/<str:name>/reasons", enterprise_views.reasons),
    path("enterprise/<str:name>/<str:way>", enterprise_views.step),
    path("api/ping", actions.ping),
    path("api/person", actions.person),
    path("api/upload", actions.upload),
    path("api/sheet", actions.sheet),
    path("api/correct", actions.correct),
    path("api/undo", actions.undo),
    path("api/redo", actions.redo),
    path("api/reasons", inventory_views.reasons),
    path("api/check", analysis_views.check_factor),
    path("api/answer", analysis_views.answer),
    path("api/job", deliver_views.start),
    path("api/job/<int:number>", deliver_views.progress),
    path("download/<int:number>", deliver_views.download, name="download"),
]
