"""The faults as a pretix plugin, so that pretix asks them about quotas and orders."""

from pretix.base.plugins import PluginConfig


class BookingSite(PluginConfig):
    """Registers the receivers; active for events that list the plugin."""

    default = True
    name = "booking_site"
    verbose_name = "Sandbox faults"

    class PretixPluginMeta:
        """What pretix shows of a plugin."""

        name = "Sandbox faults"
        author = "the sandbox"
        version = "1"
        category = "INTEGRATION"
        description = "Faults of the sandbox, switched by a file."
        visible = False
        compatibility = "pretix>=2026.8"

    def ready(self) -> None:
        """Importing them connects them; models exist only now."""
        from booking_site import receivers  # noqa: F401
