"""What a worker does at a browser with a contact that waits for them."""

from tests.browser.county import Person, until

RATIONALE = ("worried", "going_well", "history", "views", "identity")


def decide(worker: Person, outcome: str, *, level: str = "3", urgency: str = "amber") -> None:
    """Keep an own view, then decide with a whole rationale."""
    page = worker.page
    settle_known_children(worker)
    if page.locator("[name=own_level]").count():
        own_view(worker, level=level, urgency=urgency)
    page.check(f"[name=outcome][value='{outcome}']")
    for need in page.locator("[name=primary_need]").all():
        need.select_option("N1")
    page.check(f"[name=level][value='{level}']")
    page.check(f"[name=urgency][value='{urgency}']")
    about = page.locator("h1").inner_text()
    for part in RATIONALE:
        page.fill(f"[name='rationale.{part}']", f"What we think of this: {part}. {about}")
    for part in ("views", "identity"):
        page.select_option(f"[name='explored.{part}']", "explored")
    for part in ("who", "when", "how"):
        page.fill(f"[name='family_told.{part}']", "Mother, today, by telephone")
    for missing in page.locator("[name=acknowledged_missing]").all():
        missing.check()
    worker.press("Decide for")


def own_view(worker: Person, *, level: str = "3", urgency: str = "amber") -> None:
    """Keep an own view, on the form that asks for it before it shows anything."""
    worker.page.check(f"[name=own_level][value='{level}']")
    worker.page.check(f"[name=own_urgency][value='{urgency}']")
    worker.press("Keep my view")


def agree(worker: Person, reference: str) -> None:
    """Write down that the family agrees to the service, for every child of whom that is waited for."""
    page, asked = worker.page, "The family's agreement to the service"
    worker.open(f"/contacts/{reference}?tab=decision")
    while page.get_by_role("link", name=asked).count():
        page.get_by_role("link", name=asked).first.click()
        page.check("[name=answer][value=given]")
        for part in ("who", "when", "how"):
            page.fill(f"[name={part}]", "Mother, today, by telephone")
        worker.press("Keep the answer")


def settle_known_children(worker: Person) -> None:
    """Leave out whoever else we know of, where the service asks about them before anything is decided."""
    page = worker.page
    if page.url.endswith("/children"):
        for child in page.locator("[value='left_out']").all():
            child.check()
            page.locator(f"[name='{child.get_attribute('name')}.reason']").fill("Grown out of this household.")
        worker.press("Keep, and go on to decide")


def queued(worker: Person, team: str, reference: str) -> None:
    """Open a team's queue once the contact stands in it."""
    until(lambda: worker.open(f"/queues/{team}").page.locator(f"a[href$='{reference}']").count() > 0)
