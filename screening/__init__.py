"""The front door's web service. `create_app()` is the only place where the parts are joined."""

import os
from datetime import date
from typing import Any

from flask import Flask
from flask.json.provider import DefaultJSONProvider
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from jinja2 import ChoiceLoader, PackageLoader, StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

import screening.visibility.rule  # noqa: F401  without it no query on people's records would be held to it
from screening import addresses, audit
from screening.api import register_api
from screening.changes import Changes
from screening.config import Settings
from screening.db import db
from screening.error_pages import register_error_pages
from screening.frame import register_frame
from screening.headers import register_headers
from screening.messages.replies import pages as reply_pages
from screening.sessions import DatabaseSessions
from screening.sign_in import refuse_routes_without_permission, register_sign_in
from screening.stages import STAGE_APIS, register_stages
from screening.wording import register_wording

LARGEST_BODY_BYTES = 1024 * 1024
# More than all pages have: of SQLAlchemy's own 500, some are always being written anew.
STATEMENTS_KEPT = 4000


class IsoJson(DefaultJSONProvider):
    """JSON in which a time is written as ISO 8601, in UTC or with its offset."""

    @staticmethod
    def default(value: Any) -> Any:
        """Write times as the API documents them; all else as Flask does."""
        return value.isoformat() if isinstance(value, date) else DefaultJSONProvider.default(value)


def create_app(settings: Settings | None = None) -> Flask:
    """Make the app.

    Raises:
        ConfigurationError: a setting is unsafe, or a route names no permission.
    """
    settings = settings or Settings.from_environ(os.environ)
    app = Flask(__name__)
    app.config.update(_flask_config(settings))
    app.extensions["front_door"] = settings
    app.extensions["front_door_addresses"] = addresses.chosen(settings)
    audit.use_key(settings.audit_key)
    app.extensions["changes"] = Changes(settings.database_url)
    app.json = IsoJson(app)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]
    app.session_interface = DatabaseSessions()
    _join_database(app)
    _join_templates(app)
    register_headers(app)
    register_error_pages(app)
    register_sign_in(app)
    # After sign-in: a page whose session ended is told so, not that its token is wrong.
    csrf = CSRFProtect(app)
    # The link's secret is in the address, and no session acts there: a browser that keeps no cookies may answer, too.
    csrf.exempt(reply_pages.blueprint)
    register_stages(app)
    register_api(app, STAGE_APIS, csrf)
    refuse_routes_without_permission(app)
    return app


def _flask_config(settings: Settings) -> dict[str, Any]:
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "pool_pre_ping": True,
            # Quick to refuse: a full pool becomes a 503 with Retry-After, not a hanging page (fault F14).
            "pool_size": 10,
            "max_overflow": 6,
            "pool_timeout": 5,
            "query_cache_size": STATEMENTS_KEPT,
        },
        "SESSION_COOKIE_NAME": "__Host-session" if settings.live else "session",
        "SESSION_COOKIE_SECURE": settings.live,
        "MAX_CONTENT_LENGTH": LARGEST_BODY_BYTES,
        "MAX_FORM_MEMORY_SIZE": LARGEST_BODY_BYTES,
        "MAX_FORM_PARTS": 5000,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_HEADERS": ["X-CSRF-Token"],
    }


def _join_database(app: Flask) -> None:
    db.init_app(app)
    Migrate(app, db, directory=os.path.join(app.root_path, "migrations"), include_object=_is_ours)  # noqa: PTH118


def _is_ours(_thing: object, name: str | None, kind: str, reflected: bool, other: object) -> bool:
    # The monthly partitions of `audit` are the database's own, not tables of a model; and so is what keeps apart what
    # the service sends itself (`screening/apart.py`).
    its_own = {
        "table": (name or "").startswith("audit_y"),
        "column": name == "synthetic",
        "index": (name or "").endswith("_synthetic"),
    }
    return not (reflected and other is None and its_own.get(kind, False))


def _join_templates(app: Flask) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.loader = ChoiceLoader(
        [
            app.jinja_env.loader or PackageLoader("screening"),
            PackageLoader("govuk_frontend_jinja"),
        ]
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    register_wording(app)
    register_frame(app)
