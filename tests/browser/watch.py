"""Watches a browser's pages: what a reader of the console, or of the network tab, would see going wrong."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

#: A form that is refused is answered with 422; Chromium writes a line about it, though it is no mistake.
REFUSED = 422
#: A page that is left takes its requests along, and type-ahead drops the question before the last one.
DROPPED = "net::ERR_ABORTED"

#: Chromium tells violations only in the console of the page; so are those of a worker or a frame.
TELL_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP violation: ${event.violatedDirective} ${event.blockedURI} in ${event.sourceFile}`));
"""


#: How long nothing is asked of the server before a page counts as loaded, in milliseconds: more than a script waits
#: after the last key; and how long a page may take.
QUIET, LONGEST = 150, 10_000
STEP = 25


@dataclass
class Watch:
    """What went wrong so far, as sentences; ``allow`` takes a part of a sentence that a test provokes on purpose."""

    problems: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)
    under_way: set[Request] = field(default_factory=set)

    def attach(self, context: BrowserContext) -> None:
        context.add_init_script(TELL_VIOLATIONS)
        context.on("page", self._attach_page)

    def begin(self) -> None:
        """Forgets what was seen before."""
        for seen in (self.problems, self.allowed, self.under_way):
            seen.clear()

    def _attach_page(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(f"{path_of(page.url)}: uncaught {error}"))
        page.on("requestfailed", self._request_failed)
        page.on("response", self._response)
        page.on("request", lambda request: self.under_way.add(request))
        page.on("requestfinished", lambda request: self.under_way.discard(request))
        page.on("requestfailed", lambda request: self.under_way.discard(request))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        # The network's own lines are judged where the answers are.
        if message.text.startswith("Failed to load resource"):
            return
        self.problems.append(f"{path_of(message.location['url'])}: {message.text}")

    def _request_failed(self, request: Request) -> None:
        if request.failure != DROPPED:
            self.problems.append(f"{request.method} {path_of(request.url)}: {request.failure}")

    def _response(self, response: Response) -> None:
        is_refused_form = response.status == REFUSED and response.request.is_navigation_request()
        if response.status >= 400 and not is_refused_form:
            self.problems.append(f"{response.request.method} {path_of(response.url)}: {response.status}")

    def wait_until_quiet(self, page: Page) -> None:
        """Until the page and all that its scripts ask for is there; sooner than the browser itself is sure of it."""
        page.wait_for_load_state()
        quiet = waited = 0
        while quiet < QUIET and waited < LONGEST:
            page.wait_for_timeout(STEP)
            quiet, waited = 0 if self.under_way else quiet + STEP, waited + STEP

    def allow(self, part: str) -> None:
        """A problem whose sentence contains this part is meant by the test."""
        self.allowed.append(part)

    def unexpected(self) -> list[str]:
        return [problem for problem in self.problems if not any(part in problem for part in self.allowed)]


def path_of(url: str) -> str:
    """The address without its server, which is another one in every run."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
