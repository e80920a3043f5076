"""Payment services by their APIs: one module for each, with ``connect(options, name, folder)``."""
