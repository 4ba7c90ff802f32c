"""Several people at the same moment, each on a real connection."""

import threading

from screening.access import user_viewer, viewing
from screening.db import db, transaction
from screening.errors import Conflict, NotAllowed, Stale
from tests.screening.queues import given


def at_once(app, *actions):
    """Run each (user name, action), as near to the same moment as threads can; give what each was told."""
    gate, answers = threading.Barrier(len(actions)), {}

    def run(user_name, action):
        with app.app_context(), viewing(user_viewer(given.user(user_name))):
            db.session.rollback()
            gate.wait()
            try:
                with transaction():
                    action()
                answers[user_name] = "done"
            except (Conflict, Stale, NotAllowed) as refused:
                answers[user_name] = refused.message
            db.session.remove()

    threads = [threading.Thread(target=run, args=action) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
