"""What keeps somebody from using a page: what axe finds, what a phone cannot show, what a thumb cannot hit."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

GRAVE = ("serious", "critical")
#: Rows of a table are alike; judging the first ones takes a tenth of the time.
ROWS_ENOUGH = "tbody tr:nth-child(n+9)"
THUMB = 40  # pixels

RUN_AXE = """
async ([grave, rowsEnough]) => {
  const options = { resultTypes: ["violations"], preload: false };
  const { violations } = await axe.run({ include: [["html"]], exclude: [[rowsEnough]] }, options);
  return violations.filter(({ impact }) => grave.includes(impact)).flatMap(({ impact, id, nodes }) =>
    nodes.map(({ target, html }) => `${impact} ${id}: ${target.join(" ")} ${html.slice(0, 160)}`));
}
"""

#: The verbs a page is there for, and the bars at the foot of a phone.
SMALL_VERBS = """
(thumb) => [...document.querySelectorAll(".btn-primary, .bar .btn, .side-link, .dialog .btn, .menu-form .btn")]
  .map((verb) => [verb, verb.getBoundingClientRect()])
  .filter(([, { width, height }]) => width && height && (width < thumb || height < thumb))
  .map(([verb, { width, height }]) => `“${verb.textContent.trim()}” is ${width} × ${height} pixels for a thumb`)
"""

HIDDEN_BESIDE = """
() => [...document.querySelectorAll("main *")]
  .filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .slice(0, 3).map((element) => element.outerHTML.slice(0, 120)).join(" | ")
"""


def serious_barriers(page: Page, width: str) -> list[str]:
    """What axe calls serious or critical, one line each."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    return [f"{width} {line}" for line in page.evaluate(RUN_AXE, [GRAVE, ROWS_ENOUGH])]


def out_of_reach_on_a_phone(page: Page) -> list[str]:
    """A phone's page never scrolls sideways (what is wider scrolls in itself), and its verbs are large enough."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    found = [f"the page is {wide} px wider than the phone: {page.evaluate(HIDDEN_BESIDE)}"] if wide > 0 else []
    return found + page.evaluate(SMALL_VERBS, THUMB)
