"""What people's hands do at a page: log in, type, go on with the keyboard until something is reached."""

from collections.abc import Callable
from datetime import date

from playwright.sync_api import Locator, Page

from tests.factories import PASSWORD

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
#: More stops than any page has between two places that a test goes to.
MOST_STOPS = 80
FOCUSED = "() => document.activeElement.name || document.activeElement.id"


def log_in(page: Page, person, opened: bool = False) -> None:
    """Through the form, as everybody does in the morning; it may be open already."""
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    if not opened:
        page.goto("/accounts/login/")
    page.get_by_label("用户名").fill(person.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login/" not in url)


def focused(page: Page) -> str:
    """The name of the field that has the focus."""
    return page.evaluate(FOCUSED)


def press_until(page: Page, key: str, reached: Callable[[], bool]) -> None:
    """Presses a key again and again, as one does who has no mouse, until something is reached."""
    for _stop in range(MOST_STOPS):
        if reached():
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} does not lead there; the focus stays at “{focused(page)}”.")


def has_focus(target: Locator) -> bool:
    return target.evaluate("(element) => element === document.activeElement")


def tab_to(page: Page, target: Locator, backwards: bool = False) -> None:
    press_until(page, "Shift+Tab" if backwards else "Tab", lambda: has_focus(target))


def type_day(page: Page, day: date) -> None:
    """A date into the browser's own date box, digits only, in the order in which this browser asks for them."""
    for order in ("%Y%m%d", "%m%d%Y"):
        page.keyboard.type(f"{day:{order}}")
        if page.evaluate("() => document.activeElement.value") == day.isoformat():
            return
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowLeft")
    raise AssertionError(f"The date box does not take {day}.")
