"""Addresses of the local page. A screen's module is loaded when the screen is first opened: the first page waits for
nothing it does not need."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import path

from ..shared.served import static_file


def on_demand(name: str) -> Callable[..., HttpResponseBase]:
    """A view by `module.function` of this package."""
    module, function = name.split(".")

    def view(request: HttpRequest, **named: Any) -> HttpResponseBase:
        chosen: Callable[..., HttpResponseBase] = getattr(import_module(f"{__package__}.{module}"), function)
        return chosen(request, **named)

    return view


handler404 = "inventory.service.page.site.missing"
handler500 = "inventory.service.page.site.failed"
urlpatterns = [
    path("static/<path:name>", static_file),
    path("", on_demand("views.data"), name="data"),
    path("problems", on_demand("views.problems"), name="problems"),
    path("gaps", on_demand("views.gaps"), name="gaps"),
    path("inventory", on_demand("inventory_views.inventory"), name="inventory"),
    path("charts", on_demand("inventory_views.charts"), name="charts"),
    path("checks", on_demand("analysis_views.checks"), name="checks"),
    path("uncertainty", on_demand("analysis_views.uncertainty"), name="uncertainty"),
    path("quality", on_demand("analysis_views.quality"), name="quality"),
    path("compare", on_demand("analysis_views.compare_versions"), name="compare"),
    path("deliver", on_demand("deliver_views.deliver"), name="deliver"),
    path("enterprise", on_demand("enterprise_views.enterprise"), name="enterprise"),
    path("enterprise/new", on_demand("enterprise_views.new")),
    path("enterprise/<str:name>", on_demand("enterprise_views.one")),
    path("enterprise/<str:name>/sheet", on_demand("enterprise_views.sheet")),
    path("enterprise/<str:name>/cells", on_demand("enterprise_views.cells")),
    path("enterprise/<str:name>/reasons", on_demand("enterprise_views.reasons")),
    path("enterprise/<str:name>/<str:way>", on_demand("enterprise_views.step")),
    path("api/ping", on_demand("actions.ping")),
    path("api/person", on_demand("actions.person")),
    path("api/upload", on_demand("actions.upload")),
    path("api/sheet", on_demand("actions.sheet")),
    path("api/correct", on_demand("actions.correct")),
    path("api/undo", on_demand("actions.undo")),
    path("api/redo", on_demand("actions.redo")),
    path("api/reasons", on_demand("inventory_views.reasons")),
    path("api/check", on_demand("analysis_views.check_factor")),
    path("api/answer", on_demand("analysis_views.answer")),
    path("api/factors", on_demand("factor_views.give")),
    path("api/job", on_demand("deliver_views.start")),
    path("api/job/<int:number>", on_demand("deliver_views.progress")),
    path("download/<int:number>", on_demand("deliver_views.download"), name="download"),
]
