"""Use cases, one class an area: open a unit of work, ask the core, save. They know neither the kit nor a platform."""
