"""How gunicorn serves the site; ``ordersys/serve.py`` starts it with this file."""

from pathlib import Path

from ordersys.serve import GRACE, address, die_with_parent

VAR_DIR = Path(__file__).resolve().parent.parent / "var"
LONGEST_SOCKET_PATH = 100  # bytes; the kernel takes 107

host, port = address()
bind = f"{host}:{port}"
workers = 2
worker_class = "gthread"
threads = 4
timeout = 60
graceful_timeout = int(GRACE) - 2  # gunicorn tidies up its workers before the supervisor's patience ends
loglevel = "warning"
# Whether https was used, core/proxies.py decides by TRUSTED_PROXIES; gunicorn would believe whoever is on this machine.
secure_scheme_headers: dict[str, str] = {}
control_socket = str(VAR_DIR / f"gunicorn-{port}.ctl")
control_socket_disable = len(control_socket.encode()) > LONGEST_SOCKET_PATH


def post_fork(server, worker):
    """A killed master takes its workers along."""
    die_with_parent(worker.ppid)
