"""What upper apps do when somebody changes a file, on its page or by a workbook; in the transaction that changes it."""

from collections.abc import Callable

from accounts.models import User
from customers.models import Customer

#: What is called with the file, the names of what changed ("contacts" for those), and who did it.
FOLLOWERS: list[Callable[[Customer, set[str], User], None]] = []


def follows_file(follower: Callable[[Customer, set[str], User], None]) -> Callable[[Customer, set[str], User], None]:
    """Enters a function that is called under the file's lock."""
    FOLLOWERS.append(follower)
    return follower
