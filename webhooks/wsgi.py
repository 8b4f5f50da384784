"""What gunicorn loads: the edge, made from the environment."""

from messaging import logs
from messaging.settings import load
from webhooks.app import Edge
from webhooks.settings import EdgeSettings

_settings = load(EdgeSettings)
logs.configure(_settings.log_level)
edge = Edge(_settings)
application = edge.application
