"""A JupyterHub on this machine: users by name alone, a process for each, a home for each."""

import os
from pathlib import Path

c = get_config()  # noqa: F821  (JupyterHub runs this file)

folder, token = Path.cwd(), os.environ["HUB_TOKEN"]
public, inside, routes = (f"http://127.0.0.1:{port}" for port in os.environ["HUB_PORTS"].split())

c.JupyterHub.bind_url, c.JupyterHub.hub_bind_url = public, inside
c.ConfigurableHTTPProxy.api_url = routes
c.ConfigurableHTTPProxy.command = [os.environ["HUB_PROXY"]]
c.ConfigurableHTTPProxy.auth_token = token

c.JupyterHub.authenticator_class = "dummy"
c.SharedPasswordAuthenticator.user_password = token  # nobody logs in: the tests act through the API
c.JupyterHub.services = [{"name": "teacher", "api_token": token}]
scopes = ["admin:users", "admin:servers", "tokens", "access:servers"]  # nobody gives a token more than they have
c.JupyterHub.load_roles = [{"name": "teacher", "scopes": scopes, "services": ["teacher"]}]

c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = str(folder / "{username}")
# Over TCP, a kernel of many that start at once may find its port taken.
c.Spawner.args = ["--allow-root", "--KernelManager.transport=ipc"]
c.Spawner.environment = {"MFA_HANDS_FREE": "1"}
c.Spawner.http_timeout = c.Spawner.start_timeout = 600  # on a machine that is busy with something else
