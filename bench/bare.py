"""`python -m bench.bare`: the floor of taking a contact. One Flask endpoint that does one INSERT and one COMMIT.

Flask-SQLAlchemy on the same PostgreSQL server, and gunicorn with exactly the settings of the front door: it is
started by the same function, which is given another app.
"""

import os
import sys

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import text

import screening
from screening.running import programs

db = SQLAlchemy(session_options={"expire_on_commit": False})
TABLE = "create table note (id bigint generated always as identity primary key, words text not null)"


class Note(db.Model):  # type: ignore[name-defined,misc]
    """A row that holds one text."""

    id = db.Column(db.BigInteger, primary_key=True)
    words = db.Column(db.Text, nullable=False)


def create_app() -> Flask:
    """Make the app: `/notes` keeps the narrative of what is sent."""
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DATABASE_URL"]
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_size": 10, "max_overflow": 6}
    db.init_app(app)

    @app.post("/notes")
    def keep() -> ResponseReturnValue:
        note = Note(words=request.get_json().get("narrative", ""))
        db.session.add(note)
        db.session.commit()
        return jsonify(reference=str(note.id)), 201

    @app.get("/readyz")
    def ready() -> ResponseReturnValue:
        db.session.execute(text("select 1 from note limit 1"))
        return jsonify(status="ready")

    return app


def main() -> None:
    """Serve it as the front door is served."""
    with create_app().app_context():
        db.session.execute(text(TABLE))
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    screening.create_app = create_app  # type: ignore[assignment]
    programs.web()


if __name__ == "__main__":
    # The module that gunicorn's processes use is this one, under its own name.
    sys.modules["bench.bare"] = sys.modules["__main__"]
    main()
