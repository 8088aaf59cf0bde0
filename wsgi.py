"""The server's door: settings in, application out.

gunicorn wsgi:app serves the portal; flask --app wsgi COMMAND runs a command.
"""

from __future__ import annotations

from dataclasses import replace

import config
from iso_portal.app import create_app
from iso_portal.core.embedded_postgres import EmbeddedPostgres
from seed.commands import seed
from tools.demo import demo

settings = config.read()
if settings.database_url is None:
    server = EmbeddedPostgres(settings.var / "postgres").start()
    settings = replace(
        settings,
        database_url=server.url("iso_app"),
        database_owner_url=server.url("iso_owner"),
        vault_database_url=server.url("iso_vault"),
    )

app = create_app(settings)
app.cli.add_command(seed)
app.cli.add_command(demo)
