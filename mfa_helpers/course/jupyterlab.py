"""JupyterLab on a working copy, in this process and with a terminal that stays readable."""

from __future__ import annotations

import logging
import signal
from pathlib import Path
from tempfile import TemporaryFile
from urllib.parse import urlsplit

import zmq
from jupyter_client.manager import KernelManager
from jupyter_core.paths import jupyter_config_dir, jupyter_data_dir, jupyter_runtime_dir
from jupyter_server.serverapp import ServerApp
from jupyterlab.labapp import LabApp
from traitlets.config import Config

FIRST = "00_start_here.ipynb"

#: What is left out of the terminal, by the function that says it. Other warnings and errors are shown.
_NEEDLESS = {
    "start_app",  # several lines about addresses; `_tell` says the one that matters
    "mark_trusted_cells",  # of each notebook: nobody has signed its outputs. A fresh copy has none
    "ping_timeout",  # Jupyter Server counts pings in milliseconds, and Tornado takes them for seconds
    "_dir_model",  # a file that JupyterLab is just saving, under a name of its own for a moment
}


def serve(folder: Path, *, browser: bool = True, port: int | None = None) -> None:
    """Serve `folder`, print the address of notebook 00 once it responds, and return after Ctrl+C.

    A `port` that is taken is replaced by the next free one. Raises `SystemExit` if JupyterLab can't start.
    """
    # These must hold, so they go where the learner's own configuration can't change them.
    arguments = [f"--ServerApp.root_dir={folder}", f"--LabApp.default_url=/lab/tree/{FIRST}"]
    if not browser:
        arguments.append("--no-browser")
    if port is not None:
        arguments.append(f"--port={port}")
    _make_its_folders()
    server = LabApp.initialize_server(arguments, config=_defaults())
    for handler in server.log.handlers:
        handler.addFilter(lambda record: record.funcName not in _NEEDLESS)
    signal.signal(signal.SIGINT, lambda *_: _stop(server))  # Jupyter would ask, and wait for an answer
    server.io_loop.add_callback(_tell, server, folder)
    server.start()


def _make_its_folders() -> None:
    """JupyterLab tells of a folder that it can't write to with a long traceback."""
    for made in (jupyter_config_dir(), jupyter_data_dir(), jupyter_runtime_dir()):
        try:
            Path(made).mkdir(parents=True, exist_ok=True, mode=0o700)
            with TemporaryFile(dir=made):
                pass
        except OSError as error:
            raise SystemExit(
                f"JupyterLab can't start, because it can't write to {made}: {error.strerror or error}. "
                "Make that folder writable, or set JUPYTER_CONFIG_DIR, JUPYTER_DATA_DIR, and JUPYTER_RUNTIME_DIR to other folders."
            ) from None


def _defaults() -> Config:
    """What the learner's own configuration may change."""
    config = Config()
    config.Application.log_level = logging.WARNING
    config.ServerApp.allow_root = True  # only root is asked for it; who is root in a container can't choose
    # ipykernel warns of each kernel that it talks TCP without encryption. So the messages are encrypted. (The other
    # way, sockets in the file system, isn't there on Windows, and their paths may have at most 107 characters.)
    # Versions without this setting don't warn, either.
    if KernelManager.class_traits().get("transport_encryption") and zmq.has("curve"):
        config.KernelManager.transport_encryption = "auto"
    return config


def _stop(server: ServerApp) -> None:
    logging.disable(logging.WARNING)  # whatever Ctrl+C interrupts says so
    server.stop(from_signal=True)


def _tell(server: ServerApp, folder: Path) -> None:
    address = server.public_url
    if not server.identity_provider.token_generated:  # a token of the learner's own is shown as three dots
        address = urlsplit(address)._replace(query="").geturl()
    print(
        f"\nNotebook 00: {address}\nYour copy of the notebooks: {folder}\nTo stop JupyterLab, press Ctrl+C.", flush=True
    )
