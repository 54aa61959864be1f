"""Addresses of the service. Every one of them stands in the access table of the tests."""

from __future__ import annotations

from django.urls import URLResolver, path
from django.urls.resolvers import RoutePattern

from ..shared.served import static_file
from . import (
    accounts,
    boards,
    compiled,
    data,
    manage,
    own,
    people,
    products,
    progress,
    queue,
    registry,
    report_acts,
    report_views,
    results,
)

handler400 = "inventory.service.web.faults.wrong"
handler403 = "inventory.service.web.faults.denied"
handler404 = "inventory.service.web.faults.missing"
handler500 = "inventory.service.web.faults.failed"
urlpatterns = [
    URLResolver(RoutePattern("api/v1/"), "inventory.service.web.api_urls", app_name="ninja", namespace="api-1"),
    path("static/<path:name>", static_file),
    path("health", boards.health),
    path("login", accounts.login_view),
    path("login/code", accounts.code_view),
    path("logout", accounts.logout_view),
    path("invitation/<str:token>", accounts.invitation_view),
    path("me", own.me),
    path("", boards.tasks),
    path("tasks/act", queue.act_on_many),
    path("board", progress.board),
    path("board/remind", progress.remind),
    path("aggregates", boards.aggregates),
    path("aggregates.csv", boards.aggregates_csv),
    path("compiled", compiled.compiled),
    path("compiled/reasons", compiled.compiled_reasons),
    path("products", products.products),
    path("products/make", products.make),
    path("products/<int:number>/file", products.product_file),
    path("products/files", products.round_file),
    path("products/files/<int:number>", products.given_file),
    path("products/publish", products.publish),
    path("public", products.public_page),
    path("data", data.data),
    path("factors", data.factors),
    path("factors/check", data.factor_check),
    path("results", results.results),
    path("log", boards.log),
    path("rounds", manage.rounds),
    path("organisations", registry.organisations),
    path("people", people.people),
    path("report/<int:number>", report_views.report),
    path("report/<int:number>/sheet", report_views.sheet),
    path("report/<int:number>/workbook", report_views.workbook),
    path("report/<int:number>/marked", report_views.marked),
    path("report/<int:number>/reasons", report_views.reasons),
    path("report/<int:number>/diff/<int:old>/<int:new>", report_views.diff),
    path("report/<int:number>/receipt", report_views.receipt),
    path("attachment/<int:number>", report_views.attachment),
    path("report/<int:number>/cells", report_acts.cells),
    path("report/<int:number>/upload", report_acts.upload),
    path("report/<int:number>/restore", report_acts.restore),
    path("report/<int:number>/explain", report_acts.explain),
    path("report/<int:number>/act", report_acts.act),
    path("report/<int:number>/remark", report_acts.remark),
    path("report/<int:number>/attach", report_acts.attach),
    path("remark/<int:number>", report_acts.remark_state),
]
