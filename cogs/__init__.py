"""Features, each declared once. A cog never sees a platform or SQL: it speaks to services and answers with the kit."""
