"""The stages of the work, in the order that a contact meets them. A new stage is joined here."""

from flask import Flask
from flask_smorest import Blueprint

from screening import start
from screening.messages import pages as messages_pages
from screening.oversight import health, metrics
from screening.oversight import pages as oversight_pages
from screening.queues import pages as queues_pages

# Each stage's JSON API, under /api/v1.
STAGE_APIS: list[Blueprint] = []


def register_stages(app: Flask) -> None:
    """Join every stage's pages and API to the app."""
    app.register_blueprint(start.blueprint)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(metrics.blueprint)
    app.register_blueprint(queues_pages.blueprint)
    app.register_blueprint(messages_pages.blueprint)
    app.register_blueprint(oversight_pages.blueprint)
